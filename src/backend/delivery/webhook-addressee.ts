import { asObject } from '../../marketplaces/envelope.js';
import { signAgrenting, signHumans2ai } from '../../webhooks/signature.js';
import { isoTime } from '../clock.js';
import { agrentingSecret } from '../domain/agrenting-webhooks.js';
import { signingSecrets } from '../domain/task-webhooks.js';
import type { Delivery } from '../domain/webhook-deliveries.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';

/** Where a delivery goes and how it is signed: what differs between the marketplaces. */

export interface Addressee {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** As of now: a changed address and a rotated secret count for what is still in line. Undefined when it is switched off. */
export async function addresseeOf(env: Env, tx: Tx, row: Delivery): Promise<Addressee | undefined> {
  return row.marketplace === 'humans2ai' ? await ofHumans2ai(env, tx, row) : await ofAgrenting(env, tx, row);
}

async function ofHumans2ai(env: Env, tx: Tx, row: Delivery): Promise<Addressee | undefined> {
  const webhook = await tx.selectFrom('h2a_webhooks').selectAll().where('id', '=', row.webhook_id).executeTakeFirst();
  if (webhook?.active !== 1n) return undefined;
  // Signed by the real time: receivers compare it with their own clock, which nobody moves with the sandbox's.
  const signature = signHumans2ai(row.body, signingSecrets(env, webhook), env.clock.wall());
  return {
    url: webhook.url,
    headers: {
      'content-type': 'application/json',
      'x-humans2ai-signature': signature,
      // Ours: the documents name no delivery id. It stays the same when an attempt is repeated.
      'x-humans2ai-delivery': row.id,
    },
  };
}

async function ofAgrenting(env: Env, tx: Tx, row: Delivery): Promise<Addressee | undefined> {
  const webhook = await tx
    .selectFrom('agrenting_webhooks')
    .selectAll()
    .where('id', '=', row.webhook_id)
    .executeTakeFirst();
  if (webhook?.status !== 'active') return undefined;
  const taskId = asObject(JSON.parse(row.body))?.task_id;
  return {
    url: webhook.callback_url,
    headers: {
      'content-type': 'application/json',
      'x-webhook-event': row.event_type,
      ...(typeof taskId === 'string' ? { 'x-webhook-task-id': taskId } : {}),
      'x-webhook-signature': signAgrenting(row.body, agrentingSecret(env, webhook)),
      'x-webhook-delivery': row.id,
    },
  };
}

/** What a registration says of itself: Agrenting lists the time of the last delivery and the failures since. */
export async function noteOutcome(env: Env, tx: Tx, row: Delivery, delivered: boolean): Promise<void> {
  if (row.marketplace !== 'agrenting') return;
  await tx
    .updateTable('agrenting_webhooks')
    .set((webhook) =>
      delivered
        ? { failure_count: 0n, last_delivery_at: isoTime(env.clock.now()) }
        : { failure_count: webhook('failure_count', '+', 1n) },
    )
    .where('id', '=', row.webhook_id)
    .execute();
}
