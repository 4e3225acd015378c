import { type ChildProcess, spawn } from 'node:child_process';
import { BIN, cleanEnvironment } from '../../stdio/program.js';
import type { HttpServer } from '../clients.js';

/** `hirewire serve --http` as a process. */
export interface RunningHttp extends HttpServer {
  readonly child: ChildProcess;
  /** Everything on stderr so far. */
  stderr(): string;
  /** Everything on stdout so far. */
  stdout(): string;
  /** Asks it to stop. @returns its exit code. */
  stop(): Promise<number | null>;
}

export interface HttpStart {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** Starts it on a free port and waits until it says where it is. @throws with what it printed when it does not start. */
export async function startHttp(folder: string, { env = {}, args = [] }: HttpStart = {}): Promise<RunningHttp> {
  const child = spawn(process.execPath, [BIN, 'serve', '--http', '0', ...args], {
    env: cleanEnvironment(folder, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<{ url: string; token: string }>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      const url = /serving MCP at (\S+);/.exec(stderr)?.[1];
      const token = /with this token: (.+)\n/.exec(stderr)?.[1];
      if (url !== undefined && token !== undefined) resolve({ url, token });
    });
    void gone.then((code) => reject(new Error(`it exited with ${code}: ${stderr}`)));
  });
  const { url, token } = await ready;
  return {
    url,
    token: env.HIREWIRE_HTTP_TOKEN ?? token,
    child,
    stderr: () => stderr,
    stdout: () => stdout,
    stop: async () => {
      child.kill('SIGTERM');
      return await gone;
    },
  };
}
