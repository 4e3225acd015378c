import { HirewireError } from '../../errors.js';
import { backoff } from '../../http/backoff.js';
import { SseRefused } from '../../http/sse.js';
import type { Timers } from '../../timers.js';
import { RpcRefused } from './session.js';

/** When a session that ended is opened again, if at all. */

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
