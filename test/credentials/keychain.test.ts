import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Keychain, READ_LIMIT_MS } from '../../src/credentials/keychain.js';
import { CredentialError, type CredentialRef } from '../../src/credentials/store.js';
import { temporaryFolder } from '../stdio/program.js';
import { failingSession, hasDouble, hasKeyring, keyringSession, newcomerSession, type Session } from './bus.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const ref: CredentialRef = { marketplace: 'agrenting', role: 'hirer', account: 'default', origin: 'https://a.example' };

let folders = 0;
function newFolder(): string {
  const path = join(folder.path, `s${folders++}`);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

/** A busy machine may be slow to start a process; only what waits for a prompt is measured by the server's own limit. */
const chainIn = (session: Pick<Session, 'env'>, limitMs = 20_000): Keychain =>
  new Keychain({ limitMs, env: { PATH: process.env.PATH, ...session.env } });

/** The refusal of a read, how long it took, and the longest time for which this process did nothing else. */
async function refusal(chain: Keychain): Promise<{ error: CredentialError; ms: number; ticks: number }> {
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 5);
  const start = performance.now();
  try {
    await chain.get(ref);
  } catch (error) {
    if (error instanceof CredentialError) return { error, ms: Math.round(performance.now() - start), ticks };
    throw error;
  } finally {
    clearInterval(ticking);
  }
  throw new Error('expected a refusal');
}

describe.skipIf(!hasKeyring)('a real keychain', () => {
  it('gives back what it was given, 200 times, and a second session reads it', { timeout: 180_000 }, async () => {
    const data = newFolder();
    const first = await keyringSession(data);
    const chain = chainIn(first);
    const times: number[] = [];
    const kept = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (account) => {
        const secret = { ref: { ...ref, account }, value: '' };
        for (let round = 0; round < 50; round += 1) {
          secret.value = randomBytes(24).toString('base64url');
          const start = performance.now();
          await chain.set(secret.ref, secret.value);
          expect(await chain.get(secret.ref)).toBe(secret.value);
          times.push(performance.now() - start);
        }
        return secret;
      }),
    );
    await first.stop();
    times.sort((a, b) => a - b);
    console.log(`figure: keychain_round_trips=200 p50_ms=${times[100]?.toFixed(0)} p99_ms=${times[198]?.toFixed(0)}`);
    const second = await keyringSession(data);
    for (const secret of kept) expect(await chainIn(second).get(secret.ref)).toBe(secret.value);
    await second.stop();
    // The keyring's own file is encrypted.
    for (const file of readdirSync(data, { recursive: true, withFileTypes: true })) {
      const text = file.isFile() ? readFileSync(join(file.parentPath, file.name), 'latin1') : '';
      for (const { value } of kept) expect(text).not.toContain(value);
    }
  });

  it('keeps each marketplace, role, account and origin apart, and deletes only what was meant', async () => {
    const session = await keyringSession(newFolder());
    const chain = chainIn(session);
    const others: CredentialRef[] = [
      { ...ref, marketplace: 'humans2ai' },
      { ...ref, role: 'agent' },
      { ...ref, account: 'work' },
      { ...ref, origin: 'https://b.example' },
      { ...ref, origin: 'https://a.example:8443' },
      { ...ref, origin: 'https://a.example/market' },
    ];
    await chain.set(ref, 'the-one');
    for (const other of others) expect(await chain.get(other)).toBeUndefined();
    for (const other of others) expect(await chain.delete(other)).toBe(false);
    expect(await chain.get(ref)).toBe('the-one');
    expect(await chain.delete(ref)).toBe(true);
    expect(await chain.get(ref)).toBeUndefined();
    await session.stop();
  });

  it('passes its probe and leaves nothing of it behind', async () => {
    const session = await keyringSession(newFolder());
    await chainIn(session).probe();
    const env = { ...process.env, ...session.env };
    const left = execFileSync(
      'sh',
      ['-c', 'command -v secret-tool >/dev/null && secret-tool search --all service hirewire || true'],
      { env },
    );
    expect(String(left)).toBe('');
    await session.stop();
  });

  it('takes sixteen questions at once', async () => {
    const session = await keyringSession(newFolder());
    const chain = chainIn(session);
    await chain.set(ref, 'the-one');
    const answers = await Promise.all(Array.from({ length: 16 }, () => chain.get(ref)));
    expect(answers).toEqual(Array.from({ length: 16 }, () => 'the-one'));
    await session.stop();
  });
});

