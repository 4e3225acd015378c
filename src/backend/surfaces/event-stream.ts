/**
 * The server's half of a Server-Sent Events stream. Writing never waits: what the reader has not taken yet is kept up
 * to a bound, and a reader that falls behind further loses its stream, so it holds up nobody else.
 */

const encoder = new TextEncoder();

/** One event in the wire format of the guides. */
export const sseEvent = (event: string, data: string): Uint8Array =>
  encoder.encode(`event: ${event}\ndata: ${data}\n\n`);

/** A message is encoded once, however many streams it goes to. */
export const sseMessage = (message: object): Uint8Array => sseEvent('message', JSON.stringify(message));

/** A comment line: keeps proxies from closing an idle connection and finds out when the reader has gone. */
export const KEEP_ALIVE: Uint8Array = encoder.encode(': keep-alive\n\n');

/** Bytes that wait for the reader. One message may go beyond it, so that no message is too large to be sent. */
const MOST_WAITING = 256 * 1024;

export class EventStream {
  private readonly waiting: Uint8Array[] = [];
  private bytes = 0;
  private reader: ReadableStreamDefaultController<Uint8Array> | undefined;
  private wanted = false;
  private open = true;

  /** @param onEnd called once, however the stream ends. */
  constructor(private readonly onEnd: () => void) {}

  get isOpen(): boolean {
    return this.open;
  }

  /** @returns false when the stream is over, or is ended because its reader fell too far behind. */
  write(chunk: Uint8Array): boolean {
    if (!this.open) return false;
    if (this.wanted && this.reader) {
      this.wanted = false;
      this.reader.enqueue(chunk);
      return true;
    }
    if (this.bytes >= MOST_WAITING) {
      this.end();
      return false;
    }
    this.waiting.push(chunk);
    this.bytes += chunk.length;
    return true;
  }

  /** Ends the stream; what the reader has not taken yet is dropped. */
  end(): void {
    if (!this.open) return;
    this.open = false;
    this.waiting.length = 0;
    this.bytes = 0;
    this.reader?.close();
    this.onEnd();
  }

  /** The response whose body is this stream. To be called once. */
  response(headers: Readonly<Record<string, string>>): Response {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.reader = controller;
        },
        pull: (controller) => {
          const next = this.waiting.shift();
          if (next) {
            this.bytes -= next.length;
            controller.enqueue(next);
          } else this.wanted = true;
        },
        cancel: () => {
          // It is closed already.
          this.reader = undefined;
          this.end();
        },
      },
      // Nothing is taken before the reader asks, so that `waiting` is all that waits.
      { highWaterMark: 0 },
    );
    return new Response(body, { status: 200, headers: { ...STREAM_HEADERS, ...headers } });
  }
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // For proxies that buffer answers.
  'x-accel-buffering': 'no',
};
