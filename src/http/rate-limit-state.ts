/** What a marketplace said last about its rate limit, in the headers of its answers. */
export class RateLimitState {
  /** How many requests a window has. */
  limit: number | undefined;
  /** How many of them are left. */
  remaining: number | undefined;
  /** When the window ends, milliseconds since the epoch. */
  resetAt: number | undefined;

  note(headers: Headers, now: number): void {
    const limit = count(headers.get('x-ratelimit-limit'));
    const remaining = count(headers.get('x-ratelimit-remaining'));
    // Both or nothing: half of it says nothing about this window.
    if (limit === undefined || remaining === undefined) return;
    this.limit = limit;
    this.remaining = remaining;
    this.resetAt = resetOf(headers.get('x-ratelimit-reset'), now);
  }
}

const count = (text: string | null): number | undefined =>
  text !== null && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;

const EPOCH_S = 1_000_000_000;
const EPOCH_MS = 1_000_000_000_000;

/** Humans2AI writes ISO 8601; others write seconds or milliseconds since the epoch, or seconds from now. */
function resetOf(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value >= EPOCH_MS ? value : value >= EPOCH_S ? value * 1_000 : now + value * 1_000;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
