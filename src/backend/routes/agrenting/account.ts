import { api } from '../../../marketplaces/agrenting/api.js';
import { isoTime } from '../../clock.js';
import { closeSessions, openSession, rotateKey } from '../../domain/agent-sessions.js';
import { clearGithubToken, githubTokenState, storeGithubToken } from '../../domain/github-token.js';
import { callerIn, implement } from '../../pipeline.js';

/** The terms of a sandbox that has none. */
export const TERMS_VERSION = 'sandbox-1';

export const accountRoutes = [
  implement(api.authenticate, async ({ env, tx, caller }) => {
    const { token, expiresAt, agent } = await openSession(env, tx, caller);
    return { token, session_token: token, expires_at: expiresAt, agent: { id: agent.id, name: agent.name } };
  }),

  implement(api.logout, async (call) => ({ revoked: await closeSessions(call.env, call.tx, callerIn(call)) })),

  implement(api.rotateKey, async (call) => ({
    api_key: await rotateKey(call.env, call.tx, callerIn(call)),
    created_at: isoTime(call.env.clock.now()),
  })),

  implement(api.storeGithubToken, async (call) =>
    storeGithubToken(call.env, call.tx, callerIn(call).account, call.body.token),
  ),

  implement(api.githubTokenStatus, async (call) => githubTokenState(call.tx, callerIn(call).account)),

  implement(api.clearGithubToken, async (call) => clearGithubToken(call.tx, callerIn(call).account)),

  implement(api.accountRegistration, async () => ({
    open: false,
    terms: { version: TERMS_VERSION, url: null },
    fields: [],
    notice: 'This sandbox has one demo account. Its keys are printed when the backend starts.',
  })),
];
