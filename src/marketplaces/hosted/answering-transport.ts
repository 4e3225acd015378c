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
const ENDING_MS = 2_000;
const GOODBYE_MS = 500;

type Id = string | number;

export class AnsweringTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly hasPerRequestStream = true;
  private readonly open = new Map<Id, AbortController>();
  /** Answered, and their streams are not over yet. */
  private readonly ending = new Map<Id, NodeJS.Timeout>();

  constructor(private readonly inner: Transport & { terminateSession?(): Promise<void> }) {}

  get sessionId(): string | undefined {
    return this.inner.sessionId;
  }

  async start(): Promise<void> {
    this.inner.onclose = () => this.onclose?.();
    this.inner.onerror = (error) => this.onerror?.(error);
    this.inner.onmessage = (message: JSONRPCMessage) => {
      const id = 'method' in message ? undefined : message.id;
      if (id === undefined) return this.onmessage?.(message);
      this.answered(id);
      // The client forgets a request with its answer, and hands progress on a moment later than it comes.
      setImmediate(() => this.onmessage?.(message));
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
    // A server that is told need not keep the session; one that does not listen is not waited for.
    const told = this.inner.terminateSession?.().catch(() => undefined);
    const late = new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref());
    await Promise.race([told, late]);
    await this.inner.close();
  }

  private async ask(message: JSONRPCMessage & { readonly id: Id }, options: TransportSendOptions): Promise<void> {
    const { id } = message;
    const controller = new AbortController();
    const stop = () => this.forget(id);
    options.requestSignal?.addEventListener('abort', stop, { once: true });
    this.open.set(id, controller);
    const onRequestStreamEnd = () => {
      clearTimeout(this.ending.get(id));
      const isAnswered = this.ending.delete(id);
      if (!this.open.delete(id) || isAnswered) return;
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

  /** A server ends the stream of an answered request at once, and the connection is used again; or it is closed here. */
  private answered(id: Id): void {
    if (!this.open.has(id) || this.ending.has(id)) return;
    const timer = setTimeout(() => this.forget(id), ENDING_MS);
    timer.unref();
    this.ending.set(id, timer);
  }

  private forget(id: Id | undefined): void {
    if (id === undefined) return;
    clearTimeout(this.ending.get(id));
    this.ending.delete(id);
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
