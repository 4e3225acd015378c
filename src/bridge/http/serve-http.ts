import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { isLegacyRequest } from '@modelcontextprotocol/server';
import { log } from '../../log.js';
import type { BridgeDeps } from '../server.js';
import { MCP_PATH, refuseAtTheDoor, refused } from './door.js';
import { ModernHttp } from './modern.js';
import { HttpSessions } from './sessions.js';

/** What moves money is worth a moment when the process is asked to stop. */
const GRACE_MS = 1_200;
const POLL_MS = 20;
/** Operations of an earlier process are taken up once the port is open. */
const RESUME_AFTER_MS = 1_000;
/** How long a connection may be silent both ways; streams say something every 15 seconds. */
const SILENCE_MS = 120_000;
const MAX_CONNECTIONS = 500;

export interface HttpOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** What every request must carry. */
  readonly token: string;
}

/** The bridge over HTTP. */
export interface HttpBridge {
  /** Where MCP is spoken. */
  readonly url: string;
  /** Stops taking requests, lets money calls be written down, and ends everything. */
  close(): Promise<void>;
}

/**
 * Serves the whole bridge over Streamable HTTP on 127.0.0.1, to clients of both protocol eras.
 * @throws when the port is taken.
 */
export async function openHttpBridge(deps: BridgeDeps, { port, token }: HttpOptions): Promise<HttpBridge> {
  const sessions = new HttpSessions(deps);
  const modern = new ModernHttp(deps);
  const maxRequestBodySize = deps.settings.maxFrame;
  const answer = async (request: Request): Promise<Response> => {
    const refusal = refuseAtTheDoor(request, token);
    if (refusal) return refusal;
    const isLegacy = await isLegacyRequest(request, undefined, { maxRequestBodySize });
    return await (isLegacy ? sessions : modern).fetch(request);
  };
  const sockets = new Set<Socket>();
  const server = createAdaptorServer({
    fetch: (request: Request) =>
      answer(request).catch((error: unknown) => {
        log('error', 'a request could not be answered', error);
        return refused(500, 'Something went wrong here; the log on stderr says more.');
      }),
  });
  server.setTimeout(SILENCE_MS);
  server.on('connection', (socket: Socket) => {
    if (sockets.size >= MAX_CONNECTIONS) return socket.destroy();
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  setTimeout(() => deps.spending.resume(), RESUME_AFTER_MS).unref();
  if (!deps.settings.sandbox) modern.background.goOnline();

  return {
    url: `http://127.0.0.1:${portOf(server.address())}${MCP_PATH}`,
    async close() {
      server.close();
      const stopAt = performance.now() + GRACE_MS;
      while (deps.spending.busy && performance.now() < stopAt) await pause(POLL_MS);
      await Promise.race([
        Promise.allSettled([sessions.close(), modern.close(), deps.spending.close()]),
        pause(GRACE_MS),
      ]);
      for (const socket of sockets) socket.destroy();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;
