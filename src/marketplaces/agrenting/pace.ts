import { HirewireError } from '../../errors.js';
import type { ApiClient } from '../api-client.js';

/** The documented limit of a key (contract notes §1.7). */
const LIMIT_PER_MINUTE = 100;
/** What waiting may use of it; the rest is left to other calls. */
export const REQUESTS_PER_MINUTE = 80;
/** A minute, and some seconds that a request may take to arrive: the marketplace counts when it does. */
const WINDOW_MS = 65_000;

/** Counts the requests of about the last minute. Times are milliseconds since the epoch. */
export class Pace {
  private times: number[] = [];

  /** How many requests may follow now. */
  room(now: number): number {
    this.times = this.times.filter((time) => now - time < WINDOW_MS);
    return REQUESTS_PER_MINUTE - this.times.length;
  }

  /** Milliseconds until there is room for so many. */
  untilRoom(now: number, requests: number): number {
    const missing = requests - this.room(now);
    return missing <= 0 ? 0 : (this.times[missing - 1] ?? now) + WINDOW_MS - now;
  }

  took(now: number, requests: number): void {
    for (let count = 0; count < requests; count += 1) this.times.push(now);
  }

  /** What a caller is told when even a first look has to wait longer than it may. */
  tooOften(now: number, requests: number): HirewireError {
    return new HirewireError({
      code: 'RATE_LIMITED',
      message: `Waiting so often would exceed the marketplace's ${LIMIT_PER_MINUTE} requests a minute.`,
      changed: 'no',
      next: 'Wait on fewer hirings at once, or longer with each call.',
      retrySafe: true,
      retryAfter: Math.ceil(this.untilRoom(now, requests) / 1_000),
    });
  }
}

const paces = new WeakMap<ApiClient, Pace>();

/** One pace for all waits of an account: they may run side by side. */
export function paceOf(client: ApiClient): Pace {
  const pace = paces.get(client) ?? new Pace();
  paces.set(client, pace);
  return pace;
}
