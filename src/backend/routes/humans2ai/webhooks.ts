import { api } from '../../../marketplaces/humans2ai/api.js';
import { requireUser } from '../../domain/accounts.js';
import * as domain from '../../domain/task-webhooks.js';
import { type Call, callerIn, implement } from '../../pipeline.js';
import { deliveryInFull, deliveryPage, sendAgain } from '../delivery-log.js';
import { webhookView } from './views.js';

const mine = (call: Pick<Call, 'tx' | 'caller'>, id: string) =>
  domain.requireWebhook(call.tx, callerIn(call).account, id);

export const webhookRoutes = [
  implement(api.createWebhook, async (call) => {
    const user = await requireUser(call.tx, callerIn(call).account);
    const { row, secret } = await domain.createWebhook(call.env, call.tx, user.id, call.body);
    return { ...webhookView(row), secret };
  }),
  implement(api.listWebhooks, async (call) => {
    const rows = await domain.listWebhooks(call.tx, callerIn(call).account);
    return { webhooks: rows.map(webhookView) };
  }),
  implement(api.getWebhook, async (call) => webhookView(await mine(call, call.params.id))),
  implement(api.updateWebhook, async (call) => {
    const row = await mine(call, call.params.id);
    return webhookView(await domain.updateWebhook(call.env, call.tx, row, call.body));
  }),
  implement(api.deleteWebhook, async (call) => {
    await domain.deleteWebhook(call.env, call.tx, await mine(call, call.params.id));
    return { id: call.params.id, deleted: true };
  }),
  implement(api.rotateWebhookSecret, async (call) => {
    const current = await mine(call, call.params.id);
    const { row, secret } = await domain.rotateWebhookSecret(call.env, call.tx, current);
    return { ...webhookView(row), secret, previousSecretValidUntil: row.previous_valid_until };
  }),
  implement(api.listDeliveries, async (call) =>
    deliveryPage(call.tx, (await mine(call, call.params.id)).id, call.query),
  ),
  implement(api.getDelivery, async (call) =>
    deliveryInFull(call.tx, (await mine(call, call.params.id)).id, call.params.deliveryId),
  ),
  implement(api.resendDelivery, async (call) =>
    sendAgain(call.env, call.tx, (await mine(call, call.params.id)).id, call.params.deliveryId),
  ),
];
