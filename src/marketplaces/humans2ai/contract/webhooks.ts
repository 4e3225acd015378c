import * as z from 'zod';
import { word } from '../../../untrusted.js';
import { delivery, deliveryId, deliveryInFull, deliveryList, deliveryQuery } from '../../deliveries.js';
import { defineRoute } from '../../route.js';
import { id, maybe, timestamp } from './scalars.js';

/**
 * Webhook subscriptions (contract notes §5.3). Event names and bodies are not documented anywhere; these are ours: a body
 * is {id, type, createdAt, data} with ids and states, and what people wrote is read through the API.
 */

export const WEBHOOK_EVENTS = [
  'task.pending_review',
  'task.opened',
  'application.created',
  'task.assigned',
  'task.submitted',
  'task.completed',
  'task.rejected',
  'task.expired',
  'task.refunded',
  'task.disputed',
  'message.created',
] as const;

/** HTTPS, or plain HTTP to this machine while developing. */
function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
const url = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine(isSafe, 'must be https, or http to this machine');
const events = z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length);

export const webhook = z.looseObject({
  id: word(),
  url: maybe(word(500)),
  events: maybe(z.array(word(40))),
  active: maybe(z.boolean()),
  createdAt: maybe(timestamp),
  updatedAt: maybe(timestamp),
});
/** The secret is shown when it is made, and never again. */
const withSecret = webhook.extend({ secret: z.string(), previousSecretValidUntil: maybe(timestamp) });

const byId = z.object({ id });
// Which permission guards webhooks is not documented; whoever may change tasks may be told of them.
const common = {
  callers: ['agent', 'human'],
  scope: 'tasks:write',
  bucket: 'webhooks',
  evidence: 'inferred',
  errors: ['NOT_FOUND'],
} as const;

export const webhooks = {
  createWebhook: defineRoute({
    ...common,
    id: 'createWebhook',
    method: 'POST',
    path: '/api/v1/webhooks',
    summary: 'Subscribe a URL to events. The signing secret is shown once.',
    body: z.object({ url, events }),
    data: withSecret,
    status: 201,
    errors: ['CONFLICT'],
  }),
  listWebhooks: defineRoute({
    ...common,
    id: 'listWebhooks',
    method: 'GET',
    path: '/api/v1/webhooks',
    summary: 'Your webhooks, oldest first.',
    data: z.looseObject({ webhooks: z.array(webhook) }),
  }),
  getWebhook: defineRoute({
    ...common,
    id: 'getWebhook',
    method: 'GET',
    path: '/api/v1/webhooks/:id',
    summary: 'One webhook.',
    params: byId,
    data: webhook,
  }),
  updateWebhook: defineRoute({
    ...common,
    id: 'updateWebhook',
    method: 'PATCH',
    path: '/api/v1/webhooks/:id',
    summary: 'Change a webhook.',
    key: 'optional',
    params: byId,
    body: z.object({ url: url.optional(), events: events.optional(), active: z.boolean().optional() }),
    data: webhook,
  }),
  deleteWebhook: defineRoute({
    ...common,
    id: 'deleteWebhook',
    method: 'DELETE',
    path: '/api/v1/webhooks/:id',
    summary: 'Unsubscribe.',
    params: byId,
    data: z.looseObject({ id: word(), deleted: z.boolean() }),
  }),
  rotateWebhookSecret: defineRoute({
    ...common,
    id: 'rotateWebhookSecret',
    method: 'POST',
    path: '/api/v1/webhooks/:id/rotate-secret',
    summary: 'A new signing secret. The previous one stays valid for one hour.',
    evidence: 'documented',
    params: byId,
    data: withSecret,
  }),
  listDeliveries: defineRoute({
    ...common,
    id: 'listDeliveries',
    method: 'GET',
    path: '/api/v1/webhooks/:id/deliveries',
    summary: 'What was sent to a webhook, or waits to be sent, newest first.',
    evidence: 'ours',
    params: byId,
    query: deliveryQuery,
    data: deliveryList,
  }),
  getDelivery: defineRoute({
    ...common,
    id: 'getDelivery',
    method: 'GET',
    path: '/api/v1/webhooks/:id/deliveries/:deliveryId',
    summary: 'One delivery with its body and every attempt at it.',
    evidence: 'ours',
    params: byId.extend({ deliveryId }),
    data: deliveryInFull,
  }),
  resendDelivery: defineRoute({
    ...common,
    id: 'resendDelivery',
    method: 'POST',
    path: '/api/v1/webhooks/:id/deliveries/:deliveryId/resend',
    summary: 'Send a delivery once more, or try one that waits at once. The event keeps its id.',
    evidence: 'ours',
    params: byId.extend({ deliveryId }),
    data: delivery,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
} as const;
