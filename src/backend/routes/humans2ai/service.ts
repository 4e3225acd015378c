import { asObject } from '../../../marketplaces/envelope.js';
import { api } from '../../../marketplaces/humans2ai/api.js';
import { envelope } from '../../../marketplaces/humans2ai/envelope.js';
import { isoTime } from '../../clock.js';
import { findUser, refuseSuspended } from '../../domain/accounts.js';
import type { Service } from '../../pipeline.js';
import { adminRoutes } from './admin.js';
import { apiKeyRoutes } from './api-keys.js';
import { authRoutes } from './auth.js';
import { versionWarning } from './client-version.js';
import { conversationRoutes } from './conversation.js';
import { isPerAddress, limitFor } from './limits.js';
import { mcpRoutes } from './mcp.js';
import { publicRoutes } from './public.js';
import { taskRoutes } from './tasks.js';
import { walletRoutes } from './wallet.js';
import { webhookRoutes } from './webhooks.js';

/**
 * A confirmation token does not make another operation: a retry whose first answer was lost may carry a newer token, or
 * none, and is replayed all the same, because replay is looked at before confirmation.
 */
function withoutConfirmation(body: unknown): unknown {
  const { confirmationToken: _, ...rest } = asObject(body) ?? {};
  return 'input' in rest ? { ...rest, input: withoutConfirmation(rest.input) } : rest;
}

export const humans2ai: Service = {
  marketplace: 'humans2ai',
  envelope,
  implementations: [
    ...mcpRoutes,
    ...authRoutes,
    ...publicRoutes,
    ...taskRoutes,
    ...conversationRoutes,
    ...walletRoutes,
    ...apiKeyRoutes,
    ...webhookRoutes,
    ...adminRoutes,
  ],
  limitOf: async (bucket) => limitFor(bucket),
  perAddress: isPerAddress,
  limitHeaders: (state) => ({
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-reset': isoTime(state.resetAt),
  }),
  identity: withoutConfirmation,
  extraHeaders: (route, request) =>
    route.id === api.mcp.id ? versionWarning(request.headers.get('x-mcp-client-version')) : {},
  seen: async (caller, env) => {
    const user = await findUser(env.db, caller.account);
    if (user) refuseSuspended(user);
  },
};
