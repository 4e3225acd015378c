import { shareOf } from '../../money.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { DomainEvent } from '../events.js';
import type { Tx } from '../store/schema.js';
import { refund, release, split } from './ledger.js';
import { AUTO_APPROVE_JOB, CURRENCY, DEADLINE_JOB, LAPSE_JOB, subjectOf, type Task } from './task-record.js';
import { ruleOf, type TaskAction, type TaskTransition } from './task-states.js';

/** How a task moves on. Every function here runs inside its caller's transaction. */

/** Documented for autoApprove; the clock starts at the submission (inferred). */
const AUTO_APPROVE_MS = 72 * 3_600_000;
/** How long a human may take to resubmit or dispute, but never less than until the deadline (ours). */
const LAPSE_MS = 72 * 3_600_000;

type EventOf = (typeof EVENTS)[TaskAction];
const EVENTS = {
  open: 'task.opened',
  decline: 'task.expired',
  cancel: 'task.expired',
  expire: 'task.expired',
  assign: 'task.assigned',
  submit: 'task.submitted',
  approve: 'task.completed',
  reject: 'task.rejected',
  dispute: 'task.disputed',
  rule_release: 'task.completed',
  rule_refund: 'task.refunded',
  rule_split: 'task.completed',
} as const satisfies Record<TaskAction, DomainEvent['type']>;

interface Terms {
  readonly operationKey?: string | undefined;
  /** Of the budget, to the human, when it is split. */
  readonly humanPercent?: bigint;
}

/**
 * Moves a task and its money as the state machine says.
 * @throws {ApiError} CONFLICT when the status does not allow it, or when the escrow was settled already.
 */
async function move(
  env: Env,
  tx: Tx,
  task: Task,
  action: TaskAction,
  change: Partial<Task> = {},
  terms: Terms = {},
): Promise<Task> {
  const rule = ruleOf(action);
  if (!rule.from.includes(task.status)) {
    throw new ApiError('CONFLICT', rule.refusal, { details: { status: [task.status] } });
  }
  const now = isoTime(env.clock.now());
  const settled = await settle(env, tx, task, rule.money, terms);
  const moved = await tx
    .updateTable('h2a_tasks')
    .set({ ...change, ...settled, status: rule.to, updated_at: now })
    .where('id', '=', task.id)
    .where('status', '=', task.status)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (rule.money !== 'keep') {
    for (const kind of [DEADLINE_JOB, AUTO_APPROVE_JOB, LAPSE_JOB]) await env.jobs.cancel(tx, task.id, kind);
    await rejectPending(tx, task.id);
  }
  const type: EventOf = EVENTS[action];
  await env.events.emit(tx, { type, id: task.id });
  return moved;
}

async function settle(
  env: Env,
  tx: Tx,
  task: Task,
  money: TaskTransition['money'],
  { operationKey, humanPercent = 100n }: Terms,
): Promise<Partial<Task>> {
  if (money === 'keep') return {};
  const settlement = { subject: subjectOf(task), operationKey, at: isoTime(env.clock.now()) };
  if (money === 'refund') {
    if ((await refund(tx, settlement)) === 0n) throw noEscrow();
    return {};
  }
  if (task.human_id === null) throw new Error('a task without a human cannot be paid out');
  const fee = (total: bigint) => shareOf(total, env.settings.humans2aiFee);
  const payout = { ...settlement, payee: task.human_id, currency: CURRENCY, fee };
  const part = (total: bigint) => shareOf(total, humanPercent * 100n);
  const paid = await (money === 'split' ? split(tx, { ...payout, paid: part }) : release(tx, payout));
  if (paid.total === 0n) throw noEscrow();
  return { payout: paid.payout, fee: paid.fee, completed_at: settlement.at };
}

const noEscrow = () => new ApiError('CONFLICT', 'No locked escrow found');

async function rejectPending(tx: Tx, taskId: string): Promise<void> {
  await tx
    .updateTable('h2a_applications')
    .set({ status: 'rejected' })
    .where('task_id', '=', taskId)
    .where('status', '=', 'pending')
    .execute();
}

