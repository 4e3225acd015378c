import type { Alarms } from './alarms.js';
import type { Background } from './background.js';
import type { Ids, MovableClock } from './clock.js';
import type { Outbound } from './delivery/outbound.js';
import type { RiskGate } from './domain/risk-gate.js';
import type { Events } from './events.js';
import type { Jobs } from './jobs.js';
import type { RateLimiter } from './rate-limits.js';
import type { Requests } from './requests.js';
import type { Sealer } from './sealer.js';
import type { Db } from './store/schema.js';
import type { Sessions } from './surfaces/sessions.js';
import type { Watchers } from './surfaces/watchers.js';

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
  /** Timers of this process by the injected clock. */
  readonly alarms: Alarms;
  /** Work that nobody waits for. */
  readonly background: Background;
  /** MCP clients that are connected to this process. */
  readonly sessions: Sessions;
  /** Who waits for news of a hiring. */
  readonly watchers: Watchers;
  /** Requests to addresses that agents gave. */
  readonly outbound: Outbound;
  /** Requests as they are answered. */
  readonly requests: Requests;
  /** Told of failures that no caller hears of. */
  report(what: string, error: unknown): void;
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
  /** PraisonAI as it really behaves, or as its page prints it. */
  readonly praisonai: 'real' | 'documented';
  /** Whether webhooks and callbacks may lead to this machine, for receivers that are being developed on it. */
  readonly loopbackTargets: boolean;
  /** How long a webhook's receiver may take to answer, in milliseconds of real time. */
  readonly webhookTimeoutMs: number;
}

export const defaultSettings: BackendSettings = {
  agrentingFee: 500n,
  humans2aiFee: 1n,
  enforceConfirmation: false,
  riskWords: ['weapon', 'explosive', 'counterfeit', 'stolen', 'fake id', 'stalk', 'malware', 'launder'],
  rateLimits: true,
  praisonai: 'real',
  loopbackTargets: false,
  webhookTimeoutMs: 10_000,
};
