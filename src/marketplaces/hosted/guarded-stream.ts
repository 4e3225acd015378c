/** The body of an event stream with bounds: a stream has no length, so what is bounded is an event, and the pace. */

export interface StreamLimits {
  /** The longest event, in bytes. */
  readonly event: number;
  /** Within each ten seconds. */
  readonly events: number;
  readonly bytes: number;
}

export const STREAM_LIMITS: StreamLimits = { event: 8 * 1024 * 1024, events: 2_000, bytes: 32 * 1024 * 1024 };
const WINDOW_MS = 10_000;
const LINE_FEED = 10;
const RETURN = 13;

/**
 * The same bytes, until a limit is passed: then the stream fails with what `tooMuch` makes of it, and its source is let go.
 */
export function guarded(
  body: ReadableStream<Uint8Array>,
  limits: StreamLimits,
  now: () => number,
  tooMuch: (what: string) => Error,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const pace = new Pace(limits, now);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      const what = pace.over(value);
      if (what === undefined) return controller.enqueue(value);
      reader.cancel().catch(() => undefined);
      throw tooMuch(what);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

class Pace {
  private from = 0;
  private events = 0;
  private bytes = 0;
  private event = 0;
  private lineIsEmpty = true;

  constructor(
    private readonly limits: StreamLimits,
    private readonly now: () => number,
  ) {}

  /** Counts a chunk. @returns which limit it passes. */
  over(chunk: Uint8Array): string | undefined {
    const now = this.now();
    if (now - this.from > WINDOW_MS) {
      this.from = now;
      this.events = 0;
      this.bytes = 0;
    }
    this.bytes += chunk.byteLength;
    this.event += chunk.byteLength;
    for (const byte of chunk) {
      if (byte === LINE_FEED) {
        if (this.lineIsEmpty) {
          this.events += 1;
          this.event = 0;
        }
        this.lineIsEmpty = true;
      } else if (byte !== RETURN) {
        this.lineIsEmpty = false;
      }
    }
    if (this.event > this.limits.event) return 'sent a message that is too long';
    return this.events > this.limits.events || this.bytes > this.limits.bytes ? 'sends far too much' : undefined;
  }
}
