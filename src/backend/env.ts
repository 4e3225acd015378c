import type { Ids, MovableClock } from './clock.js';
import type { RiskGate } from './domain/risk-gate.js';
import type { Events } from './events.js';
import type { Jobs } from './jobs.js';
import type { RateLimiter } from './rate-limits.js';
import type { Sealer } from './sealer.js';
import type { Db } from './store/schema.js';

/** What every part of the backend is handed: the database, time, ids, and the settings of this marketplace double. */
export interface Env {
  readonly db: Db;
  readonly clock: MovableClock;
  readonly ids: Ids;
  readonly jobs: Jobs;
  readonly events: Events;
  readonly limiter: RateLimiter;
  readonly sealer: Sealer;
  readonly settings: BackendSettings;
}

export interface BackendSettings {
  /** Agrenting's fee in basis points, taken from the provider: 500 is the documented 5 %. */
  readonly agrentingFee: bigint;
  /** Humans2AI's fee in basis points: 1 by two texts, 500 reproduces the worked example of the third. */
  readonly humans2aiFee: bigint;
  /** Whether Humans2AI's financial tools demand a confirmation token ("when the platform enforces confirmation"). */
  readonly enforceConfirmation: boolean;
  /** Lower-case words that the risk gate blocks in a task's title or description. */
  readonly riskWords: readonly string[];
  /** Another risk gate in place of the keywords: a reason to block, or undefined. */
  readonly riskGate?: RiskGate;
  readonly rateLimits: boolean;
}

export const defaultSettings: BackendSettings = {
  agrentingFee: 500n,
  humans2aiFee: 1n,
  enforceConfirmation: false,
  riskWords: ['weapon', 'explosive', 'counterfeit', 'stolen', 'fake id', 'stalk', 'malware', 'launder'],
  rateLimits: true,
};
