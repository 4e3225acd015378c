import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { Humans2aiWebhookRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';
import { dropDeliveries, planSending } from './webhook-deliveries.js';

/** Webhook subscriptions of Humans2AI (contract notes §5.3). Secrets are sealed, because signing needs them again. */

/** Ours, so that the list of an account's webhooks stays short. */
const MAX_WEBHOOKS = 20;
/** Documented: during a rotation the previous secret stays valid for one hour. */
const PREVIOUS_MS = 3_600_000;

export interface WebhookWish {
  readonly url: string;
  readonly events: readonly string[];
}

const seal = (env: Env, id: string, secret: string): string => env.sealer.seal(secret, `h2a-webhook:${id}`);

const open = (env: Env, id: string, sealed: string): string => env.sealer.open(sealed, `h2a-webhook:${id}`);

/** What deliveries are signed with: the secret, and for an hour after a rotation the previous one too. */
export function signingSecrets(env: Env, row: Humans2aiWebhookRow): string[] {
  const { previous_secret_sealed: previous, previous_valid_until: until } = row;
  const both = previous !== null && until !== null && until > isoTime(env.clock.now());
  return [open(env, row.id, row.secret_sealed), ...(both ? [open(env, row.id, previous)] : [])];
}

/** @throws {ApiError} CONFLICT when the account has 20 webhooks. */
export async function createWebhook(
  env: Env,
  tx: Tx,
  userId: string,
  wanted: WebhookWish,
): Promise<{ row: Humans2aiWebhookRow; secret: string }> {
  if ((await listWebhooks(tx, userId)).length >= MAX_WEBHOOKS) {
    throw new ApiError('CONFLICT', `An account has at most ${MAX_WEBHOOKS} webhooks: delete one first.`);
  }
  const now = isoTime(env.clock.now());
  const id = env.ids.prefixed('whk');
  const secret = env.ids.secret('whsec_');
  const row: Humans2aiWebhookRow = {
    id,
    user_id: userId,
    url: wanted.url,
    events: JSON.stringify([...new Set(wanted.events)]),
    active: 1n,
    secret_sealed: seal(env, id, secret),
    previous_secret_sealed: null,
    previous_valid_until: null,
    created_at: now,
    updated_at: now,
  };
  await tx.insertInto('h2a_webhooks').values(row).execute();
  return { row, secret };
}

/** Oldest first. */
export async function listWebhooks(tx: Tx, userId: string): Promise<Humans2aiWebhookRow[]> {
  return await tx
    .selectFrom('h2a_webhooks')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** @throws {ApiError} NOT_FOUND, also for a webhook of somebody else. */
export async function requireWebhook(tx: Tx, userId: string, id: string): Promise<Humans2aiWebhookRow> {
  const row = await tx
    .selectFrom('h2a_webhooks')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'You have no webhook with this id.');
  return row;
}

export async function updateWebhook(
  env: Env,
  tx: Tx,
  row: Humans2aiWebhookRow,
  change: { url?: string | undefined; events?: readonly string[] | undefined; active?: boolean | undefined },
): Promise<Humans2aiWebhookRow> {
  // What waited while it was switched off goes out when it is switched on.
  if (change.active === true) await planSending(env, tx, row.id);
  return await write(env, tx, row, {
    url: change.url ?? row.url,
    events: change.events ? JSON.stringify([...new Set(change.events)]) : row.events,
    active: change.active === undefined ? row.active : change.active ? 1n : 0n,
  });
}

/** A new secret; the previous one is good for one more hour. */
export async function rotateWebhookSecret(
  env: Env,
  tx: Tx,
  row: Humans2aiWebhookRow,
): Promise<{ row: Humans2aiWebhookRow; secret: string }> {
  const secret = env.ids.secret('whsec_');
  const rotated = await write(env, tx, row, {
    secret_sealed: seal(env, row.id, secret),
    previous_secret_sealed: row.secret_sealed,
    previous_valid_until: isoTime(env.clock.now() + PREVIOUS_MS),
  });
  return { row: rotated, secret };
}

async function write(
  env: Env,
  tx: Tx,
  row: Humans2aiWebhookRow,
  change: Partial<Humans2aiWebhookRow>,
): Promise<Humans2aiWebhookRow> {
  return await tx
    .updateTable('h2a_webhooks')
    .set({ ...change, updated_at: isoTime(env.clock.now()) })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function deleteWebhook(env: Env, tx: Tx, row: Humans2aiWebhookRow): Promise<void> {
  await dropDeliveries(env, tx, row.id);
  await tx.deleteFrom('h2a_webhooks').where('id', '=', row.id).execute();
}
