import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { log } from '../log.js';
import { type Agent, askAgent } from './agent.js';
import { type Artifact, type Collected, collectArtifacts } from './artifacts.js';
import type { Clock } from './clock.js';
import type { Variables } from './environment.js';
import type { Passing } from './failpoints.js';
import { type Line, presentable } from './lines.js';
import { failure, type Outcome, resultOf } from './outcome.js';
import { type Ended, type Program, runProgram } from './program.js';
import { Progress } from './progress.js';
import type { Task } from './task.js';

/** How every run of a worker is made. */
export interface RunOptions {
  /** What does the work: a program that is started, or an agent that is asked. */
  readonly program: Program | Agent;
  /** Of every run, before the facts of its hiring. */
  readonly environment: Variables;
  /** Bytes of stdout. */
  readonly maxOutput: number;
  /** How many run at a time. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly pass: Passing;
}

export interface RunHooks {
  /** Stops it. */
  readonly signal: AbortSignal;
  /** Writes the run down before it begins; it has no process of ours where `pid` is null. False calls it off. */
  begin(run: string, pid: number | null): Promise<boolean>;
  /** Tells the hirer something. */
  say(text: string): Promise<void>;
}

export type Performed =
  | {
      readonly kind: 'outcome';
      readonly outcome: Outcome;
      readonly files: readonly Artifact[];
      readonly leftOut: readonly string[];
    }
  /** Its result, if there was any, is not to be delivered. */
  | { readonly kind: 'stopped' | 'called off' }
  /** An agent gave no answer, now. @see askAgent for whether this was one of its attempts. */
  | { readonly kind: 'no answer'; readonly reason: string; readonly counts: boolean }
  | { readonly kind: 'no program'; readonly reason: string };

const NO_FILES: Collected = { files: [], leftOut: [] };

/** Has one task done, and reads what came of it. */
export async function performTask(options: RunOptions, task: Task, hooks: RunHooks): Promise<Performed> {
  const { program } = options;
  if ('ask' in program) return await askAgent(program, options, task, hooks);
  return await runTask(program, options, task, hooks);
}

async function runTask(program: Program, options: RunOptions, task: Task, hooks: RunHooks): Promise<Performed> {
  const { clock, pass } = options;
  const run = randomUUID();
  const folder = join(tmpdir(), `hirewire-work-${run}`);
  const progress = new Progress(clock, hooks.say, options.concurrency);
  let lastLine: Line | undefined;
  pass('W1');
  try {
    const ended = await runProgram(
      program,
      {
        run,
        stdin: task.stdin,
        variables: { ...options.environment, ...task.variables, HIREWIRE_ARTIFACTS_DIR: folder },
        maxOutput: options.maxOutput,
        signal: hooks.signal,
        begin: async (pid) => {
          pass('W2');
          if (!(await hooks.begin(run, pid))) return false;
          pass('W3');
          await mkdir(folder, { mode: 0o700 });
          return true;
        },
        begun: () => pass('W4'),
        line: (line) => {
          lastLine = line;
          progress.line(line);
        },
      },
      clock,
    );
    pass('W5');
    if (ended.kind === 'stopped' || ended.kind === 'called off') return { kind: ended.kind };
    if (ended.kind === 'not started') return { kind: 'no program', reason: `it could not be started (${ended.code})` };
    const succeeded = ended.kind === 'exited' && ended.code === 0;
    const { files, leftOut } = succeeded ? await collectArtifacts(folder, task.secrets) : NO_FILES;
    for (const each of leftOut) progress.line({ text: `Not delivered: ${each}`, cut: false });
    await progress.finish();
    return { kind: 'outcome', outcome: outcomeOf(ended, files, lastLine, options.maxOutput), files, leftOut };
  } finally {
    progress.stop();
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      log('warn', `the folder ${folder} could not be removed`, error);
    });
  }
}

function outcomeOf(
  ended: Extract<Ended, { kind: 'exited' | 'too much output' }>,
  files: readonly Artifact[],
  lastLine: Line | undefined,
  maxOutput: number,
): Outcome {
  if (ended.kind === 'too much output') return failure(`The agent wrote more than ${maxOutput} bytes of output.`);
  if (ended.code === 0) {
    const names = files.map(({ name }) => name);
    return resultOf(ended.stdout, names) ?? failure('The agent ended without a result.');
  }
  // What a program said last is its own word for what went wrong.
  const said = lastLine === undefined ? '' : presentable(lastLine);
  if (said !== '') return failure(said);
  return failure(
    ended.code === null ? 'The agent was ended from outside.' : `The agent ended with code ${ended.code}.`,
  );
}
