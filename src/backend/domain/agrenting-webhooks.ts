import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { WebhookRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { dropDeliveries } from './webhook-deliveries.js';

/** Registered addresses for events (contract notes §2.6). Secrets are sealed, because signing needs them again. */

const MOST = 20;
const secretContext = (id: string): string => `webhook:${id}`;

/** What deliveries are signed with. */
export const agrentingSecret = (env: Env, row: WebhookRow): string =>
  env.sealer.open(row.secret_sealed, secretContext(row.id));

/** @returns the registration and its signing secret, which is shown this once. @throws {ApiError} CONFLICT beyond 20. */
export async function createWebhook(
  env: Env,
  tx: Tx,
  account: string,
  wanted: { readonly url: string; readonly events: readonly string[]; readonly secret: string | undefined },
): Promise<{ webhook: WebhookRow; secret: string }> {
  const known = await listWebhooks(tx, account);
  if (known.length >= MOST)
    throw new ApiError('CONFLICT', `An account has at most ${MOST} webhooks. Delete one first.`);
  const id = env.ids.uuid();
  const secret = wanted.secret ?? env.ids.secret('whsec_');
  const webhook: WebhookRow = {
    id,
    account,
    callback_url: wanted.url,
    event_types: JSON.stringify([...new Set(wanted.events)]),
    secret_sealed: env.sealer.seal(secret, secretContext(id)),
    status: 'active',
    failure_count: 0n,
    last_delivery_at: null,
    created_at: isoTime(env.clock.now()),
  };
  await tx.insertInto('agrenting_webhooks').values(webhook).execute();
  return { webhook, secret };
}

/** Oldest first; there are 20 at most. */
export async function listWebhooks(tx: Tx, account: string): Promise<WebhookRow[]> {
  return await tx
    .selectFrom('agrenting_webhooks')
    .selectAll()
    .where('account', '=', account)
    .orderBy('seq')
    .limit(MOST)
    .execute();
}

/** @throws {ApiError} NOT_FOUND, also for a webhook of somebody else. */
export async function requireWebhook(tx: Tx, account: string, id: string): Promise<WebhookRow> {
  const row = await tx
    .selectFrom('agrenting_webhooks')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account)
    .executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'No webhook of yours has this id.');
  return row;
}

/** @throws {ApiError} NOT_FOUND. */
export async function deleteWebhook(env: Env, tx: Tx, account: string, id: string): Promise<void> {
  const gone = await tx
    .deleteFrom('agrenting_webhooks')
    .where('id', '=', id)
    .where('account', '=', account)
    .returning('id')
    .executeTakeFirst();
  if (!gone) throw new ApiError('NOT_FOUND', 'No webhook of yours has this id.');
  await dropDeliveries(env, tx, id);
}
