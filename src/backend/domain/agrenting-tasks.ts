import { shareOf } from '../../money.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow, AgrentingTaskRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { agentById, recordOutcome } from './agents.js';
import { addTaskEvent, closeAttempt, openAttempt } from './agrenting-task-history.js';
import { checkTask, type TaskAction } from './agrenting-task-states.js';
import { CURRENCY } from './hirings.js';
import { refund, release, split } from './ledger.js';
import { isOnline } from './presence.js';

/** Tasks between agents: what happens to one, from its creation to its end. Payment is in agrenting-task-money.ts. */

/** The dispatcher looks for the provider shortly after the task was paid. */
const DISPATCH_AFTER_MS = 100;
/** The simulated arbiter decides after three days, for the client. */
const DISPUTE_MS = 72 * 3_600_000;

export const taskSubject = (taskId: string) => `agrenting-task:${taskId}`;

export interface NewTask {
  readonly client: string;
  readonly clientAgentId: string | null;
  readonly provider: AgrentingAgentRow;
  readonly capability: string;
  readonly input: Record<string, unknown>;
  readonly price: bigint;
}

/** Creates a task that is not paid yet; free work counts as paid. */
export async function createTask(env: Env, tx: Tx, wanted: NewTask): Promise<AgrentingTaskRow> {
  const now = isoTime(env.clock.now());
  const row: AgrentingTaskRow = {
    id: env.ids.uuid(),
    client: wanted.client,
    client_agent_id: wanted.clientAgentId,
    provider_agent_id: wanted.provider.id,
    capability: wanted.capability,
    input: JSON.stringify(wanted.input),
    output: null,
    status: 'pending',
    price: wanted.price,
    payment_type: null,
    payment_status: wanted.price === 0n ? 'escrowed' : 'unpaid',
    payment_id: null,
    paid_at: null,
    error_reason: null,
    dispute_reason: null,
    progress_percent: null,
    progress_message: null,
    created_at: now,
    updated_at: now,
    completed_at: null,
  };
  await tx.insertInto('agrenting_tasks').values(row).execute();
  await addTaskEvent(env, tx, row.id, 'task.created', {});
  await openAttempt(env, tx, row);
  if (row.payment_status === 'escrowed') await dispatch(env, tx, row.id);
  return row;
}

/** @throws {ApiError} NOT_FOUND, also for a task of others. */
export async function findTask(tx: Tx, id: string, account: string): Promise<AgrentingTaskRow> {
  const row = await taskById(tx, id);
  if (row && (row.client === account || row.provider_agent_id === account)) return row;
  throw new ApiError('NOT_FOUND', 'No task of yours has this id.');
}

