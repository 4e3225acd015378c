import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { asObject } from '../marketplaces/envelope.js';
import type { Clock } from './clock.js';
import type { Variables } from './environment.js';
import { type Ending, KEEPER } from './keeper.js';
import { type Line, Lines } from './lines.js';
import { endRun, MARK, signalGroup } from './process-tree.js';

/** The program that does the work. */
export interface Program {
  /** Its words; with a shell, the one command line that the shell is given. */
  readonly words: readonly string[];
  readonly shell: boolean;
  readonly cwd: string;
}

/** One run of it. */
export interface Job {
  /** A mark that no other run has. */
  readonly run: string;
  readonly stdin: string;
  /** The whole environment but for the mark. */
  readonly variables: Variables;
  /** Bytes. */
  readonly maxOutput: number;
  /** Ends it, and every process below it. */
  readonly signal: AbortSignal;
  /** Told the process id of its keeper before the program begins. False calls it off. */
  begin(pid: number): Promise<boolean>;
  begun(): void;
  /** A line on stderr. */
  line(line: Line): void;
}

export type Ended =
  | { readonly kind: 'exited'; readonly code: number | null; readonly signal: string | null; readonly stdout: Buffer }
  | { readonly kind: 'too much output' }
  | { readonly kind: 'stopped' }
  /** Nothing was begun. */
  | { readonly kind: 'called off' }
  | { readonly kind: 'not started'; readonly code: string };

/** How long a program that is asked to end may take. */
const POLITE_MS = 3_000;
/** What it has written is there when it has ended; a process that escaped may hold the pipe open for ever. */
const DRAIN_MS = 1_000;

/** Runs a program to its end. When this resolves, none of its processes is left, as far as they can be known. */
export async function runProgram(program: Program, job: Job, clock: Clock): Promise<Ended> {
  const keeper = spawn(
    process.execPath,
    ['-e', KEEPER, '--', job.run, program.shell ? 'shell' : 'plain', ...program.words],
    {
      cwd: program.cwd,
      env: { ...job.variables, [MARK]: job.run },
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    },
  );
  const failed = new Promise<string | undefined>((resolve) => {
    keeper.once('error', (error) => resolve('code' in error ? String(error.code) : 'UNKNOWN'));
    keeper.once('spawn', () => resolve(undefined));
  });
  const [, , , line] = keeper.stdio;
  const failure = await failed;
  if (failure !== undefined || keeper.pid === undefined || !(line instanceof Socket)) {
    return { kind: 'not started', code: failure ?? 'UNKNOWN' };
  }
  const { pid } = keeper;
  const gone = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const closed = new Promise<void>((resolve) => keeper.once('close', () => resolve()));
  const ending = endingFrom(line);
  for (const stream of [keeper.stdin, line]) stream.on('error', () => undefined);

  const over = new AbortController();
  const output = new Output(job.maxOutput, () => {
    if (!over.signal.aborted) signalGroup(pid, 'SIGKILL');
  });
  keeper.stdout.on('data', (bytes: Buffer) => output.push(bytes));
  const lines = new Lines((told) => job.line(told));
  keeper.stderr.on('data', (bytes: Buffer) => lines.push(bytes));

  const stop = () => void endPolitely(pid, clock, over.signal);
  const begins = await beginOf(job, pid);
  if (begins === true) {
    job.signal.addEventListener('abort', stop, { once: true });
    if (job.signal.aborted) stop();
    line.write('begin\n');
    keeper.stdin.end(job.stdin);
    job.begun();
  } else line.destroy();

  await gone;
  over.abort();
  job.signal.removeEventListener('abort', stop);
  await endRun({ run: job.run, pid }, clock);
  const drained = new AbortController();
  await Promise.race([closed.finally(() => drained.abort()), clock.sleep(DRAIN_MS, drained.signal)]);
  for (const stream of [keeper.stdin, keeper.stdout, keeper.stderr, line]) stream.destroy();
  lines.end();
  if (begins instanceof Error) throw begins;
  if (!begins) return { kind: 'called off' };
  if (output.full) return { kind: 'too much output' };
  if (job.signal.aborted) return { kind: 'stopped' };
  const { code = null, signal = null, error } = (await ending) ?? {};
  if (error !== undefined) return { kind: 'not started', code: error };
  return { kind: 'exited', code, signal, stdout: output.bytes() };
}

/** An error ends the keeper as a refusal does; it is thrown when the keeper is gone. */
async function beginOf(job: Job, pid: number): Promise<boolean | Error> {
  if (job.signal.aborted) return false;
  return await job.begin(pid).catch((error: unknown) => {
    return error instanceof Error ? error : new Error('The run could not be written down.', { cause: error });
  });
}

async function endPolitely(pid: number, clock: Clock, over: AbortSignal): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  await clock.sleep(POLITE_MS, over);
  if (!over.aborted) signalGroup(pid, 'SIGKILL');
}

/** What the keeper tells at the end; undefined when it was killed before it could. */
function endingFrom(line: Socket): Promise<Ending | undefined> {
  return new Promise((resolve) => {
    let text = '';
    line.setEncoding('utf8');
    line.on('data', (part: string) => {
      text += part;
    });
    line.once('close', () => resolve(readEnding(text)));
  });
}

function readEnding(text: string): Ending | undefined {
  try {
    const { code, signal, error } = asObject(JSON.parse(text)) ?? {};
    return {
      code: typeof code === 'number' ? code : null,
      signal: typeof signal === 'string' ? signal : null,
      ...(typeof error === 'string' ? { error } : {}),
    };
  } catch {
    return undefined;
  }
}

/** What a program writes to stdout, as long as it is not too much. */
class Output {
  #chunks: Buffer[] = [];
  #size = 0;
  full = false;

  constructor(
    private readonly max: number,
    private readonly tooMuch: () => void,
  ) {}

  push(bytes: Buffer): void {
    if (this.full) return;
    this.#size += bytes.length;
    this.full = this.#size > this.max;
    if (!this.full) return void this.#chunks.push(bytes);
    this.#chunks = [];
    this.tooMuch();
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
