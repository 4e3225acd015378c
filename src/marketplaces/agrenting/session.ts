import { HirewireError } from '../../errors.js';
import { untilAborted } from '../../http/body.js';
import { discard, type Origin } from '../../http/origin.js';
import { retryAfterMs } from '../../http/retry.js';
import { openSse, readSse, type SseEvent } from '../../http/sse.js';
import type { Timers } from '../../timers.js';
import { asObject } from '../envelope.js';

/** One session with a hosted MCP surface of Agrenting: HTTP and SSE, protocol 2024-11-05 (contract notes §4.1). */

export const SURFACES = { hirer: '/mcp/hirer/sse', agent: '/mcp/sse' } as const;
export type Surface = keyof typeof SURFACES;

export interface SessionOptions {
  readonly origin: Origin;
  readonly surface: Surface;
  readonly timers: Timers;
  readonly version: string;
  /** The server says that a resource has changed. */
  readonly onUpdated: (uri: string) => void;
}

const PROTOCOL = '2024-11-05';
/** For each step: the stream, its first event, an answer. */
const STEP_MS = 10_000;
/** The server sends a comment every 15 seconds; a stream that is silent for so long is dead. */
const SILENT_MS = 50_000;
/** Answers and notifications are small: resources are read over REST. */
const MAX_EVENT = 256 * 1024;
const MAX_RETRY_AFTER_MS = 60_000;
const POST_ATTEMPTS = 3;

/** The server answered a request with an error: the session goes on. */
export class RpcRefused extends Error {
  override name = 'RpcRefused';
  constructor(readonly code: unknown) {
    super(`the marketplace refused a request of the session (code ${typeof code === 'number' ? code : 'unknown'})`);
  }
}

export class UpstreamSession {
  /** Resolves with the reason when the session is over, and never rejects. */
  readonly ended: Promise<unknown>;
  private finish: (reason: unknown) => void = () => undefined;
  private over = false;
  private readonly controller = new AbortController();
  private readonly pending = new Map<number, { resolve(result: unknown): void; reject(error: unknown): void }>();
  private nextId = 1;
  private messages: URL | undefined;
  private onEndpoint: () => void = () => undefined;
  private heardAt: number;
  private callOffSilence: () => void = () => undefined;

  private constructor(private readonly options: SessionOptions) {
    this.heardAt = options.timers.now();
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  /** Opens the stream and shakes hands. @throws when any step fails; then nothing stays open. */
  static async open(options: SessionOptions, signal: AbortSignal): Promise<UpstreamSession> {
    const session = new UpstreamSession(options);
    const stop = () => session.end(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    void session.ended.then(() => signal.removeEventListener('abort', stop));
    try {
      await session.connect();
      const clientInfo = { name: 'hirewire', version: options.version };
      await session.request('initialize', { protocolVersion: PROTOCOL, capabilities: {}, clientInfo });
      await session.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
      return session;
    } catch (error) {
      session.end(error);
      throw error;
    }
  }

  /** @throws {RpcRefused} when the server answers with an error; anything else ends the session. */
  async request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.over) throw await this.ended;
    const id = this.nextId++;
    const answer = new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
    // Whoever stops waiting for it still has to take its failure.
    answer.catch(() => undefined);
    try {
      await this.post({ jsonrpc: '2.0', id, method, params });
      return await this.within(answer, `no answer to ${method}`);
    } catch (error) {
      if (!(error instanceof RpcRefused)) this.end(error);
      throw error;
    } finally {
      this.pending.delete(id);
    }
  }

  /** Closes the stream: the server forgets the session. */
  close(): void {
    this.end(new Error('closed'));
  }

  private end(reason: unknown): void {
    if (this.over) return;
    this.over = true;
    this.callOffSilence();
    this.controller.abort(reason);
    for (const { reject } of this.pending.values()) reject(reason);
    this.finish(reason);
  }

  private async connect(): Promise<void> {
    const { origin, surface, timers } = this.options;
    const endpoint = new Promise<void>((resolve) => {
      this.onEndpoint = resolve;
    });
    const { signal } = this.controller;
    const opened = openSse(origin, SURFACES[surface], { signal, now: () => timers.now() }).then((response) => {
      if (this.over) discard(response);
      else void this.read(response);
    });
    await this.within(opened, 'the stream did not open');
    await this.within(endpoint, 'the stream named no endpoint');
    if (!this.over) this.watchSilence();
  }

