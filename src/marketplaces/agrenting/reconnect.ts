import { HirewireError } from '../../errors.js';
import { SseRefused } from '../../http/sse.js';
import type { Timers } from '../../timers.js';
import { RpcRefused } from './session.js';

/** When a session that ended is opened again, if at all. */

const BASE_MS = 1_000;
const MAX_MS = 60_000;
const MIN_MS = 250;
/** A marketplace without this surface may get it one day. */
const LATER_MS = 15 * 60_000;
const NO_SURFACE: readonly number[] = [404, 405, 410, 501];
const REFUSED: readonly string[] = ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_CONFIGURED'];

/** Whether the credential is not accepted: it will not be next time either. */
export function isRefused(reason: unknown): boolean {
  return reason instanceof HirewireError && REFUSED.includes(reason.facts.code);
}

/**
 * @param reason why the session ended, or did not begin.
 * @param attempt how many came before this one without a good session between them.
 * @returns milliseconds until the next attempt.
 */
export function waitAfter(reason: unknown, attempt: number, timers: Timers): number {
  const status = reason instanceof SseRefused ? reason.status : 0;
  // A handshake that is refused: another protocol version is spoken here.
  if (reason instanceof RpcRefused || NO_SURFACE.includes(status)) return LATER_MS * (1 + timers.random());
  const asked = reason instanceof SseRefused ? (reason.retryAfterMs ?? 0) : 0;
  return Math.max(asked, backoff(attempt, timers));
}

/** Full jitter: the many clients of a marketplace that comes back must not all come at once. */
export function backoff(attempt: number, timers: Timers): number {
  return Math.max(MIN_MS, timers.random() * Math.min(MAX_MS, BASE_MS * 2 ** attempt));
}
