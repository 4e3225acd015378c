import {
  attemptsOf,
  type Delivery,
  listDeliveries,
  requireDelivery,
  resendDelivery,
} from '../domain/webhook-deliveries.js';
import type { Env } from '../env.js';
import type { DeliveryAttemptRow } from '../store/operate-schema.js';
import type { Tx } from '../store/schema.js';

/** The delivery log as both marketplaces answer it; whose webhook it is was checked before. */

const when = <T>(value: T | null, field: string): Record<string, T> => (value === null ? {} : { [field]: value });

export const deliveryView = (row: Delivery) => ({
  id: row.id,
  event_id: row.event_id,
  event: row.event_type,
  subject: row.subject,
  state: row.state,
  attempts: Number(row.attempts),
  ...(row.last_status === null ? {} : { last_status: Number(row.last_status) }),
  ...when(row.last_error, 'last_error'),
  ...when(row.resend_of, 'resend_of'),
  created_at: row.created_at,
  ...(row.state === 'ready' ? { next_attempt_at: row.due_at } : {}),
  ...when(row.finished_at, 'finished_at'),
});

const attemptView = (row: DeliveryAttemptRow) => ({
  attempt: Number(row.attempt),
  at: row.at,
  ...(row.status === null ? {} : { status: Number(row.status) }),
  ...when(row.error, 'error'),
  ...(row.ms === null ? {} : { ms: Number(row.ms) }),
});

export async function deliveryPage(
  tx: Tx,
  webhookId: string,
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
) {
  const from = before === undefined ? undefined : BigInt(before);
  const rows = await listDeliveries(tx, webhookId, { limit: limit + 1, before: from });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    deliveries: page.map(deliveryView),
    ...(rows.length > limit && last ? { next_before: Number(last.seq) } : {}),
  };
}

export async function deliveryInFull(tx: Tx, webhookId: string, id: string) {
  const row = await requireDelivery(tx, webhookId, id);
  return { ...deliveryView(row), body: row.body, log: (await attemptsOf(tx, id)).map(attemptView) };
}

export async function sendAgain(env: Env, tx: Tx, webhookId: string, id: string) {
  return deliveryView(await resendDelivery(env, tx, await requireDelivery(tx, webhookId, id)));
}
