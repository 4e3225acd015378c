import { type EventStream, sseMessage } from './event-stream.js';
import type { RpcId } from './json-rpc.js';

export type SurfaceName = 'agent' | 'hirer' | 'praisonai';

/** What a ping of ours was sent for, so that its answer finds its way. */
export type PingPurpose = { readonly hiring: string; readonly dispatch: string | null } | 'presence';

export interface SessionFacts {
  readonly id: string;
  readonly surface: SurfaceName;
  /** The agent or the user; every message must come with a credential of theirs. */
  readonly account: string;
  /** The credential that opened it. */
  readonly credentialId: string;
  /** "sse": it ends with its stream. "http": streams come and go, and it ends when it is deleted or left alone. */
  readonly transport: 'sse' | 'http';
  /** After how long without a stream it is forgotten; ten minutes by default. */
  readonly idleMs?: number;
}

/** One connected client: what it subscribed to, and how messages reach it. Kept in memory only. */
export class Session {
  readonly subscriptions = new Set<string>();
  /** Requests of the client that are still being answered, to cancel them. */
  readonly running = new Map<RpcId, AbortController>();
  /** When it was last heard of, in milliseconds since the epoch. */
  usedAt: number;
  /** When its agent's presence was last written down on its account. */
  seenAt = Number.NEGATIVE_INFINITY;
  private stream: EventStream | undefined;
  private readonly pings = new Map<string, PingPurpose>();
  private pinged = 0;
  /** Resources that changed while no stream was there to say so. They are few: each is said once. */
  private readonly unsaid = new Set<string>();

  constructor(
    readonly facts: SessionFacts,
    now: number,
  ) {
    this.usedAt = now;
  }

  /** Whether a message would reach the client now. */
  get isConnected(): boolean {
    return this.stream?.isOpen === true;
  }

  /** From now on messages go out here and no longer on an earlier stream; first what changed in the meantime. */
  attach(stream: EventStream): void {
    this.stream?.end();
    this.stream = stream;
    for (const uri of this.unsaid) stream.write(updateOf(uri));
    this.unsaid.clear();
  }

  send(chunk: Uint8Array): boolean {
    return this.stream?.write(chunk) === true;
  }

  /** Says that a resource changed, if the client asked to be told. @param chunk the message, encoded. */
  tell(uri: string, chunk: Uint8Array): void {
    if (!this.subscriptions.has(uri)) return;
    if (!this.isConnected) this.unsaid.add(uri);
    else this.send(chunk);
  }

  /** Asks the client for a sign of life. @returns whether the question went out. */
  ping(purpose: PingPurpose): boolean {
    if (!this.isConnected) return false;
    this.pinged += 1;
    const id = `ping-${this.pinged}`;
    // An answer to an older question of the same kind says as much.
    if (this.pings.size >= MOST_PINGS) this.pings.delete([...this.pings.keys()][0] ?? '');
    this.pings.set(id, purpose);
    return this.send(sseMessage({ jsonrpc: '2.0', id, method: 'ping' }));
  }

  /** What an answered ping was for; undefined when there was none with this id. */
  answered(id: RpcId): PingPurpose | undefined {
    const purpose = this.pings.get(String(id));
    this.pings.delete(String(id));
    return purpose;
  }

  /** Ends the session's stream and everything that is being answered. */
  end(): void {
    for (const controller of this.running.values()) controller.abort();
    this.stream?.end();
  }
}

const MOST_PINGS = 1_000;

export const updateOf = (uri: string): Uint8Array =>
  sseMessage({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } });
