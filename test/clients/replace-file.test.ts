import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientConfigError } from '../../src/clients/client.js';
import { type Disk, realDisk } from '../../src/clients/disk.js';
import { backupOf, replaceFile } from '../../src/clients/replace-file.js';
import { decoded, encoded } from '../../src/clients/text-file.js';
import { crashingDisk, Ended } from './crashing-disk.js';
import { ENTRY, SOUND_CONFIGS } from './fixture-configs.js';

const onWindows = process.platform === 'win32';
let folder: string;
let file: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hirewire-clients-')));
  file = join(folder, 'config.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (path = file) => readFileSync(path, 'utf8');
const to = (wanted: string) => () => Buffer.from(wanted);
const append = (now: Uint8Array | undefined) => Buffer.concat([now ?? Buffer.alloc(0), Buffer.from('+')]);

describe('replacing a file', () => {
  it('keeps a copy of what it held, with the same mode, and leaves nothing else', async () => {
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    expect(await replaceFile(realDisk, file, to('new'))).toBe(true);
    expect([text(), text(backupOf(file))]).toEqual(['new', 'old']);
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'config.json.hirewire-backup']);
    if (!onWindows) expect([file, backupOf(file)].map((path) => statSync(path).mode & 0o777)).toEqual([0o640, 0o640]);
  });

  it('creates a file that was not there, private, with its folders', async () => {
    const deep = join(folder, 'a', 'b', 'config.json');
    await replaceFile(realDisk, deep, to('new'));
    expect(text(deep)).toBe('new');
    if (!onWindows) expect(statSync(deep).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['config.json']);
  });

  it('writes nothing when nothing changes', async () => {
    writeFileSync(file, 'old');
    const before = statSync(file).mtimeMs;
    expect(await replaceFile(realDisk, file, to('old'))).toBe(false);
    expect(statSync(file).mtimeMs).toBe(before);
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it.skipIf(onWindows)('changes what a symbolic link leads to, and keeps the link', async () => {
    mkdirSync(join(folder, 'dotfiles'));
    const real = join(folder, 'dotfiles', 'real.json');
    writeFileSync(real, 'old');
    symlinkSync(real, file);
    await replaceFile(realDisk, file, to('new'));
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect([text(real), text(backupOf(real))]).toEqual(['new', 'old']);
  });

  it.skipIf(onWindows)('refuses a link that leads nowhere', async () => {
    symlinkSync(join(folder, 'gone.json'), file);
    await expect(replaceFile(realDisk, file, to('new'))).rejects.toThrow('a symbolic link that leads nowhere');
  });

  it('refuses a read-only file and says what to do', async () => {
    writeFileSync(file, 'old');
    chmodSync(file, 0o444);
    const refused = replaceFile(realDisk, file, to('new'));
    await expect(refused).rejects.toThrow(ClientConfigError);
    await expect(refused).rejects.toThrow('it is read-only; nothing was changed. Allow writing to it, or use --print');
    expect(text()).toBe('old');
    expect(readdirSync(folder)).toEqual(['config.json']);
    chmodSync(file, 0o644);
  });
});

describe('others who write at the same time', () => {
  it('lose nothing: two dozen changes at once are all there', async () => {
    writeFileSync(file, '');
    await Promise.all(Array.from({ length: 24 }, () => replaceFile(realDisk, file, append)));
    expect(text()).toBe('+'.repeat(24));
  });

  it('are seen even when they know nothing of our lock: the change is made on top of theirs', async () => {
    writeFileSync(file, 'old');
    let written = false;
    const besideTheirs: Disk = {
      ...realDisk,
      create(path, bytes, like) {
        const made = realDisk.create(path, bytes, like);
        // The client saves its file just after ours was written beside it.
        if (!written && path.endsWith('.config.json.hirewire-new')) {
          writeFileSync(file, 'theirs');
          written = true;
        }
        return made;
      },
    };
    await replaceFile(besideTheirs, file, append);
    expect(written).toBe(true);
    expect(text()).toBe('theirs+');
  });

  it('stop us when they never stop', async () => {
    let count = 0;
    writeFileSync(file, '');
    const restless = crashingDisk(Number.POSITIVE_INFINITY, () => {
      count += 1;
      writeFileSync(file, String(count));
    });
    await expect(replaceFile(restless, file, append)).rejects.toThrow('another program keeps writing it');
    expect(text()).toBe(String(count));
  });

  it('are not waited for when they are gone: their lock is taken over', async () => {
    writeFileSync(file, 'old');
    // No process can have this number.
    writeFileSync(`${file}.hirewire-lock`, '4194999');
    await replaceFile(realDisk, file, to('new'));
    expect(text()).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'config.json.hirewire-backup']);
  });
});

/** How many steps a replacement has. */
const STEPS = 13;

describe('a process that ends in the middle', () => {
  it('has as many steps to end at as the next test tries', async () => {
    writeFileSync(file, 'old');
    const disk = crashingDisk(Number.POSITIVE_INFINITY);
    await replaceFile(disk, file, to('new'));
    expect(disk.steps()).toBe(STEPS);
  });

  it('leaves the old or the new file, whole, at every step; and the next run succeeds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SOUND_CONFIGS),
        fc.boolean(),
        fc.integer({ min: 1, max: STEPS + 2 }),
        fc.boolean(),
        async (config, bom, fatal, removing) => {
          const path = join(folder, `config-${fatal}`);
          rmSync(path, { force: true });
          rmSync(`${path}.hirewire-lock`, { force: true });
          const [format, place] = [config.format, config.place];
          const with_ = format.put(config.text, place, ENTRY);
          const [old, now] = removing ? [with_, format.remove(with_, place)] : [config.text, with_];
          const change = (bytes: Uint8Array | undefined) => {
            const before = decoded(bytes ?? Buffer.alloc(0));
            const after = removing ? format.remove(before.text, place) : format.put(before.text, place, ENTRY);
            return encoded({ ...before, text: after });
          };
          writeFileSync(path, encoded({ text: old, bom }));
          const ended = await replaceFile(crashingDisk(fatal), path, change).then(
            () => false,
            (error) => error instanceof Ended,
          );
          const left = decoded(readFileSync(path));
          expect(left.bom).toBe(bom);
          expect([old, now]).toContain(left.text);
          if (!ended) expect(left.text).toBe(now);
          // The lock of the ended process carries our own number, which lives: only its age frees it.
          rmSync(`${path}.hirewire-lock`, { force: true });
          await replaceFile(realDisk, path, change);
          expect(decoded(readFileSync(path))).toEqual({ text: now, bom });
          expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
        },
      ),
      { numRuns: 200, seed: 20_261_121 },
    );
  }, 120_000);
});

describe('bytes that are no UTF-8', () => {
  it('are refused, not replaced', () => {
    expect(() => decoded(Buffer.from([0xff, 0xfe, 0x7b, 0x00]))).toThrow('not UTF-8; save it as UTF-8');
  });
});
