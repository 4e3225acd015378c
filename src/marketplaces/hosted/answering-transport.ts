import type { JSONRPCMessage, Transport, TransportSendOptions } from '@modelcontextprotocol/client';
import { asObject } from '../envelope.js';

/**
 * Sees to it that every request over Streamable HTTP ends: with its answer, with an error when its stream ends without
 * one, and with a closed connection when nobody waits for it any more.
 */

/** The data of the error that stands for "its stream has ended": nothing from the other side is this very object. */
export const ENDED: object = Object.freeze({});

/** How long a message that nobody waits for may take. */
const NOTICE_MS = 5_000;

type Id = string | number;

export class AnsweringTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly hasPerRequestStream = true;
  private readonly open = new Map<Id, AbortController>();

  constructor(private readonly inner: Transport) {}

  get sessionId(): string | undefined {
    return this.inner.sessionId;
  }

  async start(): Promise<void> {
    this.inner.onclose = () => this.onclose?.();
    this.inner.onerror = (error) => this.onerror?.(error);
    this.inner.onmessage = (message: JSONRPCMessage) => {
      const id = 'method' in message ? undefined : message.id;
      const isAnswer = id !== undefined && this.open.has(id);
      this.onmessage?.(message);
      // A server that keeps the stream of an answered request open would keep the connection.
      if (isAnswer) setImmediate(() => this.forget(id));
    };
    await this.inner.start();
  }

  async send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    if ('method' in message && 'id' in message) return await this.ask(message, options);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('a message was not taken in time')), NOTICE_MS);
    const sent = this.inner.send(message, { ...options, requestSignal: late.signal });
    if ('method' in message) this.forget(cancelled(message));
    await sent.finally(() => clearTimeout(timer));
  }

  setProtocolVersion(version: string): void {
    this.inner.setProtocolVersion?.(version);
  }

  async close(): Promise<void> {
    for (const id of [...this.open.keys()]) this.forget(id);
    await this.inner.close();
  }

  private async ask(message: JSONRPCMessage & { readonly id: Id }, options: TransportSendOptions): Promise<void> {
    const { id } = message;
    const controller = new AbortController();
    const stop = () => this.forget(id);
    options.requestSignal?.addEventListener('abort', stop, { once: true });
    this.open.set(id, controller);
    const onRequestStreamEnd = () => {
      if (!this.open.delete(id)) return;
      if (options.onRequestStreamEnd) options.onRequestStreamEnd();
      else this.onmessage?.({ jsonrpc: '2.0', id, error: { code: -32_000, message: 'ended', data: ENDED } });
    };
    try {
      await this.inner.send(message, { ...options, requestSignal: controller.signal, onRequestStreamEnd });
    } catch (error) {
      this.open.delete(id);
      throw error;
    }
  }

  private forget(id: Id | undefined): void {
    if (id === undefined) return;
    this.open.get(id)?.abort();
    this.open.delete(id);
  }
}

/** The request that a message calls off. */
function cancelled(message: { readonly method: string; readonly params?: unknown }): Id | undefined {
  if (message.method !== 'notifications/cancelled') return undefined;
  const id = asObject(message.params)?.requestId;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
