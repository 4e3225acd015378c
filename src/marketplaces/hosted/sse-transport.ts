import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { untilAborted } from '../../http/body.js';
import { discard } from '../../http/origin.js';
import { readSse, type SseEvent } from '../../http/sse.js';
import type { EdgeFetch } from './edge.js';
import { broken, unavailable } from './faults.js';
import { messageIn } from './message.js';

/**
 * HTTP with server-sent events, protocol 2024-11-05: one stream down, a POST for each message up. The SDK's own is
 * deprecated and reopens a lost stream by itself, with a new session that has not shaken hands.
 */

/** PraisonAI's documented example opens a stream and never names an endpoint. */
const ENDPOINT_MS = 5_000;
const MAX_EVENT = 8 * 1024 * 1024;

export class SseTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  private readonly controller = new AbortController();
  private endpoint: URL | undefined;
  private version: string | undefined;
  private named: (endpoint: URL) => void = () => undefined;

  constructor(
    private readonly name: string,
    private readonly url: URL,
    private readonly fetch: EdgeFetch,
  ) {}

  /** @throws when there is no stream, or it names no endpoint in time. */
  async start(): Promise<void> {
    const { signal } = this.controller;
    const endpoint = new Promise<URL>((resolve) => {
      this.named = resolve;
    });
    const timer = setTimeout(
      () => this.controller.abort(broken(this.name, 'opened an event stream and named no endpoint on it')),
      ENDPOINT_MS,
    );
    try {
      const response = await this.fetch(this.url, { headers: { accept: 'text/event-stream' }, signal });
      const type = response.headers.get('content-type') ?? '';
      if (response.status !== 200 || !/^text\/event-stream\b/i.test(type)) {
        discard(response);
        throw broken(this.name, `opened no event stream (HTTP ${response.status})`, 'no', response.status);
      }
      void this.read(response);
      this.endpoint = await untilAborted(endpoint, signal);
    } catch (error) {
      this.end();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!this.endpoint) throw unavailable(this.name, 'is not connected');
    const headers = new Headers({ 'content-type': 'application/json' });
    if (this.version !== undefined) headers.set('mcp-protocol-version', this.version);
    const init = { method: 'POST', headers, body: JSON.stringify(message), signal: this.controller.signal };
    const response = await this.fetch(this.endpoint, init, true);
    if (!response.ok) {
      discard(response);
      throw broken(this.name, `refused a message (HTTP ${response.status})`, 'no', response.status);
    }
    // Some answer right away all the same.
    const early = response.status === 200 ? messageIn(await response.text()) : undefined;
    if (early) this.onmessage?.(early);
  }

  setProtocolVersion(version: string): void {
    this.version = version;
  }

  async close(): Promise<void> {
    this.end();
  }

  private end(): void {
    if (this.controller.signal.aborted && !this.onclose) return;
    this.controller.abort(unavailable(this.name, 'closed the stream', { changed: 'no' }));
    const { onclose } = this;
    delete this.onclose;
    onclose?.();
  }

  private async read(response: Response): Promise<void> {
    try {
      const options = { maxEvent: MAX_EVENT, signal: this.controller.signal };
      for await (const event of readSse(response, options)) this.take(event);
    } catch (error) {
      if (!this.controller.signal.aborted && error instanceof Error) this.onerror?.(error);
    }
    this.end();
  }

  private take({ event, data }: SseEvent): void {
    if (event === 'endpoint' && !this.endpoint) {
      // Where messages go: the edge refuses another origin.
      if (URL.canParse(data, this.url)) this.named(new URL(data, this.url));
      return;
    }
    const message = event === 'message' ? messageIn(data) : undefined;
    // The client forgets a request with its answer, and hands progress on a moment later than it comes.
    if (message && !('method' in message)) setImmediate(() => this.onmessage?.(message));
    else if (message) this.onmessage?.(message);
  }
}
