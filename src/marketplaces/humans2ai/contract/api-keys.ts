import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { maybe, timestamp } from './scalars.js';

/** API keys (contract notes §1.2 and §5.4). Managed by a logged-in person, never with a key. */

export const PERMISSIONS = ['tasks:read', 'tasks:write', 'wallet:read', 'messages:read', 'messages:write'] as const;
export const READ_ONLY_PERMISSIONS = ['tasks:read', 'wallet:read', 'messages:read'] as const;

export const apiKey = z.looseObject({
  id: word(),
  name: maybe(foreignText(80)),
  /** The last characters, to recognise it by. */
  hint: maybe(word(20)),
  permissions: maybe(z.array(word(40))),
  allowedIps: maybe(z.array(word(60))),
  expiresAt: maybe(timestamp),
  createdAt: maybe(timestamp),
});

const byId = z.object({ id: z.uuid() });
const common = { callers: ['agent', 'human', 'admin'], bucket: 'api-keys' } as const;

export const apiKeys = {
  createApiKey: defineRoute({
    ...common,
    id: 'createApiKey',
    method: 'POST',
    path: '/api/v1/api-keys',
    summary: 'Create an API key. It is shown once.',
    evidence: 'documented',
    via: 'session',
    body: z.object({
      name: z.string().min(1).max(80).default('API key'),
      permissions: z
        .array(z.enum(PERMISSIONS))
        .min(1)
        .default([...READ_ONLY_PERMISSIONS]),
      /** "full" in place of the five permissions (ours). */
      preset: z.enum(['read-only', 'full']).optional(),
      allowedIps: z.array(z.string().min(1).max(60)).min(1).max(50).optional(),
      expiresAt: z.iso.datetime({ offset: true }).optional(),
    }),
    data: apiKey.extend({ key: z.string() }),
    status: 201,
    errors: ['CONFLICT'],
  }),
  listApiKeys: defineRoute({
    ...common,
    id: 'listApiKeys',
    method: 'GET',
    path: '/api/v1/api-keys',
    summary: 'Your API keys, oldest first, without their secrets.',
    evidence: 'inferred',
    via: 'session',
    data: z.looseObject({ apiKeys: z.array(apiKey) }),
  }),
  deleteApiKey: defineRoute({
    ...common,
    id: 'deleteApiKey',
    method: 'DELETE',
    path: '/api/v1/api-keys/:id',
    summary: 'Revoke an API key at once.',
    evidence: 'inferred',
    via: 'session',
    params: byId,
    data: z.looseObject({ id: word(), deleted: z.boolean() }),
    errors: ['NOT_FOUND'],
  }),
  rotateApiKey: defineRoute({
    ...common,
    id: 'rotateApiKey',
    method: 'POST',
    path: '/api/v1/api-keys/:id/rotate',
    summary: 'A second key with the same limits. The first one stays valid for one hour, as a webhook secret does.',
    evidence: 'ours',
    via: 'session',
    params: byId,
    data: apiKey.extend({ key: z.string(), previousKeyValidUntil: timestamp }),
    status: 201,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  upgradeApiKey: defineRoute({
    ...common,
    id: 'upgradeApiKey',
    method: 'POST',
    path: '/api/v1/api-keys/:id/upgrade',
    summary: 'Give an existing key more permissions, all by default. Needs a login of the last five minutes.',
    evidence: 'documented',
    via: 'fresh',
    key: 'optional',
    params: byId,
    body: z.object({
      permissions: z
        .array(z.enum(PERMISSIONS))
        .min(1)
        .default([...PERMISSIONS]),
    }),
    data: apiKey,
    errors: ['NOT_FOUND'],
  }),
} as const;
