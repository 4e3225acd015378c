import { shareOf } from '../../money.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow, HiringMessageRow, HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { type HiringAction, transition } from './hiring-states.js';
import { hold, InsufficientBalance, refund, release } from './ledger.js';

/** What happens to hirings. Every function here runs inside its caller's transaction. */

export const CURRENCY = 'USD';
/** Nothing public says how long an agent has; a day is ours. */
const DEADLINE_MS = 24 * 3_600_000;
/** Documented budget of the availability probe: 3 s for a ping, then 2 s for the callback (§3). */
const PROBE_DELAY_MS = 150;

export interface NewHiring {
  readonly userId: string;
  readonly agent: AgrentingAgentRow;
  readonly price: bigint;
  readonly capability: string;
  readonly description: string;
  readonly deliveryMode: 'output' | 'push';
  readonly clientMessage?: string | undefined;
  readonly taskInput?: Record<string, unknown> | undefined;
  readonly repoUrl?: string | undefined;
  readonly repoToken?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly clientFingerprint?: string | undefined;
  readonly operationKey?: string | undefined;
}

const subjectOf = (hiring: { id: string; trace_attempt: bigint }) => `hiring:${hiring.id}:${hiring.trace_attempt}`;

/**
 * Creates a hiring: the price is held first, then the hiring is queued and the agent probed (HIR1, S1).
 * @throws {ApiError} INSUFFICIENT_BALANCE.
 */
export async function createHiring(env: Env, tx: Tx, wanted: NewHiring): Promise<HiringRow> {
  const nowMs = env.clock.now();
  const now = isoTime(nowMs);
  const id = env.ids.uuid();
  const row: HiringRow = {
    id,
    user_id: wanted.userId,
    agent_id: wanted.agent.id,
    status: 'queued',
    price: wanted.price,
    capability_requested: wanted.capability,
    task_description: wanted.description,
    client_message: wanted.clientMessage ?? null,
    task_input: JSON.stringify(wanted.taskInput ?? {}),
    task_output: null,
    failed_reason: null,
    delivery_mode: wanted.deliveryMode,
    repo_url: wanted.repoUrl ?? null,
    repo_token_sealed: wanted.repoToken === undefined ? null : env.sealer.seal(wanted.repoToken, `hiring:${id}`),
    client_key: wanted.clientKey ?? null,
    client_fingerprint: wanted.clientFingerprint ?? null,
    dispatch_id: env.ids.uuid(),
    trace_attempt: 1n,
    deadline_at: isoTime(nowMs + DEADLINE_MS),
    created_at: now,
    updated_at: now,
    started_at: null,
    completed_at: null,
    failed_at: null,
    cancelled_at: null,
  };
  await holdPrice(env, tx, row, wanted.operationKey);
  await tx.insertInto('hirings').values(row).execute();
  await queued(env, tx, row);
  return row;
}

async function holdPrice(env: Env, tx: Tx, row: HiringRow, operationKey: string | undefined): Promise<void> {
  const request = { owner: row.user_id, currency: CURRENCY, amount: row.price, subject: subjectOf(row) };
  try {
    await hold(tx, { ...request, escrowId: env.ids.uuid(), operationKey, at: row.updated_at });
  } catch (error) {
    if (!(error instanceof InsufficientBalance)) throw error;
    throw new ApiError('INSUFFICIENT_BALANCE', 'The available balance does not cover this price.', { retriable: true });
  }
}

async function queued(env: Env, tx: Tx, row: HiringRow): Promise<void> {
  await env.jobs.schedule(tx, { kind: 'hiring.probe', subject: row.id, inMs: PROBE_DELAY_MS });
  await env.jobs.schedule(tx, { kind: 'hiring.deadline', subject: row.id, inMs: DEADLINE_MS });
  await env.events.emit(tx, { type: 'hiring.queued', id: row.id });
}