interface Row {
  readonly situation: string;
  readonly problem: string;
  readonly runnable: boolean;
  open(): Promise<Session>;
}

const nothing = async (env: Record<string, string>): Promise<Session> => ({
  env,
  said: () => '',
  stop: async () => undefined,
});

const LOCK = [
  '--session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets',
  'org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login',
]
  .join(' ')
  .split(' ');

const MATRIX: readonly Row[] = [
  {
    situation: 'there is no bus',
    problem: 'no-service',
    runnable: process.platform === 'linux',
    open: () => nothing({ XDG_RUNTIME_DIR: '/nonexistent' }),
  },
  {
    situation: 'the bus is gone',
    problem: 'no-service',
    runnable: process.platform === 'linux',
    open: () => nothing({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }),
  },
  {
    situation: 'the keyring is locked and nobody can be asked',
    problem: 'locked',
    runnable: hasKeyring,
    open: async () => {
      const session = await keyringSession(newFolder());
      await chainIn(session).set(ref, 'the-one');
      execFileSync('dbus-send', LOCK, { env: { ...process.env, ...session.env }, stdio: 'ignore' });
      return session;
    },
  },
  {
    situation: 'the keyring was given a wrong password',
    problem: 'locked',
    runnable: hasKeyring,
    open: async () => {
      const data = newFolder();
      const first = await keyringSession(data);
      await chainIn(first).set(ref, 'the-one');
      await first.stop();
      return await keyringSession(data, 'another password');
    },
  },
  {
    situation: 'the service does not open a session',
    problem: 'no-answer',
    runnable: hasDouble,
    open: () => failingSession(newFolder(), 'silent-session'),
  },
  {
    situation: 'the service does not answer a search',
    problem: 'no-answer',
    runnable: hasDouble,
    open: () => failingSession(newFolder(), 'silent-search'),
  },
  {
    situation: 'a prompt is shown and nobody answers it',
    problem: 'no-answer',
    runnable: hasDouble,
    open: () => failingSession(newFolder(), 'silent-prompt'),
  },
];

describe('when the keychain fails', () => {
  for (const { situation, problem, runnable, open } of MATRIX) {
    it.skipIf(!runnable)(`says what and what to do: ${situation}`, async () => {
      const session = await open();
      const { error, ms, ticks } = await refusal(chainIn(session, problem === 'no-answer' ? READ_LIMIT_MS : undefined));
      console.log(`figure: keychain "${situation}" problem=${error.problem} ms=${ms} ticks=${ticks}`);
      expect(error.problem).toBe(problem);
      expect(error.next).toContain('Nothing was written anywhere else.');
      // The question is asked in another process; this one goes on meanwhile.
      expect(ticks).toBeGreaterThan(0);
      await session.stop();
    });
  }

  it.skipIf(!hasKeyring)('says that no keyring was created, when a newcomer writes', async () => {
    const session = await newcomerSession(newFolder());
    await expect(chainIn(session).set(ref, 'the-one')).rejects.toMatchObject({ problem: 'no-keyring' });
    await session.stop();
  });

  it.skipIf(!hasDouble)('kills the process that waits for a prompt, and leaves none behind', async () => {
    const session = await failingSession(newFolder(), 'silent-prompt');
    const { error } = await refusal(chainIn(session, READ_LIMIT_MS));
    expect(error.message).toContain(`no answer within ${READ_LIMIT_MS / 1_000} s`);
    expect(session.said()).toContain('prompt shown');
    expect(processesOf(session)).toEqual([]);
    await session.stop();
  });

  it('says that its library cannot be loaded, when it cannot', async () => {
    const chain = new Keychain({ child: join(folder.path, 'missing.js') });
    await expect(chain.get(ref)).rejects.toMatchObject({ problem: 'unsupported' });
  });
});

/** Helper processes that still run with the session's bus in their environment. */
function processesOf(session: Session): string[] {
  const address = session.env.DBUS_SESSION_BUS_ADDRESS ?? '';
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const isHelper = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('keychain-child');
        return isHelper && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(address);
      } catch {
        // It ended while we looked.
        return false;
      }
    });
}
