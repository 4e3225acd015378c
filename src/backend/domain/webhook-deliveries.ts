import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { DeliveryAttemptRow, DeliveryRow } from '../store/operate-schema.js';
import type { Tx } from '../store/schema.js';

/**
 * The outbox of webhooks, and its log. A delivery is written in the transaction of the change that it tells of;
 * delivery/webhook-sender.ts sends it. How the order of a subject is kept is in webhook-migration.ts.
 */

export type Delivery = Omit<DeliveryRow, 'seq'> & { readonly seq: bigint };

/** The job that sends what is due of one webhook. */
export const SEND_JOB = 'webhook.send';

export interface NewDelivery {
  readonly marketplace: DeliveryRow['marketplace'];
  readonly webhookId: string;
  readonly account: string;
  readonly eventId: string;
  readonly eventType: string;
  /** What the order is kept for, such as "task:<id>". */
  readonly subject: string;
  readonly body: string;
  readonly resendOf?: string;
}

/** Puts a delivery in line, inside the caller's transaction. */
export async function enqueueDelivery(env: Env, tx: Tx, wanted: NewDelivery): Promise<Delivery> {
  const now = isoTime(env.clock.now());
  const row = await tx
    .insertInto('webhook_deliveries')
    .values({
      id: env.ids.prefixed('dlv'),
      marketplace: wanted.marketplace,
      webhook_id: wanted.webhookId,
      account: wanted.account,
      event_id: wanted.eventId,
      event_type: wanted.eventType,
      subject: wanted.subject,
      body: wanted.body,
      state: (await isSomebodyFirst(tx, wanted.webhookId, wanted.subject)) ? 'queued' : 'ready',
      attempts: 0n,
      due_at: now,
      last_status: null,
      last_error: null,
      resend_of: wanted.resendOf ?? null,
      created_at: now,
      finished_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await planSending(env, tx, wanted.webhookId);
  return row;
}

async function isSomebodyFirst(tx: Tx, webhookId: string, subject: string): Promise<boolean> {
  const first = await tx
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('webhook_id', '=', webhookId)
    .where('subject', '=', subject)
    .where('state', '=', 'ready')
    .executeTakeFirst();
  return first !== undefined;
}

/** Plans the one job of a webhook for when its next delivery is due. */
export async function planSending(env: Env, tx: Tx, webhookId: string): Promise<void> {
  await env.jobs.cancel(tx, webhookId, SEND_JOB);
  const next = await readyDeliveries(tx, webhookId).select('due_at').limit(1).executeTakeFirst();
  if (!next) return;
  const inMs = Math.max(0, Date.parse(next.due_at) - env.clock.now());
  await env.jobs.schedule(tx, { kind: SEND_JOB, subject: webhookId, inMs });
}

/** What can be sent of a webhook, the longest due first. */
export const readyDeliveries = (tx: Tx, webhookId: string) =>
  tx
    .selectFrom('webhook_deliveries')
    .where('webhook_id', '=', webhookId)
    .where('state', '=', 'ready')
    .orderBy('due_at')
    .orderBy('seq');

/** Takes a delivery out of the line, and lets the next one about its subject step forward. */
export async function finishDelivery(env: Env, tx: Tx, row: Delivery, state: 'delivered' | 'failed'): Promise<void> {
  const now = isoTime(env.clock.now());
  await tx.updateTable('webhook_deliveries').set({ state, finished_at: now }).where('id', '=', row.id).execute();
  const next = await tx
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('webhook_id', '=', row.webhook_id)
    .where('subject', '=', row.subject)
    .where('state', '=', 'queued')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  if (!next) return;
  await tx.updateTable('webhook_deliveries').set({ state: 'ready', due_at: now }).where('id', '=', next.id).execute();
}

/** A deleted webhook is told nothing any more. */
export async function dropDeliveries(env: Env, tx: Tx, webhookId: string): Promise<void> {
  await env.jobs.cancel(tx, webhookId, SEND_JOB);
  for (const waiting of ['queued', 'ready'] as const) {
    await tx
      .updateTable('webhook_deliveries')
      .set({ state: 'dropped', finished_at: isoTime(env.clock.now()) })
      .where('webhook_id', '=', webhookId)
      .where('state', '=', waiting)
      .execute();
  }
}

export interface DeliveryQuery {
  readonly limit: number;
  /** Only deliveries before this one, by `seq`. */
  readonly before?: bigint | undefined;
}

const ALL = 9_223_372_036_854_775_807n;

/** The log of one webhook, newest first. */
export async function listDeliveries(tx: Tx, webhookId: string, query: DeliveryQuery): Promise<Delivery[]> {
  return await tx
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', webhookId)
    .where('seq', '<', query.before ?? ALL)
    .orderBy('seq', 'desc')
    .limit(query.limit)
    .execute();
}

/** The log of all webhooks of an account, newest first. */
export async function deliveriesOf(
  tx: Tx,
  marketplace: DeliveryRow['marketplace'],
  account: string,
  query: DeliveryQuery,
): Promise<Delivery[]> {
  return await tx
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('marketplace', '=', marketplace)
    .where('account', '=', account)
    .where('seq', '<', query.before ?? ALL)
    .orderBy('seq', 'desc')
    .limit(query.limit)
    .execute();
}

/** @throws {ApiError} NOT_FOUND, also for a delivery of another webhook. */
export async function requireDelivery(tx: Tx, webhookId: string, id: string): Promise<Delivery> {
  const row = await tx.selectFrom('webhook_deliveries').selectAll().where('id', '=', id).executeTakeFirst();
  if (row?.webhook_id === webhookId) return row;
  throw new ApiError('NOT_FOUND', 'This webhook has no delivery with this id.');
}

/** What was tried, oldest first; no delivery is tried more often than the sender's schedule says. */
export async function attemptsOf(tx: Tx, deliveryId: string): Promise<DeliveryAttemptRow[]> {
  return await tx
    .selectFrom('webhook_attempts')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('attempt')
    .limit(100)
    .execute();
}

/**
 * Sends a finished delivery once more, as a new one at the end of its subject's line with the same event id; one that
 * waits for its next attempt is tried at once.
 * @throws {ApiError} CONFLICT for one that stands behind another in line.
 */
export async function resendDelivery(env: Env, tx: Tx, row: Delivery): Promise<Delivery> {
  if (row.state === 'queued') {
    throw new ApiError('CONFLICT', 'This delivery waits for an earlier one about the same subject. Resend that one.');
  }
  if (row.state !== 'ready') {
    return await enqueueDelivery(env, tx, {
      marketplace: row.marketplace,
      webhookId: row.webhook_id,
      account: row.account,
      eventId: row.event_id,
      eventType: row.event_type,
      subject: row.subject,
      body: row.body,
      resendOf: row.resend_of ?? row.id,
    });
  }
  const hurried = await tx
    .updateTable('webhook_deliveries')
    .set({ due_at: isoTime(env.clock.now()) })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await planSending(env, tx, row.webhook_id);
  return hurried;
}
