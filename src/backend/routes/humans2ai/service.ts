import { envelope } from '../../../marketplaces/humans2ai/envelope.js';
import { isoTime } from '../../clock.js';
import type { Service } from '../../pipeline.js';

const HOUR = 3_600_000;

export const humans2ai: Service = {
  marketplace: 'humans2ai',
  envelope,
  implementations: [],
  limitOf: async () => ({ max: 1_000, windowMs: HOUR }),
  limitHeaders: (state) => ({
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-reset': isoTime(state.resetAt),
  }),
};
