import type { Clock } from './clock.js';

/** A fixed window: how many requests in how long. */
export interface Limit {
  readonly max: number;
  readonly windowMs: number;
  /** How long nothing is allowed once the limit was exceeded; by default until the window ends. */
  readonly lockoutMs?: number;
}

export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
  readonly allowed: boolean;
}

/** Counts requests per credential and bucket in windows aligned to the clock. Kept in memory: a restart forgives. */
export class RateLimiter {
  private readonly windows = new Map<string, { start: number; count: number }>();
  private readonly lockedUntil = new Map<string, number>();
  private sweptAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly enabled: boolean,
  ) {}

  /** @param count how many requests at once. */
  take(name: string, { max, windowMs, lockoutMs }: Limit, count = 1): LimitState {
    const now = this.clock.now();
    const start = now - (now % windowMs);
    this.sweep(now);
    const known = this.windows.get(name);
    const window = known && known.start === start ? known : { start, count: 0 };
    const before = window.count;
    window.count += count;
    this.windows.set(name, window);
    if (lockoutMs !== undefined && before <= max && window.count > max) this.lockedUntil.set(name, now + lockoutMs);
    const locked = this.lockedUntil.get(name) ?? 0;
    const over = window.count > max || now < locked;
    return {
      limit: max,
      remaining: over ? 0 : max - window.count,
      resetAt: Math.max(start + windowMs, locked),
      allowed: !this.enabled || !over,
    };
  }

  private sweep(now: number): void {
    if (now - this.sweptAt < 3_600_000) return;
    this.sweptAt = now;
    for (const [name, window] of this.windows) if (now - window.start > 3_600_000) this.windows.delete(name);
    for (const [name, until] of this.lockedUntil) if (until <= now) this.lockedUntil.delete(name);
  }
}
