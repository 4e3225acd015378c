import { inShort } from './agent-behaviours.js';

/**
 * The simulated agent behind the PraisonAI double, and how it acts. It really works on what it is given, and the same
 * task gets the same answer. Two beginnings of a task make it misbehave, for tests of whoever calls it:
 *
 *   "Fail: …"      it fails, with what follows as its reason
 *   "Wait 30: …"   it takes 30 seconds, at most 600, by the sandbox's clock
 */

/** The agent could not do it; the message is its own. */
export class AssistantError extends Error {
  override name = 'AssistantError';
}

export interface Sandglass {
  /** Resolves after so many milliseconds of the sandbox's clock. @throws when the caller is gone. */
  wait(ms: number): Promise<void>;
}

const LONGEST_S = 600;

/** @param earlier what it was asked before in the same session. @throws {AssistantError} */
export async function assist(task: string, glass: Sandglass, earlier: readonly string[] = []): Promise<string> {
  const [, reason] = /^Fail:\s*(.*)$/s.exec(task) ?? [];
  if (reason !== undefined) throw new AssistantError(reason || 'no reason given');
  const [, seconds, rest] = /^Wait (\d{1,3}):\s*(.*)$/s.exec(task) ?? [];
  if (seconds !== undefined) await glass.wait(1_000 * Math.min(Number(seconds), LONGEST_S));
  const answer = inShort(rest ?? task);
  const before = earlier.at(-1);
  return before === undefined ? answer : `${answer} Before that you asked: ${inShort(before)}`;
}
