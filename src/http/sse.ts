import { HirewireError } from '../errors.js';
import { untilAborted } from './body.js';
import { discard, type Origin } from './origin.js';
import { retryAfterMs } from './retry.js';

/** Server-sent events as the HTML standard defines them, read with the rules of the HTTP client. */

export interface SseEvent {
  /** "message" when the stream does not name it. */
  readonly event: string;
  readonly data: string;
}

/** An answer to a request for a stream that is none. */
export class SseRefused extends HirewireError {
  constructor(
    readonly status: number,
    readonly retryAfterMs: number | undefined,
  ) {
    super({
      code: status === 401 ? 'UNAUTHORIZED' : status === 403 ? 'FORBIDDEN' : 'UNAVAILABLE',
      message: `The marketplace opened no event stream (status ${status}).`,
      changed: 'no',
      next: 'Go on with the tools; nothing else depends on it.',
      retrySafe: true,
      httpStatus: status,
    });
  }
}

/** @throws {SseRefused} for every answer that is not an event stream. */
export async function openSse(
  origin: Origin,
  path: string,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => number },
): Promise<Response> {
  const headers = { accept: 'text/event-stream', 'cache-control': 'no-cache' };
  const response = await origin.fetch(origin.at(path), { method: 'GET', headers, signal });
  const type = response.headers.get('content-type') ?? '';
  if (response.status === 200 && /^text\/event-stream\b/i.test(type) && response.body) return response;
  discard(response);
  throw new SseRefused(response.status, retryAfterMs(response.headers.get('retry-after'), now()));
}

export interface SseOptions {
  /** The longest event that is held, in characters. */
  readonly maxEvent: number;
  /** Ends the reading, whether or not it finds its way to the body. */
  readonly signal: AbortSignal;
  /** Called whenever anything arrives, also a comment. */
  readonly onActivity?: () => void;
}

/**
 * The events of a stream, until it ends. Leaving the loop closes the connection.
 * @throws {HirewireError} when an event is too long; the signal's reason when it fires.
 */
export async function* readSse(response: Response, options: SseOptions): AsyncGenerator<SseEvent> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new SseParser(options.maxEvent);
  try {
    for (;;) {
      const { done, value } = await untilAborted(reader.read(), options.signal);
      if (done) return;
      options.onActivity?.();
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** Turns text, cut anywhere, into events. */
export class SseParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private held = 0;

  constructor(private readonly maxEvent: number) {}

  /** @throws {HirewireError} when an event grows longer than we are willing to hold. */
  push(text: string): SseEvent[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    const events = lines.flatMap((line) => this.line(line));
    if (this.held + this.rest.length > this.maxEvent) throw tooLong();
    return events;
  }

  private line(line: string): SseEvent[] {
    if (line === '') return this.dispatch();
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    // Ids and retry times are for readers that resume; a comment has an empty field name.
    if (field === 'event') this.event = value;
    if (field === 'data') {
      this.data.push(value);
      this.held += value.length + 1;
      if (this.held > this.maxEvent) throw tooLong();
    }
    return [];
  }

  private dispatch(): SseEvent[] {
    const { event, data } = this;
    this.event = '';
    this.data = [];
    this.held = 0;
    return data.length === 0 ? [] : [{ event: event || 'message', data: data.join('\n') }];
  }
}

function tooLong(): HirewireError {
  return new HirewireError({
    code: 'BAD_REPLY',
    message: 'The marketplace sent an event that is too long to be read.',
    changed: 'no',
    next: 'Go on with the tools; nothing else depends on it.',
    retrySafe: true,
  });
}
