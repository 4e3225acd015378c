import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasKeyring, keyringSession } from '../credentials/bus.js';
import { BIN, cleanEnvironment, type RunningBackend } from '../stdio/program.js';
import { type Line, ms, type Pair, paired, timed, times } from './measure.js';
import { StdioProgram } from './stdio-program.js';

/** What reading a key from the system's keychain, in a child that can be killed, adds to the first answers of a start. */
export async function keychainStart(folder: string, backend: RunningBackend): Promise<Line[]> {
  if (!hasKeyring) return [];
  const data = join(folder, 'keyring');
  mkdirSync(data, { mode: 0o700 });
  const session = await keyringSession(data);
  const fromKeychain = cleanEnvironment(join(folder, 'with-keychain'), session.env);
  const fromEnvironment = cleanEnvironment(join(folder, 'without-keychain'), {
    ...session.env,
    AGRENTING_URL: backend.url,
    AGRENTING_API_KEY: backend.credentials.agrenting.hirer,
  });
  try {
    await login(fromKeychain, backend);
    const list = (env: Record<string, string>) => () => start(env, (program) => program.request('tools/list'));
    const read = (env: Record<string, string>) => () => start(env, (program) => program.call('check_balance', {}));
    return [
      line(
        'start with a key in the keychain, to tools/list',
        await paired(15, list(fromKeychain), list(fromEnvironment)),
      ),
      line(
        'start with a key in the keychain, to a first answer of the marketplace',
        await paired(15, read(fromKeychain), read(fromEnvironment)),
      ),
    ];
  } finally {
    await session.stop();
  }
}

const start = (env: Record<string, string>, first: (program: StdioProgram) => Promise<unknown>): Promise<number> =>
  timed(async () => {
    const program = StdioProgram.start(BIN, [], env);
    await program.initialize();
    await first(program);
    setImmediate(() => program.kill());
  });

/** As a person does it: the key on stdin, into the keychain. */
function login(env: Record<string, string>, backend: RunningBackend): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [BIN, 'login', 'agrenting', '--url', backend.url], { env }, (error) =>
      error ? reject(error) : resolve(),
    );
    child.stdin?.end(`${backend.credentials.agrenting.hirer}\n`);
  });
}

const line = (what: string, pair: Pair): Line => ({
  what,
  ours: ms(pair.ours),
  against: `with the key in a variable: ${ms(pair.theirs)}`,
  ratio: times(pair.ratio),
});
