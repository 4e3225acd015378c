import type { ChildProcess } from 'node:child_process';

/** How a program ended, as its keeper tells it in one line. */
export interface Ending {
  readonly code?: number | null;
  readonly signal?: string | null;
  /** It could not be started at all: ENOENT, EACCES. */
  readonly error?: string;
}

/**
 * The process between a worker and a program. It begins only when it is told to, so that nothing runs that is not
 * written down; and when the worker is gone, however it died, it takes the program and all its children with it: work
 * that nobody will deliver must not go on, nor run beside its own repetition.
 *
 * It is handed to `node -e` as text, so it uses nothing from outside its own body. Its arguments: a mark by which its
 * run is recognised, "shell" or "plain", the command and its words. File descriptor 3 is the line to the worker.
 */
function keep(): void {
  const { spawn, spawnSync } = process.getBuiltinModule('node:child_process');
  const { Socket } = process.getBuiltinModule('node:net');
  const [, , mode, command = '', ...words] = process.argv;
  const line = new Socket({ fd: 3 });
  let program: ChildProcess | undefined;

  const endAll = () => {
    if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
    else if (program?.pid) spawnSync('taskkill', ['/pid', String(program.pid), '/T', '/F']);
    process.exit(1);
  };
  const tell = (ending: object) => line.write(`${JSON.stringify(ending)}\n`, endAll);

  // A polite end is meant for the program; its keeper stays to tell how it went.
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
  line.on('error', endAll);
  line.on('close', endAll);
  line.once('data', () => {
    program = spawn(command, words, { stdio: 'inherit', shell: mode === 'shell', windowsHide: true });
    program.once('error', (error) => tell({ error: 'code' in error ? String(error.code) : 'UNKNOWN' }));
    program.once('exit', (code, signal) => tell({ code, signal }));
  });
}

/** The keeper as the text of a program. */
export const KEEPER = `(${keep.toString()})()`;
