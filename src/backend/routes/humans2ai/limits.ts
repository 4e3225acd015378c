import { ApiError } from '../../api-error.js';
import type { Limit, LimitState } from '../../rate-limits.js';

/** Hourly rate limits (contract notes §1.6), in windows aligned to the clock. */

const HOUR = 3_600_000;
const DOCUMENTED: Readonly<Record<string, number>> = {
  mcp: 500,
  'mcp-address': 5_000,
  register: 5,
  login: 20,
  'task-reads': 2_000,
  'task-creation': 100,
  wallet: 500,
  messages: 300,
  webhooks: 50,
  'api-keys': 20,
};
const EVERYTHING_ELSE = 1_000;
/** The sandbox allows ten times the documented numbers, so that tests and demos are not throttled. */
const SANDBOX_FACTOR = 10;
/** Counted per address, also when a credential is sent. */
const PER_ADDRESS: readonly string[] = ['register', 'login'];

export const limitFor = (bucket: string): Limit => ({
  max: (DOCUMENTED[bucket] ?? EVERYTHING_ELSE) * SANDBOX_FACTOR,
  windowMs: HOUR,
});

export const isPerAddress = (bucket: string): boolean => PER_ADDRESS.includes(bucket);

export function tooMany(state: LimitState, nowMs: number): ApiError {
  const retryAfter = Math.max(1, Math.ceil((state.resetAt - nowMs) / 1_000));
  return new ApiError('RATE_LIMITED', `Rate limit exceeded. Retry after ${retryAfter} seconds.`, { retryAfter });
}