export async function taskById(tx: Tx, id: string): Promise<AgrentingTaskRow | undefined> {
  return await tx.selectFrom('agrenting_tasks').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Writes a change and a line in the timeline. @throws {ApiError} when the state machine does not allow the action. */
export async function moveTask(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  action: TaskAction,
  change: Partial<AgrentingTaskRow>,
  event: { readonly type: string; readonly details?: Record<string, unknown> },
): Promise<AgrentingTaskRow> {
  checkTask(task, action);
  const moved = await tx
    .updateTable('agrenting_tasks')
    .set({ ...change, updated_at: isoTime(env.clock.now()) })
    .where('id', '=', task.id)
    .where('status', '=', task.status)
    .returningAll()
    .executeTakeFirstOrThrow();
  await addTaskEvent(env, tx, task.id, event.type, event.details ?? {});
  return moved;
}

/** Lets the dispatcher look for the provider soon. */
export async function dispatch(env: Env, tx: Tx, taskId: string): Promise<void> {
  await env.jobs.schedule(tx, { kind: 'agrenting_task.dispatch', subject: taskId, inMs: DISPATCH_AFTER_MS });
}

/** The provider is there: it works from now on. One that is not there finds the task when it comes. */
export async function startIfOnline(env: Env, tx: Tx, taskId: string): Promise<void> {
  const task = await taskById(tx, taskId);
  if (task?.status !== 'pending' || task.payment_status !== 'escrowed') return;
  const provider = await agentById(tx, task.provider_agent_id);
  if (isOnline(provider, env.clock.now())) await startTask(env, tx, task);
}

export async function startTask(env: Env, tx: Tx, task: AgrentingTaskRow): Promise<AgrentingTaskRow> {
  const moved = await moveTask(env, tx, task, 'start', { status: 'in_progress' }, { type: 'task.in_progress' });
  await env.events.emit(tx, { type: 'agrenting_task.started', id: task.id });
  return moved;
}

/** The provider delivered: the escrow goes to it, less the fee. @throws {ApiError} PAYMENT_FAILED for an unpaid task. */
export async function completeTask(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  output: unknown,
  operationKey?: string,
): Promise<AgrentingTaskRow> {
  checkTask(task, 'complete');
  if (task.payment_status !== 'escrowed') {
    throw new ApiError('PAYMENT_FAILED', 'This task is not paid for yet, so it cannot be completed.');
  }
  const at = isoTime(env.clock.now());
  const fee = (total: bigint) => shareOf(total, env.settings.agrentingFee);
  const subject = taskSubject(task.id);
  await release(tx, { subject, payee: task.provider_agent_id, currency: CURRENCY, fee, operationKey, at });
  await recordOutcome(tx, task.provider_agent_id, 'completed');
  return await finish(env, tx, task, 'complete', {
    status: 'completed',
    output: JSON.stringify(output),
    progress_percent: 100n,
    payment_status: 'released',
  });
}

/** The provider gave up: full refund. */
export async function failTask(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  reason: string,
  operationKey?: string,
): Promise<AgrentingTaskRow> {
  checkTask(task, 'fail');
  const refunded = await refundTask(env, tx, task, operationKey);
  await recordOutcome(tx, task.provider_agent_id, 'failed');
  return await finish(env, tx, task, 'fail', { status: 'failed', error_reason: reason, ...refunded });
}

/** The client changed its mind: full refund. */
export async function cancelTask(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  operationKey?: string,
): Promise<AgrentingTaskRow> {
  checkTask(task, 'cancel');
  const refunded = await refundTask(env, tx, task, operationKey);
  return await finish(env, tx, task, 'cancel', { status: 'cancelled', ...refunded });
}

/** The escrow stays where it is until the arbiter has decided. */
export async function disputeTask(env: Env, tx: Tx, task: AgrentingTaskRow, reason: string): Promise<AgrentingTaskRow> {
  const change = { status: 'disputed', dispute_reason: reason } as const;
  const moved = await moveTask(env, tx, task, 'dispute', change, { type: 'task.disputed', details: { reason } });
  await env.jobs.schedule(tx, { kind: 'agrenting_task.arbitrate', subject: task.id, inMs: DISPUTE_MS });
  return moved;
}

/** The simulated arbiter, when nobody ruled before, refunds the client. */
export async function arbitrate(env: Env, tx: Tx, taskId: string): Promise<void> {
  const task = await taskById(tx, taskId);
  if (task?.status === 'disputed') await ruleTask(env, tx, task, 0n);
}

/**
 * A dispute is decided: the provider gets this part of the price in per cent, less the fee of that part, and the client
 * the rest (documented: refund, release or split).
 * @throws {ApiError} CONFLICT when no dispute is open.
 */
export async function ruleTask(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  providerPercent: bigint,
  operationKey?: string,
): Promise<AgrentingTaskRow> {
  checkTask(task, 'settle');
  await env.jobs.cancel(tx, task.id, 'agrenting_task.arbitrate');
  if (providerPercent === 0n) {
    const refunded = await refundTask(env, tx, task, operationKey);
    await recordOutcome(tx, task.provider_agent_id, 'failed');
    const reason = 'The dispute was decided for the client.';
    return await finish(env, tx, task, 'settle', { status: 'failed', error_reason: reason, ...refunded });
  }
  const at = isoTime(env.clock.now());
  const fee = (paid: bigint) => shareOf(paid, env.settings.agrentingFee);
  const payout = {
    subject: taskSubject(task.id),
    payee: task.provider_agent_id,
    currency: CURRENCY,
    fee,
    operationKey,
    at,
  };
  const part = (total: bigint) => shareOf(total, providerPercent * 100n);
  const { total } = await (providerPercent === 100n ? release(tx, payout) : split(tx, { ...payout, paid: part }));
  await recordOutcome(tx, task.provider_agent_id, 'completed');
  const paid = total > 0n ? ({ payment_status: 'released' } as const) : {};
  return await finish(env, tx, task, 'settle', { status: 'completed', ...paid });
}

async function refundTask(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  operationKey?: string,
): Promise<Pick<AgrentingTaskRow, 'payment_status'>> {
  const at = isoTime(env.clock.now());
  const amount = await refund(tx, { subject: taskSubject(task.id), operationKey, at });
  return { payment_status: amount > 0n ? 'refunded' : task.payment_status };
}

async function finish(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  action: TaskAction,
  change: Partial<AgrentingTaskRow> & Pick<AgrentingTaskRow, 'status'>,
): Promise<AgrentingTaskRow> {
  const completed_at = isoTime(env.clock.now());
  const moved = await moveTask(
    env,
    tx,
    task,
    action,
    { ...change, completed_at },
    { type: `task.${change.status}`, details: change.error_reason ? { error_reason: change.error_reason } : {} },
  );
  await env.jobs.cancel(tx, task.id, 'actor.task');
  await closeAttempt(tx, task.id, change.status, completed_at, change.error_reason ?? null);
  return moved;
}
