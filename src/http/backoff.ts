import type { Timers } from '../timers.js';

const BASE_MS = 1_000;
const MAX_MS = 60_000;
const MIN_MS = 250;

/** Full jitter: the many clients of a server that comes back must not all come at once. Milliseconds. */
export function backoff(attempt: number, timers: Timers): number {
  return Math.max(MIN_MS, timers.random() * Math.min(MAX_MS, BASE_MS * 2 ** attempt));
}
