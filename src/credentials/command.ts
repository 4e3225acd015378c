import { execFile } from 'node:child_process';
import { childEnvironment } from './environment.js';
import { splitWords } from './split-words.js';
import { CredentialError, isSecret } from './store.js';

/** A credential from a command of the person's own, such as `pass show agrenting` or `op read op://vault/item/key`. */

export const COMMAND_LIMIT_MS = 10_000;
const MAX_OUTPUT = 64 * 1024;

/**
 * Runs the command without a shell, and takes what it prints, trimmed. What it says on stderr is not shown: it may hold
 * what it should not.
 * @throws {CredentialError} `command-failed`, which names the command's first word only.
 */
export async function commandCredential(setting: string, command: string, limitMs = COMMAND_LIMIT_MS): Promise<string> {
  const [file, ...args] = splitWords(command) ?? [];
  if (file === undefined) throw failed(setting, 'is not a command: a quote is not closed, or it is empty');
  const printed = await new Promise<string>((resolve, reject) => {
    const options = {
      timeout: limitMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT,
      windowsHide: true,
      env: childEnvironment(process.env),
    } as const;
    const child = execFile(file, args, options, (error, stdout) => {
      if (!error) resolve(stdout);
      else reject(failed(setting, why(error, limitMs)));
    });
    child.stdin?.on('error', () => undefined).end();
  });
  const secret = printed.trim();
  if (isSecret(secret)) return secret;
  const problem = secret === '' ? 'printed nothing' : 'printed more than one word, or characters that no key has';
  throw failed(setting, problem);
}

function why(error: { code?: unknown; killed?: boolean }, limitMs: number): string {
  if (error.code === 'ENOENT') return 'names a program that is not there';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed far more than a key';
  if (error.killed) return `gave no answer within ${limitMs / 1_000} s`;
  return typeof error.code === 'number' ? `ended with exit code ${error.code}` : 'could not be run';
}

const failed = (setting: string, problem: string): CredentialError =>
  new CredentialError(
    'command-failed',
    `The command of ${setting} ${problem}.`,
    'Try the command in a terminal; it must print the key and nothing else.',
  );
