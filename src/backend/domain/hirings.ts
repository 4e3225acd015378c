import { shareOf } from '../../money.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow, HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { recordOutcome } from './agents.js';
import { covered } from './amounts.js';
import { type HiringAction, transition } from './hiring-states.js';
import { hold, refund, release } from './ledger.js';

/**
 * What happens to hirings, once it is clear that it may. Every function here runs inside its caller's transaction.
 * Who may ask for it and on which conditions is in hire.ts.
 */

export const CURRENCY = 'USD';
/** Nothing public says how long an agent has; a day is ours. */
const DEADLINE_MS = 24 * 3_600_000;
/** The documents allow the probe five seconds; here it is answered by the database. */
const PROBE_DELAY_MS = 100;

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
/** Where the token of a hiring is sealed to. */
export const tokenContext = (hiringId: string) => `hiring:${hiringId}`;

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
    repo_token_sealed: sealToken(env, id, wanted.repoToken),
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

const sealToken = (env: Env, hiringId: string, token: string | undefined): string | null =>
  token === undefined ? null : env.sealer.seal(token, tokenContext(hiringId));

async function holdPrice(env: Env, tx: Tx, row: HiringRow, operationKey: string | undefined): Promise<void> {
  const request = { owner: row.user_id, currency: CURRENCY, amount: row.price, subject: subjectOf(row) };
  await covered(hold(tx, { ...request, escrowId: env.ids.uuid(), operationKey, at: row.updated_at }));
}

async function queued(env: Env, tx: Tx, row: HiringRow): Promise<void> {
  await env.jobs.schedule(tx, { kind: 'hiring.probe', subject: row.id, inMs: PROBE_DELAY_MS });
  await env.jobs.schedule(tx, { kind: 'hiring.deadline', subject: row.id, inMs: DEADLINE_MS });
  await env.events.emit(tx, { type: 'hiring.queued', id: row.id });
}

export async function findHiring(tx: Tx, id: string): Promise<HiringRow | undefined> {
  return await tx.selectFrom('hirings').selectAll().where('id', '=', id).executeTakeFirst();
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
  const over = rule.money === 'refund' || rule.money === 'release';
  // A token for one hiring is gone with the hiring.
  const gone = over ? { repo_token_sealed: null } : {};
  const moved = await tx
    .updateTable('hirings')
    .set({ ...change, ...gone, status: rule.to, updated_at: isoTime(env.clock.now()) })
    .where('id', '=', hiring.id)
    .where('status', '=', hiring.status)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (over) {
    for (const kind of ['hiring.probe', 'hiring.deadline', 'actor.agent', 'actor.hirer']) {
      await env.jobs.cancel(tx, hiring.id, kind);
    }
  }
  return moved;
}

/** The probe succeeded: the agent is told and works. */
export async function startHiring(env: Env, tx: Tx, hiring: HiringRow): Promise<HiringRow> {
  const moved = await move(env, tx, hiring, 'start', 'Only a queued hiring can start.', {
    started_at: isoTime(env.clock.now()),
  });
  await env.jobs.cancel(tx, hiring.id, 'hiring.probe');
  await env.events.emit(tx, { type: 'hiring.started', id: hiring.id });
  return moved;
}

/**
 * The agent delivered: the escrow goes to it, less 5 % (rounded half up, the rest is the agent's).
 * @throws {ApiError} CONFLICT when the hiring is not in progress.
 */
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
  await recordOutcome(tx, moved.agent_id, 'completed');
  await env.events.emit(tx, { type: 'hiring.completed', id: hiring.id });
  return moved;
}

/**
 * The agent gave up, the probe failed or the deadline passed: full refund.
 * @throws {ApiError} CONFLICT when the hiring is final.
 */
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
  await recordOutcome(tx, moved.agent_id, 'failed');
  await env.events.emit(tx, { type: 'hiring.failed', id: hiring.id });
  return moved;
}

/** The hirer changed their mind: full refund. @throws {ApiError} CONFLICT when the hiring is final. */
export async function cancelHiring(env: Env, tx: Tx, hiring: HiringRow, operationKey?: string): Promise<HiringRow> {
  const now = isoTime(env.clock.now());
  const moved = await move(env, tx, hiring, 'cancel', 'This hiring is final and can no longer be cancelled.', {
    cancelled_at: now,
  });
  await refund(tx, { subject: subjectOf(moved), operationKey, at: now });
  await env.events.emit(tx, { type: 'hiring.cancelled', id: hiring.id });
  return moved;
}

export interface Retry {
  /** A push-mode hiring needs a token again: that of the first attempt is gone. */
  readonly repoToken?: string | undefined;
  readonly operationKey?: string | undefined;
}

/**
 * Once more: same id, next attempt, the price held again.
 * @throws {ApiError} CONFLICT when the hiring has not failed; INSUFFICIENT_BALANCE.
 */
export async function retryHiring(env: Env, tx: Tx, hiring: HiringRow, retry: Retry = {}): Promise<HiringRow> {
  const moved = await move(env, tx, hiring, 'retry', 'Only a failed hiring can be tried again.', {
    trace_attempt: hiring.trace_attempt + 1n,
    dispatch_id: env.ids.uuid(),
    deadline_at: isoTime(env.clock.now() + DEADLINE_MS),
    repo_token_sealed: sealToken(env, hiring.id, retry.repoToken),
    failed_reason: null,
    failed_at: null,
    started_at: null,
  });
  await holdPrice(env, tx, moved, retry.operationKey);
  await queued(env, tx, moved);
  return moved;
}