  private async read(response: Response): Promise<void> {
    const onActivity = () => {
      this.heardAt = this.options.timers.now();
    };
    const { signal } = this.controller;
    try {
      for await (const event of readSse(response, { maxEvent: MAX_EVENT, signal, onActivity })) this.take(event);
      this.end(new Error('the stream ended'));
    } catch (error) {
      this.end(error);
    }
  }

  private take({ event, data }: SseEvent): void {
    if (event === 'endpoint') this.takeEndpoint(data);
    const message = event === 'message' ? parse(data) : undefined;
    if (!message) return;
    const { id, method } = message;
    if (typeof method === 'string') {
      if (id !== undefined && id !== null) void this.answer(id, method);
      const uri = asObject(message.params)?.uri;
      if (method === 'notifications/resources/updated' && typeof uri === 'string') this.options.onUpdated(uri);
      return;
    }
    const waiting = typeof id === 'number' ? this.pending.get(id) : undefined;
    if ('error' in message) waiting?.reject(new RpcRefused(asObject(message.error)?.code));
    else waiting?.resolve(message.result);
  }

  /** Relative to the stream, as the documents show it. Only the first one counts. */
  private takeEndpoint(data: string): void {
    if (this.messages) return;
    const stream = this.options.origin.at(SURFACES[this.options.surface]);
    if (URL.canParse(data, stream)) {
      this.messages = new URL(data, stream);
      this.onEndpoint();
    } else {
      this.end(new Error('the endpoint of the stream is no address'));
    }
  }

  /** Pings are how the marketplace finds out whether an agent is there: three seconds count. */
  private async answer(id: unknown, method: string): Promise<void> {
    const reply = method === 'ping' ? { result: {} } : { error: { code: -32_601, message: 'Method not found' } };
    await this.post({ jsonrpc: '2.0', id, ...reply }).catch((error: unknown) => this.end(error));
  }

  /** Sends one message. @throws when it was not taken; what the server says to it comes on the stream. */
  private async post(message: Readonly<Record<string, unknown>>): Promise<void> {
    const { origin, timers } = this.options;
    const { signal } = this.controller;
    const url = this.messages;
    if (!url) throw new Error('the session has no endpoint yet');
    const init = { method: 'POST', body: JSON.stringify(message), signal } as const;
    for (let attempt = 1; ; attempt += 1) {
      const sent = origin.fetch(url, { ...init, headers: { 'content-type': 'application/json' } });
      const { status, headers } = await this.within(
        sent.then((response) => {
          discard(response);
          return response;
        }),
        'a message was not taken',
      );
      if (status >= 200 && status < 300) return;
      if (status !== 429 || attempt >= POST_ATTEMPTS) throw refused(status);
      const wait = retryAfterMs(headers.get('retry-after'), timers.now()) ?? STEP_MS;
      await untilAborted(this.sleep(Math.min(wait, MAX_RETRY_AFTER_MS)), signal);
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.options.timers.after(ms, resolve));
  }

  /** The promise's outcome, unless the time of a step is over or the session ends before. */
  private async within<T>(promise: Promise<T>, otherwise: string): Promise<T> {
    let callOff = () => {};
    const late = new Promise<never>((_, reject) => {
      callOff = this.options.timers.after(STEP_MS, () => reject(new Error(`${otherwise} in time`)));
    });
    return await untilAborted(Promise.race([promise, late]), this.controller.signal).finally(callOff);
  }

  /** One timer at a time, however much arrives. */
  private watchSilence(): void {
    const { timers } = this.options;
    const left = this.heardAt + SILENT_MS - timers.now();
    if (left <= 0) this.end(new Error('the stream is silent'));
    else this.callOffSilence = timers.after(left, () => this.watchSilence());
  }
}

function parse(data: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(data));
  } catch {
    return undefined;
  }
}

/** @param status of the answer to a POST. */
function refused(status: number): HirewireError {
  return new HirewireError({
    code: status === 401 ? 'UNAUTHORIZED' : status === 403 ? 'FORBIDDEN' : 'UNAVAILABLE',
    message: `The marketplace did not take a message of the session (status ${status}).`,
    changed: 'no',
    next: 'Go on with the tools; nothing else depends on it.',
    retrySafe: true,
    httpStatus: status,
  });
}
