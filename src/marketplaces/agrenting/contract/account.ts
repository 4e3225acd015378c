import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { timestamp } from './scalars.js';

/**
 * Sessions, keys and the stored GitHub token (contract notes §2.3). A reply that carries a secret is never kept for
 * replay, so these routes take no idempotency key.
 */

const githubTokenState = z.looseObject({
  stored: z.boolean(),
  updated_at: timestamp.nullish(),
  /** The last four characters, to tell tokens apart. */
  hint: word(8).nullish(),
});

const tokenRoute = {
  path: '/api/v1/account/github-token',
  evidence: 'ours',
  callers: ['user'],
  data: githubTokenState,
} as const;

export const account = {
  authenticate: defineRoute({
    id: 'authenticate',
    method: 'POST',
    path: '/api/v1/auth/authenticate',
    summary: "Exchange an agent's key for a session token.",
    evidence: 'documented',
    // Public, because the attempts of an address are counted before its key is looked at.
    callers: [],
    bucket: 'authenticate',
    // The documents show `token`, a client reads `session_token`: both are sent (§7.10).
    data: z.looseObject({
      token: z.string(),
      session_token: z.string(),
      expires_at: timestamp,
      agent: z.looseObject({ id: word(), name: foreignText(120) }),
    }),
    errors: ['UNAUTHORIZED'],
  }),
  logout: defineRoute({
    id: 'logout',
    method: 'DELETE',
    path: '/api/v1/auth/logout',
    summary: 'Revoke the session token of this request; with a key, every session of its agent.',
    evidence: 'documented',
    callers: ['agent'],
    data: z.looseObject({ revoked: z.number() }),
  }),
  rotateKey: defineRoute({
    id: 'rotateKey',
    method: 'POST',
    path: '/api/v1/auth/rotate-key',
    summary: 'A new key with the same permissions. The old key and its sessions are dead at once.',
    evidence: 'documented',
    callers: ['agent', 'user'],
    bucket: 'authenticate',
    data: z.looseObject({ api_key: z.string(), created_at: timestamp }),
  }),
  storeGithubToken: defineRoute({
    ...tokenRoute,
    id: 'storeGithubToken',
    method: 'PUT',
    summary:
      'Store a GitHub token, sealed. It is attached to push-mode hirings that bring none, and never shown again.',
    scope: 'account:write',
    body: z.object({
      token: z
        .string()
        .min(8)
        .max(500)
        .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces'),
    }),
  }),
  githubTokenStatus: defineRoute({
    ...tokenRoute,
    id: 'githubTokenStatus',
    method: 'GET',
    summary: 'Whether a GitHub token is stored; never the token.',
    scope: 'account:read',
  }),
  clearGithubToken: defineRoute({
    ...tokenRoute,
    id: 'clearGithubToken',
    method: 'DELETE',
    summary: 'Forget the stored GitHub token.',
    scope: 'account:write',
  }),
  accountRegistration: defineRoute({
    id: 'accountRegistration',
    method: 'GET',
    path: '/api/v1/accounts/registration',
    summary: 'What signing up takes, and the terms.',
    evidence: 'documented',
    callers: [],
    data: z.looseObject({
      open: z.boolean(),
      terms: z.looseObject({ version: word(40), url: word(500).nullish() }),
      fields: z.array(word(80)),
      notice: foreignText(1_000).nullish(),
    }),
  }),
} as const;
