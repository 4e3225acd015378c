import type { Origin, OriginRequest } from '../../../src/http/origin.js';

/**
 * A hosted surface as the guides document it, without a socket, that does what a test tells it: it can refuse, be
 * silent, cut a stream in the middle of an event, and send any message twice, late or in another order.
 */

export interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly uri?: string; readonly [name: string]: unknown };
  readonly result?: unknown;
}

/** One open stream. */
export class FakeStream {
  readonly subscribed = new Set<string>();
  /** Answers to pings, by the ping's id. */
  readonly pongs = new Set<string>();
  readonly received: Message[] = [];
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private open = true;

  constructor(readonly id: string) {}

  get isOpen(): boolean {
    return this.open;
  }

  body(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start: (controller) => {
        this.controller = controller;
      },
      cancel: () => {
        this.open = false;
      },
    });
  }

  raw(text: string): void {
    if (this.open) this.controller?.enqueue(encoder.encode(text));
  }

  event(event: string, data: string): void {
    this.raw(`event: ${event}\ndata: ${data}\n\n`);
  }

  send(message: object): void {
    this.event('message', JSON.stringify({ jsonrpc: '2.0', ...message }));
  }

  /** The connection breaks, or the server closes it. */
  cut(how: 'break' | 'close' = 'break'): void {
    if (!this.open) return;
    this.open = false;
    if (how === 'break') this.controller?.error(new TypeError('terminated'));
    else this.controller?.close();
  }
}

const encoder = new TextEncoder();
const BASE = new URL('http://market.test/');

export type Handshake = 'ok' | 'silent' | 'hang' | 'down' | number;

export class FakeSurface implements Origin {
  readonly streams: FakeStream[] = [];
  /** Handshakes so far. */
  handshakes = 0;
  /** What becomes of the next handshakes; when it is used up, all is well. */
  readonly script: Handshake[] = [];
  /** URIs that cannot be subscribed. */
  readonly refused = new Set<string>();
  /** What POSTs are answered with, in place of 202. */
  postStatus: number | undefined;
  /** How a message gets to the client; by default at once. */
  deliver = (stream: FakeStream, message: object): void => stream.send(message);
  /** How long a request takes; by default no time. */
  latency = async (): Promise<void> => undefined;

  at(path: string): URL {
    return new URL(path, BASE);
  }

  /** The stream that is open now. */
  get current(): FakeStream | undefined {
    return this.streams.findLast(({ isOpen }) => isOpen);
  }

  /** Tells every stream that subscribed. */
  updated(uri: string): void {
    const message = { method: 'notifications/resources/updated', params: { uri } };
    for (const stream of this.streams) if (stream.isOpen && stream.subscribed.has(uri)) this.deliver(stream, message);
  }

  async fetch(url: URL, request: OriginRequest): Promise<Response> {
    if (url.origin !== BASE.origin) throw new Error(`left the origin: ${url.href}`);
    await this.latency();
    if (request.signal.aborted) throw request.signal.reason;
    return request.method === 'GET' ? this.handshake() : this.post(url, request.body ?? '');
  }

  private handshake(): Response | Promise<Response> {
    this.handshakes += 1;
    const what = this.script.shift() ?? 'ok';
    if (what === 'hang') return new Promise(() => undefined);
    if (what === 'down') throw new TypeError('fetch failed');
    if (typeof what === 'number') return new Response('no', { status: what });
    const stream = new FakeStream(`s${this.handshakes}`);
    this.streams.push(stream);
    const response = new Response(stream.body(), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
    if (what === 'ok') stream.event('endpoint', `/mcp/hirer/messages/${stream.id}`);
    return response;
  }

  private post(url: URL, body: string): Response {
    const stream = this.streams.find(({ id }) => url.pathname.endsWith(`/${id}`));
    if (this.postStatus !== undefined) return new Response(null, { status: this.postStatus });
    if (!stream?.isOpen) return new Response('{}', { status: 404 });
    const message: Message = JSON.parse(body);
    stream.received.push(message);
    const { id, method, params } = message;
    const uri = params?.uri ?? '';
    if (method === undefined) stream.pongs.add(String(id));
    else if (id !== undefined && this.refused.has(uri)) {
      this.deliver(stream, { id, error: { code: -32_602, message: 'Invalid params' } });
    } else if (id !== undefined) {
      if (method === 'resources/subscribe') stream.subscribed.add(uri);
      if (method === 'resources/unsubscribe') stream.subscribed.delete(uri);
      this.deliver(stream, { id, result: {} });
    }
    return new Response(null, { status: 202 });
  }
}
