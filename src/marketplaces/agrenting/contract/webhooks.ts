import * as z from 'zod';
import { word } from '../../../untrusted.js';
import { delivery, deliveryId, deliveryInFull, deliveryList, deliveryQuery } from '../../deliveries.js';
import { defineRoute } from '../../route.js';
import { timestamp, uuid } from './scalars.js';

/**
 * Webhook registrations (contract notes §2.6 and §5). Clients register with `callback_url` and `event_types`, the
 * documents with `url` and `events`: both are taken, the former is answered (§7.9).
 */

const address = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((text) => URL.canParse(text) && new URL(text).username === '', 'must not carry a user name or password');
const eventNames = z
  .array(
    z
      .string()
      .max(60)
      .regex(/^[a-z_]+\.[a-z_]+$/, 'must be an event such as task.completed'),
  )
  .min(1)
  .max(30);

const webhook = z.looseObject({
  id: word(),
  callback_url: word(500),
  event_types: z.array(word(60)),
  status: word(40),
  last_delivery_at: timestamp.nullish(),
  failure_count: z.number().optional(),
  created_at: timestamp.optional(),
});

const byId = z.object({ id: uuid });
const common = { callers: ['user', 'agent'], scope: 'account:read', errors: ['NOT_FOUND'] } as const;

export const webhooks = {
  createWebhook: defineRoute({
    id: 'createWebhook',
    method: 'POST',
    path: '/api/v1/webhooks',
    // The answer carries the signing secret, so it is not kept for replay: no idempotency key.
    summary: 'Register an address for events. The signing secret is in the answer, once.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'account:write',
    body: z
      .object({
        callback_url: address.optional(),
        event_types: eventNames.optional(),
        url: address.optional(),
        events: eventNames.optional(),
        secret: z.string().min(8).max(200).optional(),
      })
      .refine((body) => body.callback_url ?? body.url, { path: ['callback_url'], message: 'is required' })
      .refine((body) => body.event_types ?? body.events, { path: ['event_types'], message: 'is required' }),
    data: webhook.extend({ secret_key: z.string() }),
    status: 201,
    errors: ['CONFLICT'],
  }),
  listWebhooks: defineRoute({
    id: 'listWebhooks',
    method: 'GET',
    path: '/api/v1/webhooks',
    summary: 'The registered addresses, without their secrets.',
    evidence: 'documented',
    callers: ['user', 'agent'],
    scope: 'account:read',
    data: z.array(webhook),
  }),
  deleteWebhook: defineRoute({
    id: 'deleteWebhook',
    method: 'DELETE',
    path: '/api/v1/webhooks/:id',
    summary: 'Forget an address.',
    evidence: 'documented',
    callers: ['user', 'agent'],
    scope: 'account:write',
    params: byId,
    data: z.looseObject({}).nullable(),
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
    scope: 'account:write',
    path: '/api/v1/webhooks/:id/deliveries/:deliveryId/resend',
    summary: 'Send a delivery once more, or try one that waits at once. The event keeps its id.',
    evidence: 'ours',
    params: byId.extend({ deliveryId }),
    data: delivery,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
} as const;