/** An admin lets a reviewed task go live. */
export const openTask = (env: Env, tx: Tx, task: Task): Promise<Task> => move(env, tx, task, 'open', { live: 1n });

/** An admin declines a reviewed task: full refund, and it stays hidden. */
export const declineTask = (env: Env, tx: Tx, task: Task): Promise<Task> => move(env, tx, task, 'decline');

/** The owner changed their mind: full refund. */
export const cancelTask = (env: Env, tx: Tx, task: Task, operationKey?: string): Promise<Task> =>
  move(env, tx, task, 'cancel', { cancelled_at: isoTime(env.clock.now()) }, { operationKey });

/** Its time is over: full refund. */
export const expireTask = (env: Env, tx: Tx, task: Task): Promise<Task> => move(env, tx, task, 'expire');

/**
 * The owner chooses a human who applied; the other pending applications are rejected.
 * @throws {ApiError} CONFLICT also when this human has no pending application.
 */
export async function assignTask(env: Env, tx: Tx, task: Task, humanId: string): Promise<Task> {
  const moved = await move(env, tx, task, 'assign', { human_id: humanId, assigned_at: isoTime(env.clock.now()) });
  const accepted = await tx
    .updateTable('h2a_applications')
    .set({ status: 'accepted' })
    .where('task_id', '=', task.id)
    .where('human_id', '=', humanId)
    .where('status', '=', 'pending')
    .returning('id')
    .executeTakeFirst();
  if (!accepted) throw new ApiError('CONFLICT', 'No pending application from this humanId');
  await rejectPending(tx, task.id);
  return moved;
}

/** The human delivered, for the first time or again after a rejection. With autoApprove, 72 hours begin. */
export async function markSubmitted(env: Env, tx: Tx, task: Task, hash: string): Promise<Task> {
  const moved = await move(env, tx, task, 'submit', {
    submission_version: task.submission_version + 1n,
    submission_hash: hash,
    submitted_at: isoTime(env.clock.now()),
  });
  await env.jobs.cancel(tx, task.id, LAPSE_JOB);
  if (task.auto_approve === 1n) {
    await env.jobs.schedule(tx, { kind: AUTO_APPROVE_JOB, subject: task.id, inMs: AUTO_APPROVE_MS });
  }
  return moved;
}

/** The owner is content (or autoApprove's time has come): the escrow is paid out, less the fee. */
export const approveTask = (env: Env, tx: Tx, task: Task, operationKey?: string): Promise<Task> =>
  move(env, tx, task, 'approve', {}, { operationKey });

/** The owner is not content. The escrow stays locked; the human can resubmit or dispute. */
export async function rejectTask(env: Env, tx: Tx, task: Task, reason: string): Promise<Task> {
  const moved = await move(env, tx, task, 'reject', { rejection_reason: reason });
  await env.jobs.cancel(tx, task.id, AUTO_APPROVE_JOB);
  const inMs = Math.max(LAPSE_MS, Date.parse(task.deadline) - env.clock.now());
  await env.jobs.schedule(tx, { kind: LAPSE_JOB, subject: task.id, inMs });
  return moved;
}

/** The human does not accept the rejection. The escrow stays locked until an admin rules. */
export async function disputeTask(env: Env, tx: Tx, task: Task, reason: string): Promise<Task> {
  const moved = await move(env, tx, task, 'dispute', { dispute_reason: reason });
  await env.jobs.cancel(tx, task.id, LAPSE_JOB);
  return moved;
}

export type Ruling =
  | { readonly outcome: 'release' | 'refund' }
  /** Whole per cent of the budget to the human, 1 to 99, less the fee of that part; the rest back to the agent. */
  | { readonly outcome: 'split'; readonly humanPercent: number };

/** An admin rules on a dispute. */
export async function ruleTask(env: Env, tx: Tx, task: Task, ruling: Ruling): Promise<Task> {
  if (ruling.outcome !== 'split') return await move(env, tx, task, `rule_${ruling.outcome}`);
  return await move(env, tx, task, 'rule_split', {}, { humanPercent: BigInt(ruling.humanPercent) });
}
