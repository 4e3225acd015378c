import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Backend } from './index.js';

export interface Listening {
  address(): AddressInfo | string | null;
  /**
   * Stops taking connections, and drops those that are open once their request was answered.
   * @param graceMs how long requests that are under way may take; at once by default.
   */
  stop(graceMs?: number): Promise<void>;
}

/**
 * How long a connection may be silent both ways. Streams say something every 15 seconds and the longest wait is 25, so
 * only a reader that takes nothing any more is cut off.
 */
const SILENCE_MS = 120_000;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** By the host that it names, the one in its target if that is a whole URL, and the page that it comes from, if any. */
function isFromHere({ url, headers }: Request): boolean {
  const origin = headers.get('origin');
  const hosts = [headers.get('host') ?? '', new URL(url).host];
  // A page without an address (a file, a sandboxed frame) sends "null".
  if (origin !== null) hosts.push(URL.canParse(origin) ? new URL(origin).host : 'none');
  return hosts.every((host) => LOOPBACK.test(host));
}

/**
 * Puts a backend behind a socket on 127.0.0.1. A request whose Host or Origin is not this machine is refused: a web
 * page that points a name of its own at 127.0.0.1 must not reach it (DNS rebinding).
 * @throws when the port is taken.
 */
export async function listen(backend: Backend, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createAdaptorServer({
    fetch: async (request: Request) => {
      if (isFromHere(request)) return await backend.fetch(request);
      return Response.json({ error: 'This server answers only to names of this machine.' }, { status: 403 });
    },
  });
  server.setTimeout(SILENCE_MS);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  let stopping = false;
  /** Connections with a request that is not answered yet. */
  const busy = new Set<Socket>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    busy.add(socket);
    response.once('close', () => {
      busy.delete(socket);
      // While it stops, the request that was under way is the last one of its connection.
      if (stopping) socket.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    address: () => server.address(),
    stop: (graceMs = 0) =>
      new Promise((resolve) => {
        stopping = true;
        const dropAll = () => {
          for (const socket of sockets) socket.destroy();
        };
        const patience = setTimeout(dropAll, graceMs);
        server.close(() => {
          clearTimeout(patience);
          resolve();
        });
        if (graceMs === 0) dropAll();
        for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
      }),
  };
}
