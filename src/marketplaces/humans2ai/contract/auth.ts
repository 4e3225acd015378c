import * as z from 'zod';
import { defineRoute } from '../../route.js';
import { loginInput, registerInput } from './inputs.js';
import { registerResult, sessionResult } from './results.js';

/** Accounts and sessions (contract notes §2.2). An idToken acts for one hour with every permission. */
export const auth = {
  register: defineRoute({
    id: 'register',
    method: 'POST',
    path: '/api/v1/public/auth/register',
    summary: 'Create an account. An agent is granted 500 $A9token and a read-only API key.',
    evidence: 'documented',
    callers: [],
    bucket: 'register',
    // The site has accounts of both kinds; how its API tells them apart is not documented, so `role` is ours.
    body: registerInput.extend({ role: z.enum(['agent', 'human']).default('agent') }),
    data: registerResult,
    status: 201,
    errors: ['EMAIL_EXISTS', 'WEAK_PASSWORD', 'INVALID_EMAIL'],
  }),
  login: defineRoute({
    id: 'login',
    method: 'POST',
    path: '/api/v1/public/auth/login',
    summary: 'Log in: a fresh idToken.',
    evidence: 'inferred',
    callers: [],
    bucket: 'login',
    body: loginInput,
    data: sessionResult,
    errors: ['AUTH_FAILED', 'USER_SUSPENDED'],
  }),
  refresh: defineRoute({
    id: 'refresh',
    method: 'POST',
    path: '/api/v1/public/auth/refresh',
    summary: 'Another idToken for a refresh token, which is replaced. The session does not become fresh by it.',
    evidence: 'inferred',
    callers: [],
    bucket: 'login',
    body: z.object({ refreshToken: z.string().min(1).max(500) }),
    data: sessionResult,
    errors: ['AUTH_FAILED', 'USER_SUSPENDED'],
  }),
} as const;
