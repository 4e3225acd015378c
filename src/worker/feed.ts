import type { Clock } from './clock.js';

/**
 * Says when the list of pending hirings is worth a look. With nothing but REST it is a clock; a push client feeds it
 * with what it hears. The worker reads the list itself either way, so a change that nobody told is found, only later.
 */
export interface PendingFeed {
  /** Whether changes are told as they happen at this moment: then looking without cause is a safety net. */
  readonly live: boolean;
  /** Resolves at a change, after `ms` at the latest, or when the signal fires. Never rejects. */
  changed(ms: number, signal: AbortSignal): Promise<void>;
}

/** No feed at all: every look is by the clock. */
export const polling = (clock: Clock): PendingFeed => ({
  live: false,
  changed: (ms, signal) => clock.sleep(ms, signal),
});

/** Shorter first, when more often follows more; 15 s when nothing happens, which also keeps the agent online. */
const IDLE_MS = [1_000, 1_000, 2_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000];
/** While a program works, a cancellation should be noticed soon. */
const WORKING_MS = 5_000;
/** With pushes: an agent counts as online for an hour after it was heard from. */
const LIVE_MS = 60_000;
const TROUBLE_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
const JITTER = 0.2;

/** How long to wait before the next look. */
export class Pace {
  private quiet = 0;
  private failures = 0;

  constructor(private readonly clock: Clock) {}

  /** Something happened: more may follow soon. */
  news(): void {
    this.quiet = 0;
    this.failures = 0;
  }

  nothing(): void {
    this.quiet += 1;
    this.failures = 0;
  }

  /** @param retryAfter seconds that the marketplace asked for. */
  failed(retryAfter: number | undefined): void {
    this.failures += 1;
    this.asked = (retryAfter ?? 0) * 1_000;
  }
  private asked = 0;

  /** Milliseconds, spread so that many workers do not look at once. */
  next(working: boolean, live: boolean): number {
    if (this.failures > 0) return Math.max(this.asked, this.spread(at(TROUBLE_MS, this.failures - 1)));
    const idle = live && this.quiet > 0 ? LIVE_MS : at(IDLE_MS, this.quiet);
    return this.spread(working ? Math.min(idle, WORKING_MS) : idle);
  }

  private spread(ms: number): number {
    return Math.round(ms * (1 - JITTER + 2 * JITTER * this.clock.random()));
  }
}

const at = (list: readonly number[], index: number): number => list[Math.min(index, list.length - 1)] ?? 0;
