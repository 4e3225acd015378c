import type { AddressInfo, Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Backend } from './index.js';

export interface Listening {
  address(): AddressInfo | string | null;
  /** Stops taking connections and drops those that are open. */
  stop(): Promise<void>;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/;

/**
 * Puts a backend behind a socket on 127.0.0.1. A request whose Host or Origin is not this machine is refused: a web
 * page that points a name of its own at 127.0.0.1 must not reach it (DNS rebinding).
 * @throws when the port is taken.
 */
export async function listen(backend: Backend, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createAdaptorServer({
    fetch: async (request: Request) => {
      const origin = request.headers.get('origin');
      const foreign = origin !== null && !(URL.canParse(origin) && LOOPBACK.test(new URL(origin).host));
      if (foreign || !LOOPBACK.test(request.headers.get('host') ?? '')) {
        return Response.json({ error: 'This server answers only to names of this machine.' }, { status: 403 });
      }
      return await backend.fetch(request);
    },
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
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
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
