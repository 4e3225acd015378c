import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lookAtFiles, watchForSecretsIn } from './canaries.js';

/** The built program as tests start it: its own data folder, and nothing of this machine's settings or keys. */

export const BIN = join(import.meta.dirname, '../../bin/hirewire.js');

if (!existsSync(join(import.meta.dirname, '../../dist/main.js'))) {
  throw new Error('These tests run the built program: run "npm run build" first.');
}

export interface Folder {
  readonly path: string;
  remove(): void;
}

/** A folder of its own. Removing it looks through it for secrets that programs were given. */
export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'hirewire-test-'));
  return {
    path,
    remove: () => {
      try {
        lookAtFiles(path);
      } finally {
        rmSync(path, { recursive: true, force: true });
      }
    },
  };
}

/** An environment with nothing in it but what a program needs and what the test gives. */
export function cleanEnvironment(folder: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  watchForSecretsIn(folder, extra);
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'HOME', 'USERPROFILE'];
  const inherited = Object.fromEntries(
    kept.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { ...inherited, HIREWIRE_DATA_DIR: folder, HIREWIRE_CONFIG: join(folder, 'config.json'), ...extra };
}

export interface RunningBackend {
  readonly url: string;
  readonly credentials: {
    readonly agrenting: { readonly hirer: string; readonly agent: string; readonly agent_did: string };
    readonly humans2ai: { readonly agent: string; readonly human: string; readonly admin: string };
    readonly agentdojo: { readonly key: string; readonly slug: string };
    readonly praisonai: { readonly url: string };
  };
  readonly child: ChildProcess;
  /** The environment that points a bridge at it. */
  readonly env: Readonly<Record<string, string>>;
  /** Moves its clock. */
  advance(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `hirewire backend`, by default on a free port, and waits for its one JSON line. */
export async function startBackend(folder: string, args: readonly string[] = [], port = 0): Promise<RunningBackend> {
  const child = spawn(process.execPath, [BIN, 'backend', '--port', String(port), '--json', ...args], {
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the backend exited with ${code} before it listened`)));
  });
  const { url, credentials }: Pick<RunningBackend, 'url' | 'credentials'> = JSON.parse(line);
  return {
    url,
    credentials,
    child,
    env: {
      AGRENTING_URL: url,
      AGRENTING_API_KEY: credentials.agrenting.hirer,
      AGRENTING_AGENT_KEY: credentials.agrenting.agent,
      HUMANS2AI_URL: url,
      HUMANS2AI_API_KEY: credentials.humans2ai.agent,
    },
    advance: async (ms) => {
      const body = JSON.stringify({ advance_ms: ms });
      const headers = { 'content-type': 'application/json' };
      await fetch(`${url}/sandbox/clock`, { method: 'POST', headers, body });
    },
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}
