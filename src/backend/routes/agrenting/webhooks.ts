import { api } from '../../../marketplaces/agrenting/api.js';
import { createWebhook, deleteWebhook, listWebhooks, requireWebhook } from '../../domain/agrenting-webhooks.js';
import { type Call, callerIn, implement } from '../../pipeline.js';
import type { WebhookRow } from '../../store/agrenting-schema.js';
import { deliveryInFull, deliveryPage, sendAgain } from '../delivery-log.js';

const webhookView = (row: WebhookRow) => {
  const event_types: string[] = JSON.parse(row.event_types);
  return {
    id: row.id,
    callback_url: row.callback_url,
    event_types,
    status: row.status,
    last_delivery_at: row.last_delivery_at,
    failure_count: Number(row.failure_count),
    created_at: row.created_at,
  };
};

const mine = async (call: Pick<Call, 'tx' | 'caller'>, id: string): Promise<string> =>
  (await requireWebhook(call.tx, callerIn(call).account, id)).id;

export const webhookRoutes = [
  implement(api.createWebhook, async (call) => {
    const { env, tx, body } = call;
    const url = body.callback_url ?? body.url ?? '';
    const events = body.event_types ?? body.events ?? [];
    const { webhook, secret } = await createWebhook(env, tx, callerIn(call).account, {
      url,
      events,
      secret: body.secret,
    });
    return { ...webhookView(webhook), secret_key: secret };
  }),
  implement(api.listWebhooks, async (call) => (await listWebhooks(call.tx, callerIn(call).account)).map(webhookView)),
  implement(api.deleteWebhook, async (call) => {
    await deleteWebhook(call.env, call.tx, callerIn(call).account, call.params.id);
    return null;
  }),
  implement(api.listDeliveries, async (call) => deliveryPage(call.tx, await mine(call, call.params.id), call.query)),
  implement(api.getDelivery, async (call) =>
    deliveryInFull(call.tx, await mine(call, call.params.id), call.params.deliveryId),
  ),
  implement(api.resendDelivery, async (call) =>
    sendAgain(call.env, call.tx, await mine(call, call.params.id), call.params.deliveryId),
  ),
];
