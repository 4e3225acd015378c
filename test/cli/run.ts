import { execFile } from 'node:child_process';
import { BIN, cleanEnvironment } from '../stdio/program.js';

/** What a finished program left behind. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from stdin; nothing by default. */
  readonly input?: string;
  /** Flags for Node itself. */
  readonly node?: readonly string[];
}

/** Runs the built program to its end, with a data folder of its own and nobody at a terminal. */
export function hirewire(folder: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const command = [...(options.node ?? []), BIN, ...args];
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      command,
      { env: cleanEnvironment(folder, options.env), maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}
