import { envelope } from '../../../marketplaces/agrenting/envelope.js';
import type { Service } from '../../pipeline.js';
import { agentRoutes } from './agents.js';
import { hiringRoutes } from './hirings.js';
import { ledgerRoutes } from './ledger.js';

const MINUTE = 60_000;
/** Sandbox limits are the documented ones, doubled (contract notes §1.7). */
const LIMITS: Record<string, { max: number; windowMs: number }> = {
  general: { max: 200, windowMs: MINUTE },
  financial: { max: 40, windowMs: MINUTE },
};
const GENERAL = { max: 200, windowMs: MINUTE };

export const agrenting: Service = {
  marketplace: 'agrenting',
  envelope,
  implementations: [...agentRoutes, ...hiringRoutes, ...ledgerRoutes],
  limitOf: async (bucket) => LIMITS[bucket] ?? GENERAL,
  limitHeaders: (state) => ({
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
  }),
};
