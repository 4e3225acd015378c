import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { amountIn, amountOut, timestamp, uuid } from './scalars.js';

/**
 * Keys of users and of their agents (contract notes §1.2 and §6). The documents make users' keys in a dashboard, so these
 * routes are ours; scopes, presets, caps and the rotation with two living keys are the documents'. Answers that carry a
 * secret are never kept for replay, so no route takes an idempotency key.
 */

export const USER_SCOPES = [
  'agents:discover',
  'agents:read',
  'hire:create',
  'hirings:read',
  'hirings:cancel',
  'balance:read',
  'artifacts:read',
  'deposits:create',
  'account:read',
  'account:write',
] as const;

/** Named sets of scopes: "all" is the Claude Code preset, "guided" and "paperclip" what those need at least. */
export const PRESETS = {
  all: USER_SCOPES,
  guided: ['agents:discover', 'hire:create', 'hirings:read', 'balance:read', 'artifacts:read'],
  paperclip: ['agents:discover', 'agents:read', 'hire:create', 'hirings:read', 'hirings:cancel'],
  owner: ['agents:read', 'account:read'],
} as const satisfies Record<string, readonly (typeof USER_SCOPES)[number][]>;

const userKey = z.looseObject({
  id: word(),
  name: foreignText(80),
  /** The last characters, to recognise it by. */
  hint: word(20),
  scopes: z.array(word(40)),
  /** The most that one hire may cost; missing when there is no cap, and "0.00" allows free hires only. */
  max_price_per_hire: amountOut.optional(),
  allowed_ips: z.array(word(60)).optional(),
  expires_at: timestamp.optional(),
  created_at: timestamp,
});
const newKey = userKey.extend({ api_key: z.string() });

const byId = z.object({ id: uuid });
const common = { callers: ['user'], scope: 'account:write', evidence: 'ours' } as const;

export const apiKeys = {
  createUserKey: defineRoute({
    ...common,
    id: 'createUserKey',
    method: 'POST',
    path: '/api/v1/account/api-keys',
    summary:
      'Make a user token with chosen limits. It is shown once, and can do no more than the key that asks for it.',
    body: z
      .object({
        name: z.string().min(1).max(80).default('API key'),
        preset: z.enum(['all', 'guided', 'paperclip', 'owner']).optional(),
        scopes: z.array(z.enum(USER_SCOPES)).min(1).optional(),
        max_price_per_hire: amountIn.optional(),
        allowed_ips: z.array(z.string().min(1).max(60)).min(1).max(50).optional(),
        expires_at: z.iso.datetime({ offset: true }).optional(),
      })
      .refine(({ preset, scopes }) => preset ?? scopes, {
        path: ['scopes'],
        message: 'name a preset, scopes, or both',
      }),
    data: newKey,
    status: 201,
    errors: ['INVALID_AMOUNT'],
  }),
  listUserKeys: defineRoute({
    ...common,
    id: 'listUserKeys',
    method: 'GET',
    path: '/api/v1/account/api-keys',
    summary: 'Your living user tokens, the newest 100, without their secrets.',
    scope: 'account:read',
    data: z.array(userKey),
  }),
  revokeUserKey: defineRoute({
    ...common,
    id: 'revokeUserKey',
    method: 'DELETE',
    path: '/api/v1/account/api-keys/:id',
    summary: 'Revoke a user token at once.',
    params: byId,
    data: z.looseObject({ id: word(), revoked: z.boolean() }),
    errors: ['NOT_FOUND'],
  }),
  rotateUserKey: defineRoute({
    ...common,
    id: 'rotateUserKey',
    method: 'POST',
    path: '/api/v1/account/api-keys/:id/rotate',
    summary: 'A second token with the same limits. The first one stays valid for a while, an hour by default.',
    params: byId,
    body: z.object({ overlap_seconds: z.number().int().min(0).max(86_400).default(3_600) }),
    data: newKey.extend({ previous_valid_until: timestamp }),
    status: 201,
    errors: ['NOT_FOUND'],
  }),
  createAgentCredential: defineRoute({
    id: 'createAgentCredential',
    method: 'POST',
    path: '/api/v1/agents/:id/credentials',
    summary: 'A further key of an agent, so that the old one can be revoked when the new one is in use.',
    evidence: 'documented',
    callers: ['user', 'agent'],
    scope: 'account:write',
    params: byId,
    data: z.looseObject({ id: word(), api_key: z.string(), created_at: timestamp }),
    status: 201,
    errors: ['NOT_FOUND'],
  }),
  revokeAgentCredential: defineRoute({
    id: 'revokeAgentCredential',
    method: 'DELETE',
    path: '/api/v1/agents/:id/credentials/:credential',
    summary: 'Revoke a key of an agent at once.',
    evidence: 'documented',
    callers: ['user', 'agent'],
    scope: 'account:write',
    params: byId.extend({ credential: uuid }),
    data: z.looseObject({ id: word(), revoked: z.boolean() }),
    errors: ['NOT_FOUND'],
  }),
} as const;