export async function findHiring(tx: Tx, id: string): Promise<HiringRow | undefined> {
  return await tx.selectFrom('hirings').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function agentById(tx: Tx, id: string): Promise<AgrentingAgentRow> {
  return await tx.selectFrom('agrenting_agents').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** Moves a hiring on. @throws {ApiError} CONFLICT with `refusal` when the state machine does not allow it. */
async function move(
  env: Env,
  tx: Tx,
  hiring: HiringRow,
  action: HiringAction,
  refusal: string,
  change: Partial<HiringRow>,
): Promise<HiringRow> {
  const rule = transition(hiring.status, action);
  if (!rule) throw new ApiError('CONFLICT', refusal, { details: { status: [hiring.status] } });
  const moved = await tx
    .updateTable('hirings')
    .set({ ...change, status: rule.to, updated_at: isoTime(env.clock.now()) })
    .where('id', '=', hiring.id)
    .where('status', '=', hiring.status)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (rule.money === 'refund' || rule.money === 'release') {
    // A token for one hiring is gone with the hiring.
    await tx.updateTable('hirings').set({ repo_token_sealed: null }).where('id', '=', hiring.id).execute();
    await env.jobs.cancel(tx, hiring.id, 'hiring.deadline');
    await env.jobs.cancel(tx, hiring.id, 'actor.agent');
  }
  return moved;
}

/** The probe succeeded: the agent is told and works. */
export async function startHiring(env: Env, tx: Tx, hiring: HiringRow): Promise<HiringRow> {
  const moved = await move(env, tx, hiring, 'start', 'Only a queued hiring can start.', {
    started_at: isoTime(env.clock.now()),
  });
  await env.events.emit(tx, { type: 'hiring.started', id: hiring.id });
  return moved;
}

/** The agent delivered: the escrow goes to it, less 5 % (rounded half up, the rest is the agent's). */
export async function completeHiring(
  env: Env,
  tx: Tx,
  hiring: HiringRow,
  output: unknown,
  operationKey?: string,
): Promise<HiringRow> {
  const now = isoTime(env.clock.now());
  const moved = await move(env, tx, hiring, 'complete', 'Hiring cannot be completed (wrong status).', {
    task_output: JSON.stringify(output),
    completed_at: now,
  });
  const fee = (total: bigint) => shareOf(total, env.settings.agrentingFee);
  await release(tx, {
    subject: subjectOf(moved),
    payee: moved.agent_id,
    currency: CURRENCY,
    fee,
    operationKey,
    at: now,
  });
  await tx
    .updateTable('agrenting_agents')
    .set((row) => ({ completed: row('completed', '+', 1n) }))
    .where('id', '=', moved.agent_id)
    .execute();
  await env.events.emit(tx, { type: 'hiring.completed', id: hiring.id });
  return moved;
}

/** The agent gave up, the probe failed or the deadline passed: full refund. */
export async function failHiring(
  env: Env,
  tx: Tx,
  hiring: HiringRow,
  reason: string,
  operationKey?: string,
): Promise<HiringRow> {
  const now = isoTime(env.clock.now());
  const moved = await move(env, tx, hiring, 'fail', 'Hiring cannot be failed (wrong status).', {
    failed_reason: reason,
    failed_at: now,
  });
  await refund(tx, { subject: subjectOf(moved), operationKey, at: now });
  await tx
    .updateTable('agrenting_agents')
    .set((row) => ({ failed: row('failed', '+', 1n) }))
    .where('id', '=', moved.agent_id)
    .execute();
  await env.events.emit(tx, { type: 'hiring.failed', id: hiring.id });
  return moved;
}

/** The hirer changed their mind: full refund. */
export async function cancelHiring(env: Env, tx: Tx, hiring: HiringRow, operationKey?: string): Promise<HiringRow> {
  const now = isoTime(env.clock.now());
  const moved = await move(env, tx, hiring, 'cancel', 'This hiring is final and can no longer be cancelled.', {
    cancelled_at: now,
  });
  await refund(tx, { subject: subjectOf(moved), operationKey, at: now });
  await env.events.emit(tx, { type: 'hiring.cancelled', id: hiring.id });
  return moved;
}

/** Once more: same id, next attempt, the price held again. */
export async function retryHiring(env: Env, tx: Tx, hiring: HiringRow, operationKey?: string): Promise<HiringRow> {
  const nowMs = env.clock.now();
  const moved = await move(env, tx, hiring, 'retry', 'Only a failed hiring can be tried again.', {
    trace_attempt: hiring.trace_attempt + 1n,
    dispatch_id: env.ids.uuid(),
    deadline_at: isoTime(nowMs + DEADLINE_MS),
    failed_reason: null,
    failed_at: null,
    started_at: null,
  });
  await holdPrice(env, tx, moved, operationKey);
  await queued(env, tx, moved);
  return moved;
}

export interface NewMessage {
  readonly sender: 'hirer' | 'agent' | 'system';
  readonly senderName: string;
  readonly content: string;
  readonly kind?: HiringMessageRow['kind'];
  readonly replyTo?: string | undefined;
}

/** Adds a message; an answer resolves its question. @throws {ApiError} CONFLICT once the hiring is final. */
export async function addMessage(env: Env, tx: Tx, hiring: HiringRow, message: NewMessage): Promise<HiringMessageRow> {
  const now = isoTime(env.clock.now());
  const kind = message.kind ?? 'message';
  if (kind !== 'message' && !transition(hiring.status, 'cancel')) {
    throw new ApiError('CONFLICT', 'The work is finished: no question can be asked or answered any more.');
  }
  if (kind === 'answer') {
    const resolved = await tx
      .updateTable('hiring_messages')
      .set({ resolved_at: now })
      .where('id', '=', message.replyTo ?? '')
      .where('hiring_id', '=', hiring.id)
      .where('kind', '=', 'question')
      .where('resolved_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!resolved) throw new ApiError('NOT_FOUND', 'There is no open question with this id in this hiring.');
  }
  const row: HiringMessageRow = {
    id: env.ids.uuid(),
    hiring_id: hiring.id,
    sender_type: message.sender,
    sender_name: message.senderName,
    kind,
    reply_to_id: message.replyTo ?? null,
    resolved_at: null,
    content: message.content,
    created_at: now,
  };
  await tx.insertInto('hiring_messages').values(row).execute();
  await tx.updateTable('hirings').set({ updated_at: now }).where('id', '=', hiring.id).execute();
  const type = kind === 'answer' ? 'hiring.answered' : 'hiring.message';
  await env.events.emit(tx, { type, id: hiring.id, data: { message_id: row.id, kind, sender: message.sender } });
  return row;
}
