import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { childEnvironment } from './environment.js';
import { keychainFailure, keychainSilent } from './keychain-failures.js';
import { type CredentialRef, type CredentialStore, refId } from './store.js';

/**
 * The keychain of the operating system. Each question goes to a process of its own that is killed when no answer comes,
 * because a prompt that nobody answers would stop this one. Secrets travel over its pipes, never in arguments.
 */

/** For a server: its client waits. */
export const READ_LIMIT_MS = 3_000;
/** For a command in a script: no client waits, and nobody types. */
export const SCRIPT_LIMIT_MS = 10_000;
/** For a command at a terminal: a person may have to type the keychain's password. */
export const PERSON_LIMIT_MS = 60_000;

const SERVICE = 'hirewire';
/** From src/credentials and from dist/chunks alike. */
const CHILD = fileURLToPath(new URL('../../dist/keychain-child.js', import.meta.url));

const reply = z.union([
  z.object({ value: z.union([z.string(), z.boolean(), z.null()]) }),
  z.object({ error: z.string() }),
]);

interface KeychainOptions {
  /** How long one question may take, in milliseconds. */
  readonly limitMs?: number;
  /** The environment in which the child looks for the keychain. */
  readonly env?: NodeJS.ProcessEnv;
  /** The child's program. */
  readonly child?: string;
}

export class Keychain implements CredentialStore {
  readonly name = 'keychain';
  private readonly limitMs: number;
  private readonly env: NodeJS.ProcessEnv;
  private readonly child: string;

  constructor({ limitMs = READ_LIMIT_MS, env = process.env, child = CHILD }: KeychainOptions = {}) {
    this.limitMs = limitMs;
    this.env = env;
    this.child = child;
  }

  async get(ref: CredentialRef): Promise<string | undefined> {
    const value = await this.ask({ op: 'get', user: refId(ref) });
    return typeof value === 'string' ? value : undefined;
  }

  async set(ref: CredentialRef, secret: string): Promise<void> {
    await this.ask({ op: 'set', user: refId(ref), secret });
  }

  async delete(ref: CredentialRef): Promise<boolean> {
    return (await this.ask({ op: 'delete', user: refId(ref) })) === true;
  }

  async probe(): Promise<void> {
    const works = await this.ask({ op: 'probe', user: `probe/${process.pid}` });
    if (works !== true) throw keychainFailure('what was written could not be read back');
  }

  private ask(question: Readonly<Record<string, string>>): Promise<string | boolean | null> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [this.child], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: childEnvironment(this.env),
        windowsHide: true,
      });
      let said = '';
      let complaint = '';
      let silent = false;
      const stop = () => child.kill('SIGKILL');
      const timer = setTimeout(() => {
        silent = true;
        stop();
      }, this.limitMs);
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        // It does not end by itself while it holds the pipe, and need not.
        if (said.endsWith('\n')) stop();
      });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        complaint = `${complaint}${chunk}`.slice(0, 2_000);
      });
      child.once('error', (error) => {
        clearTimeout(timer);
        reject(keychainFailure(error.message));
      });
      child.once('close', () => {
        clearTimeout(timer);
        if (said.endsWith('\n')) settle(said, resolve, reject);
        else reject(silent ? keychainSilent(this.limitMs) : keychainFailure(lastLine(complaint)));
      });
      child.stdin.on('error', () => undefined);
      child.stdin.write(`${JSON.stringify({ service: SERVICE, ...question })}\n`);
    });
  }
}

function settle(said: string, resolve: (value: string | boolean | null) => void, reject: (error: Error) => void): void {
  const parsed = reply.parse(JSON.parse(said));
  if ('value' in parsed) resolve(parsed.value);
  else reject(keychainFailure(parsed.error));
}

const lastLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /error/i.test(line))[0] ?? 'its helper process ended without an answer';
