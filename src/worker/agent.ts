import { randomUUID } from 'node:crypto';
import { type ErrorFacts, HirewireError } from '../errors.js';
import { log, redact } from '../log.js';
import type { Artifact } from './artifacts.js';
import { presentable } from './lines.js';
import { failure, type Outcome, resultOf } from './outcome.js';
import { Progress } from './progress.js';
import { promptOf } from './prompt.js';
import type { Performed, RunHooks, RunOptions } from './run.js';
import type { Task } from './task.js';

/** An agent that is asked, where other workers start a program. */
export interface Agent {
  /** As the person calls it. */
  readonly name: string;
  /**
   * @returns its answer.
   * @throws {HirewireError} when there is none; `changed` says whether it may have begun.
   */
  ask(prompt: string, how: Asking): Promise<AgentAnswer>;
}

export interface Asking {
  /** Calls it off. */
  readonly signal: AbortSignal;
  /** What the agent says while it works. */
  progress(text: string): void;
}

export interface AgentAnswer {
  readonly text: string;
  readonly files: readonly Artifact[];
  /** Files that are not delivered, and why, in words for the hirer. */
  readonly leftOut: readonly string[];
  /** It says itself that it could not do it; the text is why. */
  readonly isError: boolean;
}

/** No waiting can change these: every further hiring would come to the same. */
const HOPELESS: readonly string[] = ['UNAUTHORIZED', 'FORBIDDEN', 'DEFINITION_CHANGED', 'NOT_FOUND', 'NOT_CONFIGURED'];

/** Has an agent do one task, and reads what came of it. */
export async function askAgent(agent: Agent, options: RunOptions, task: Task, hooks: RunHooks): Promise<Performed> {
  const { clock, pass, maxOutput, concurrency } = options;
  // It has no credential for a repository, and gets none.
  if (task.facts.delivery_mode === 'push')
    return outcome(failure('This agent answers; it cannot push to a repository.'));
  const progress = new Progress(clock, hooks.say, concurrency);
  pass('W1');
  if (!(await hooks.begin(randomUUID(), null))) return { kind: 'called off' };
  pass('W3');
  try {
    const how = { signal: hooks.signal, progress: (text: string) => progress.line({ text, cut: false }) };
    const answer = await agent.ask(promptOf(task.facts), how);
    pass('W5');
    if (hooks.signal.aborted) return { kind: 'stopped' };
    for (const each of answer.leftOut) how.progress(`Not delivered: ${each}`);
    await progress.finish();
    return outcome(outcomeOf(answer, maxOutput), answer.isError ? [] : answer.files, answer.leftOut);
  } catch (error) {
    if (hooks.signal.aborted) return { kind: 'stopped' };
    if (!(error instanceof HirewireError)) throw error;
    log('info', `the agent ${agent.name} gave no answer`, error);
    return withoutAnswer(error.facts);
  } finally {
    progress.stop();
  }
}

const outcome = (came: Outcome, files: readonly Artifact[] = [], leftOut: readonly string[] = []): Performed => ({
  kind: 'outcome',
  outcome: came,
  files,
  leftOut,
});

function outcomeOf({ text, files, isError }: AgentAnswer, maxOutput: number): Outcome {
  if (isError) return failure(presentable({ text, cut: false }) || 'The agent could not do it.');
  const bytes = Buffer.from(redact(text));
  if (bytes.length > maxOutput) return failure(`The agent wrote more than ${maxOutput} bytes of output.`);
  const names = files.map(({ name }) => name);
  return resultOf(bytes, names) ?? failure('The agent ended without a result.');
}

/** An agent that is away is asked again later. One that may have begun has had one of its attempts. */
function withoutAnswer({ code, message, changed }: ErrorFacts): Performed {
  if (HOPELESS.includes(code)) return { kind: 'no program', reason: message };
  return { kind: 'no answer', reason: message, counts: changed !== 'no' };
}
