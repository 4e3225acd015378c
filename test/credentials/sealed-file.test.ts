import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/credentials/atomic-file.js';
import { PlaintextFile } from '../../src/credentials/plaintext-file.js';
import { SealedFile } from '../../src/credentials/sealed-file.js';
import type { CredentialRef } from '../../src/credentials/store.js';
import { temporaryFolder } from '../stdio/program.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const SECRET = 'ap_canary_of_this_test';
const ref: CredentialRef = { marketplace: 'agrenting', role: 'hirer', account: 'default', origin: 'https://a.example' };

let files = 0;
const newPath = (): string => join(folder.path, `f${files++}`, 'credentials.sealed.json');
const sealed = (path: string, passphrase: string | undefined = 'a long passphrase'): SealedFile =>
  new SealedFile(path, async () => passphrase);

async function written(): Promise<string> {
  const path = newPath();
  await sealed(path).set(ref, SECRET);
  return path;
}

describe('the sealed file', () => {
  it('gives the secret back to the same passphrase, in however it is composed', async () => {
    const path = newPath();
    await sealed(path, 'caf\u00e9 au lait').set(ref, SECRET);
    expect(await sealed(path, 'cafe\u0301 au lait').get(ref)).toBe(SECRET);
  });

  it('is private, and holds neither secret nor passphrase', async () => {
    const path = await written();
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('a long passphrase');
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 12));
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('seals the same secret differently each time', async () => {
    const path = await written();
    const before = readFileSync(path, 'utf8');
    await sealed(path).set(ref, SECRET);
    expect(readFileSync(path, 'utf8')).not.toBe(before);
  });

  it.each([
    ['another passphrase', 'A long passphrase', 'wrong-passphrase'],
    ['no passphrase', '', 'no-passphrase'],
  ])('stays closed for %s', async (_, passphrase, problem) => {
    await expect(sealed(await written(), passphrase).get(ref)).rejects.toMatchObject({ problem });
  });

  it('stays closed when any byte of it was changed', { timeout: 180_000 }, async () => {
    const path = await written();
    const text = readFileSync(path, 'utf8');
    const { entries }: { entries: Record<string, Record<string, string>> } = JSON.parse(text);
    const [id = '', entry = {}] = Object.entries(entries)[0] ?? [];
    let flipped = 0;
    for (const [field, value] of Object.entries(entry)) {
      const bytes = Buffer.from(value, 'base64');
      // scrypt is slow by intent: a sample of each field.
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const forged = { version: 1, entries: { [id]: { ...entry, [field]: changed.toString('base64') } } };
        writeFileSync(path, JSON.stringify(forged), { mode: 0o600 });
        await expect(sealed(path).get(ref)).rejects.toMatchObject({ problem: 'wrong-passphrase' });
        flipped += 1;
      }
    }
    console.log(`figure: sealed_bytes_flipped=${flipped} opened=0`);
    expect(flipped).toBe(12);
    writeFileSync(path, text, { mode: 0o600 });
    expect(await sealed(path).get(ref)).toBe(SECRET);
  });

  it('is of no use for another account or origin, also when an entry is renamed', async () => {
    const path = await written();
    const others = [
      { ...ref, origin: 'https://evil.example' },
      { ...ref, account: 'work' },
      { ...ref, role: 'agent' },
    ];
    const { entries } = JSON.parse(readFileSync(path, 'utf8'));
    const [entry] = Object.values(entries);
    for (const other of others) {
      expect(await sealed(path).get(other)).toBeUndefined();
      const id = `${other.marketplace}.${other.role}/${other.account}@${other.origin}`;
      writeFileSync(path, JSON.stringify({ version: 1, entries: { [id]: entry } }), { mode: 0o600 });
      await expect(sealed(path).get(other)).rejects.toMatchObject({ problem: 'wrong-passphrase' });
    }
  });

  it('is of no use at another place', async () => {
    const path = await written();
    const copy = newPath();
    mkdirSync(dirname(copy));
    copyFileSync(path, copy);
    await expect(sealed(copy).get(ref)).rejects.toMatchObject({ problem: 'wrong-passphrase' });
  });

  it.each(['', '{', '[]', '{"version":2,"entries":{}}', '{"version":1,"entries":{"a":{"salt":1}}}'])(
    'says that it is damaged when it holds %j',
    async (text) => {
      const path = await written();
      writeFileSync(path, text, { mode: 0o600 });
      await expect(sealed(path).get(ref)).rejects.toMatchObject({ problem: 'damaged' });
    },
  );

  it('keeps what several write at once', async () => {
    const path = newPath();
    const names = Array.from({ length: 6 }, (_, index) => `account-${index}`);
    await Promise.all(names.map((account) => sealed(path).set({ ...ref, account }, `${SECRET}-${account}`)));
    for (const account of names) expect(await sealed(path).get({ ...ref, account })).toBe(`${SECRET}-${account}`);
  });
});

describe.skipIf(process.platform === 'win32')('a file of secrets that others can read', () => {
  it('is not used', async () => {
    const path = newPath();
    mkdirSync(dirname(path));
    writeFileSync(path, '{"version":1,"entries":{}}', { mode: 0o644 });
    await expect(new PlaintextFile(path).get(ref)).rejects.toMatchObject({ problem: 'damaged' });
  });
});

describe('replacing a file', () => {
  it('leaves the old or the new one when the writer is killed at any moment', async () => {
    const path = join(folder.path, 'killed.json');
    const writer = join(import.meta.dirname, 'replace-for-ever.ts');
    const rounds = new Set<number>();
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, ['--import', 'tsx', writer, path, String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      // It counts what it has written; each round is killed at another count, and somewhere inside the next write.
      let written = 0;
      for await (const chunk of child.stdout) {
        written += String(chunk).length;
        if (written > 3 + round * 5) break;
      }
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      const left: { round: number; text: string } = JSON.parse(readFileSync(path, 'utf8'));
      expect(left.text).toHaveLength(2_000_000);
      rounds.add(left.round);
    }
    expect(rounds.size).toBe(6);
  });

  it('leaves nothing behind when it cannot be done', () => {
    const path = join(folder.path, 'taken', 'file.json');
    mkdirSync(path, { recursive: true });
    expect(() => replaceFile(path, 'x')).toThrow();
    expect(readdirSync(dirname(path))).toEqual(['file.json']);
    expect(existsSync(path)).toBe(true);
  });
});
