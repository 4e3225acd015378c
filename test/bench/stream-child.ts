import { allArrived, openReaders, type Reader } from './stream-readers.js';
import { backendServer, bareServer, type StreamServer } from './stream-server.js';

/** The other processes of streams.ts: one has the server, one all the readers. Each does what it is told, in turn. */

export type Order =
  | { do: 'serve'; kind: 'ours' | 'bare'; file: string; agents: number }
  | { do: 'memory' }
  | { do: 'fire' }
  | { do: 'open'; port: number; keys: readonly string[]; each: number }
  | { do: 'arrived'; count: number };

let server: StreamServer | undefined;
let readers: Reader[] = [];

async function follow(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'serve':
      server = order.kind === 'ours' ? await backendServer(order.file, order.agents) : await bareServer(order.agents);
      return { port: server.port, keys: server.keys };
    case 'memory':
      for (let n = 0; n < 3; n += 1) {
        globalThis.gc?.();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return process.memoryUsage().rss;
    case 'fire':
      return await server?.fire();
    case 'open':
      readers = await openReaders(order.port, order.keys, order.each);
      return readers.length;
    case 'arrived':
      await allArrived(readers, order.count, 60_000);
      return readers.map(({ key, arrivals }) => [key, arrivals[order.count - 1] ?? null, arrivals.length]);
  }
}

process.on('message', (order: Order) => {
  follow(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
