import { envelope } from '../../../marketplaces/agrenting/envelope.js';
import { refuseSuspended } from '../../domain/agents.js';
import { seenNow } from '../../domain/presence.js';
import type { Service } from '../../pipeline.js';
import { accountRoutes } from './account.js';
import { adminRoutes } from './admin.js';
import { agentRoutes } from './agents.js';
import { apiKeyRoutes } from './api-keys.js';
import { documentRoutes } from './documents.js';
import { deliveryRoutes } from './hiring-deliveries.js';
import { hiringRoutes } from './hirings.js';
import { ledgerRoutes } from './ledger.js';
import { countedPerAddress, limitFor } from './limits.js';
import { taskWorkRoutes } from './task-work.js';
import { taskRoutes } from './tasks.js';
import { webhookRoutes } from './webhooks.js';

export const agrenting: Service = {
  marketplace: 'agrenting',
  envelope,
  implementations: [
    ...agentRoutes,
    ...hiringRoutes,
    ...deliveryRoutes,
    ...ledgerRoutes,
    ...taskRoutes,
    ...taskWorkRoutes,
    ...documentRoutes,
    ...webhookRoutes,
    ...accountRoutes,
    ...apiKeyRoutes,
    ...adminRoutes,
  ],
  limitOf: limitFor,
  limitHeaders: (state) => ({
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
  }),
  perAddress: countedPerAddress,
  seen: async (caller, env) => {
    if (caller.kind !== 'agent') return;
    await refuseSuspended(env.db, caller.account);
    await seenNow(env, caller.account);
  },
};
