import {
  type JSONRPCMessage,
  type MessageExtraInfo,
  SUBSCRIPTION_ID_META_KEY,
  type Transport,
} from '@modelcontextprotocol/server';
import { asObject } from '../marketplaces/envelope.js';
import { type Id, isId } from './recover-id.js';

/**
 * Sees which resources a client of 2026-07-28 listens to. The SDK serves subscriptions/listen by itself and tells
 * nobody, so this looks at the acknowledgement on its way out: it names the stream and what the stream will carry.
 */

export interface Listening {
  /** The acknowledgement is written when this resolves: from then on nothing may be missed. */
  started(id: string, uris: readonly string[]): Promise<void>;
  ended(id: string): void;
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

export class ListenTap implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;

  /** Open streams; each resolves when its acknowledgement is written. */
  private readonly streams = new Map<Id, Promise<void>>();

  constructor(
    private readonly inner: Transport,
    private readonly listening: Listening,
  ) {}

  /** Listen requests are answered when the connection ends: nobody waits for them. */
  get parked(): number {
    return this.streams.size;
  }

  async start(): Promise<void> {
    this.inner.onclose = () => this.onclose?.();
    this.inner.onerror = (error) => this.onerror?.(error);
    this.inner.onmessage = (message: JSONRPCMessage) => {
      this.takeCancel(message);
      this.onmessage?.(message);
    };
    await this.inner.start();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message)) {
      // Only the end of the connection answers a listen request.
      if (isId(message.id)) this.end(message.id);
      return await this.inner.send(message);
    }
    const params = asObject(message.params);
    const id = asObject(params?._meta)?.[SUBSCRIPTION_ID_META_KEY];
    if (!isId(id)) return await this.inner.send(message);
    if (message.method === ACKNOWLEDGED) {
      const uris = strings(asObject(params?.notifications)?.resourceSubscriptions);
      this.streams.set(
        id,
        this.listening.started(nameOf(id), uris).catch(() => undefined),
      );
    }
    // The acknowledgement comes first, and nothing comes once the client has left the stream. Nobody waits here: the
    // SDK takes no other message meanwhile.
    void this.streams.get(id)?.then(() => (this.streams.has(id) ? this.inner.send(message) : undefined));
  }

  async close(): Promise<void> {
    await this.inner.close();
  }

  private takeCancel(message: JSONRPCMessage): void {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return;
    const id = asObject(message.params)?.requestId;
    if (isId(id)) this.end(id);
  }

  private end(id: Id): void {
    if (this.streams.delete(id)) this.listening.ended(nameOf(id));
  }
}

/** 1 and "1" are two ids. */
const nameOf = (id: Id): string => JSON.stringify(id);

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
