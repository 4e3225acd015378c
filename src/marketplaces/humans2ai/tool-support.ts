import { HirewireError } from '../../errors.js';
import { amountFromJson, describeMoney, type Money } from '../../money.js';
import { confirmationToken, idempotencyKey } from '../agrenting/tool-support.js';
import type { ToolContext } from '../define.js';
import { tools } from './api.js';
import { callTool } from './client.js';
import { TASK_STATUSES, type Task, type TaskStatus } from './contract/replies.js';
import { CURRENCY } from './contract/scalars.js';

/** Arguments, live reads and sentences that the five financial tools share. */

/** The two arguments that the spending gate reads; neither is ever sent to the marketplace. */
export const gateArguments = { confirmationToken, idempotencyKey };

export const FEE_NOTE = 'Humans2AI takes its platform fee from the payout; the exact split is shown in the result.';
export const LATER_FEE_NOTE = 'Humans2AI takes its platform fee from the payout; the split is shown when it is paid.';

/** A task with the money that is locked for it. */
export interface Stake {
  readonly task: Task;
  readonly budget: Money;
}

/**
 * Reads a task and its budget, and refuses a state in which the marketplace allows no such step, so that nobody is
 * asked to agree to what cannot happen. A status that we do not know is the marketplace's to judge.
 * @throws {HirewireError} CONFLICT, or BAD_REPLY when the budget cannot be read.
 */
export async function readStake(
  context: ToolContext,
  taskId: string,
  step: { readonly done: string; readonly from: readonly TaskStatus[] },
): Promise<Stake> {
  const { api, signal } = context;
  const task = await callTool(api, tools.get_task, { taskId }, { signal });
  const status = TASK_STATUSES.find((known) => known === task.status);
  if (status !== undefined && !step.from.includes(status)) {
    throw new HirewireError({
      code: 'CONFLICT',
      message: `Task ${taskId} is ${status}; it can only be ${step.done} while it is ${step.from.join(' or ')}.`,
      changed: 'no',
      next: 'Read it with get_task, then decide.',
      retrySafe: false,
    });
  }
  return { task, budget: tokensOf(task.budget, `the budget of task ${taskId}`) };
}

/** What can be spent now, as the marketplace states it. */
export async function readBalance({ api, signal }: ToolContext): Promise<Money> {
  const { balance } = await callTool(api, tools.get_wallet, {}, { signal });
  return tokensOf(balance, 'the balance');
}

/** No amount of the marketplace comes near it, and below it every number has a plain decimal spelling. */
const TOO_MUCH = 9_000_000_000;

/**
 * A JSON number of $A9token as money. What lies beyond the eighth decimal is the noise of binary floats.
 * @throws {HirewireError} BAD_REPLY when it is missing or no amount: nobody can agree to an unknown sum.
 */
export function tokensOf(value: number | null | undefined, what: string): Money {
  if (value != null && value >= 0 && value < TOO_MUCH) {
    return { units: amountFromJson(Number(value.toFixed(8))), currency: CURRENCY };
  }
  throw new HirewireError({
    code: 'BAD_REPLY',
    message: `The marketplace does not state ${what} as an amount.`,
    changed: 'no',
    next: 'Read it with get_task and get_wallet, and tell the person.',
    retrySafe: true,
  });
}

/** "150.00 $A9token from escrow esc_1". */
export function escrowed({ task, budget }: Stake): string {
  return `${describeMoney(budget)} from escrow${task.escrowId ? ` ${task.escrowId}` : ''}`;
}

/** The human who gets the money. Only the marketplace's own id counts; names are written by people. */
export function payeeOf(task: Task): string {
  return task.humanId ?? 'a human whose id is not shown';
}

/** Names exactly one submission: an approval is bound to it, and void when the human hands in another. */
export function submissionVersion(task: Task): Readonly<Record<string, string>> {
  const { submissionVersion: count, submissionHash: hash } = task;
  if (count != null && hash) return { submission: `${count}:${hash}` };
  return { updated_at: task.updatedAt ?? task.submittedAt ?? '' };
}

/** The same submission for a person. */
export function describeSubmission(task: Task): string {
  const count = task.submissionVersion == null ? '' : ` version ${task.submissionVersion}`;
  const facts = [
    task.submittedAt ? `handed in ${task.submittedAt}` : '',
    task.submissionHash ? `fingerprint ${task.submissionHash.slice(0, 12)}` : '',
  ].filter(Boolean);
  return `submission${count} of task ${task.id}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}
