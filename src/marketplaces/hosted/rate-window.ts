/** How often something may be asked: so many times in any minute. */
export class RateWindow {
  private readonly sent: number[] = [];
  /** The server said not to come before. Milliseconds since the epoch. */
  private blockedUntil = 0;

  constructor(
    private readonly perMinute: number | undefined,
    private readonly now: () => number,
  ) {}

  /** Counts one request. @returns milliseconds until the next is allowed; 0 when this one is, and was counted. */
  take(): number {
    const now = this.now();
    if (now < this.blockedUntil) return this.blockedUntil - now;
    if (this.perMinute === undefined) return 0;
    while (this.sent[0] !== undefined && this.sent[0] <= now - MINUTE_MS) this.sent.shift();
    const [oldest] = this.sent;
    if (this.sent.length >= this.perMinute && oldest !== undefined) return oldest + MINUTE_MS - now;
    this.sent.push(now);
    return 0;
  }

  /** Nothing is allowed for so long: the server asked for it. */
  block(ms: number): void {
    this.blockedUntil = this.now() + ms;
  }
}

const MINUTE_MS = 60_000;
