import { randomUUID } from 'node:crypto';
import { type Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { log } from '../../log.js';
import { systemTimers } from '../../timers.js';
import { Background } from '../background.js';
import { Conversation, tellLists } from '../conversation.js';
import { type BridgeDeps, createBridgeServer } from '../server.js';
import { refused } from './door.js';

/** Clients of the 2025 handshake over HTTP: each has a session, and a server of its own as it would have on stdio. */

export const MAX_SESSIONS = 100;
/** A session without an open stream is forgotten after this long; its client is told to initialize again. */
export const IDLE_MS = 30 * 60_000;

const SESSION_HEADER = 'mcp-session-id';

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  usedAt: number;
  /** Open GET streams: somebody listens. */
  streams: number;
  close(): Promise<void>;
}

export class HttpSessions {
  private readonly byId = new Map<string, Session>();
  private stopSweeping: (() => void) | undefined;

  constructor(private readonly deps: BridgeDeps) {}

  get size(): number {
    return this.byId.size;
  }

  /** Answers a request of this era. One without a session opens one, if it is an initialize. */
  async fetch(request: Request): Promise<Response> {
    const id = request.headers.get(SESSION_HEADER);
    if (id === null) return await this.open(request);
    const session = this.byId.get(id);
    if (!session) return refused(404, 'This session does not exist any more: initialize again.');
    session.usedAt = this.now;
    if (request.method === 'GET') {
      session.streams += 1;
      request.signal.addEventListener('abort', () => {
        session.streams -= 1;
        session.usedAt = this.now;
      });
    }
    return await session.transport.handleRequest(request);
  }

  async close(): Promise<void> {
    this.stopSweeping?.();
    await Promise.all([...this.byId.values()].map((session) => session.close()));
  }

  private get now(): number {
    return (this.deps.timers ?? systemTimers).now();
  }

  private async open(request: Request): Promise<Response> {
    if (this.byId.size >= MAX_SESSIONS && !(await this.dropIdlest())) {
      return refused(503, `${MAX_SESSIONS} clients are connected; close one of them.`);
    }
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void this.byId.set(id, session),
      maxRequestBodySize: this.deps.settings.maxFrame,
    });
    const background = new Background(this.deps, (uri) => {
      server.sendResourceUpdated({ uri }).catch((error: unknown) => log('debug', 'the client is gone', error));
    });
    const conversation = new Conversation(this.deps, () => tellLists(server));
    const server: Server = createBridgeServer(this.deps, background, conversation);
    const session: Session = { transport, usedAt: this.now, streams: 0, close: () => server.close() };
    server.onclose = () => {
      background.stop();
      conversation.close();
      if (transport.sessionId !== undefined) this.byId.delete(transport.sessionId);
    };
    await server.connect(transport);
    const response = await transport.handleRequest(request);
    if (transport.sessionId === undefined) await server.close();
    else this.sweepLater();
    return response;
  }

  /** @returns whether there was one that nobody listens to. */
  private async dropIdlest(): Promise<boolean> {
    const [idlest] = [...this.byId.values()]
      .filter(({ streams }) => streams === 0)
      .toSorted((a, b) => a.usedAt - b.usedAt);
    await idlest?.close();
    return idlest !== undefined;
  }

  private sweepLater(): void {
    this.stopSweeping ??= (this.deps.timers ?? systemTimers).after(IDLE_MS / 2, () => {
      this.stopSweeping = undefined;
      const idle = (session: Session) => session.streams === 0 && this.now - session.usedAt >= IDLE_MS;
      for (const session of [...this.byId.values()].filter(idle)) void session.close();
      if (this.byId.size > 0) this.sweepLater();
    });
  }
}
