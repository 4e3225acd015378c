import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registerAgent } from '../../src/backend/domain/agents.js';
import { createBackend } from '../../src/backend/index.js';
import { listen } from '../../src/backend/listen.js';
import { preciseNow } from './stream-readers.js';

/** What the readers of streams are pointed at: our backend, or the least that Node can do. */

export interface StreamServer {
  readonly port: number;
  /** One for each agent. */
  readonly keys: readonly string[];
  /** Gives every agent something new. @returns when, by key. */
  fire(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** The reference backend on a file. Something new is a hire: money held, probe answered, hiring started. */
export async function backendServer(file: string, agents: number): Promise<StreamServer> {
  const backend = await createBackend({ database: file, settings: { rateLimits: false } });
  const { env } = backend;
  const known: { id: string; did: string; key: string }[] = [];
  for (let index = 0; index < agents; index += 1) {
    const wanted = { name: `Agent ${index}`, description: '', capabilities: ['x'], category: 'x', metadata: {} };
    const priced = { ...wanted, pricing_model: 'fixed', base_price: '0.01' };
    const { agent, apiKey } = await env.db
      .transaction()
      .execute((tx) => registerAgent(env, tx, priced, undefined, `${index}`));
    known.push({ id: agent.id, did: agent.did, key: apiKey });
  }
  const started = new Map<string, number>();
  env.events.on('hiring.started', async (tx, { id }) => {
    const row = await tx.selectFrom('hirings').select('agent_id').where('id', '=', id).executeTakeFirst();
    env.events.afterCommit(tx, () => started.set(row?.agent_id ?? '', preciseNow()));
  });
  const server = await listen(backend, 0);
  backend.start();
  const headers = {
    authorization: `Bearer ${backend.credentials.agrenting.hirer}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ task_description: 'bench', capability_requested: 'x', price: '0.01' });
  const hire = async (did: string) => {
    const url = `http://sandbox.invalid/api/v1/agents/${did}/hire`;
    const answer = await backend.fetch(new Request(url, { method: 'POST', headers, body }));
    if (answer.status !== 201) throw new Error(`a hire was answered ${answer.status}`);
  };
  return {
    port: portOf(server.address()),
    keys: known.map(({ key }) => key),
    async fire() {
      started.clear();
      await Promise.all(known.map(({ did }) => hire(did)));
      while (started.size < known.length) await new Promise((resolve) => setTimeout(resolve, 5));
      return Object.fromEntries(known.map(({ id, key }) => [key, started.get(id) ?? 0]));
    },
    async close() {
      await server.stop();
      await backend.close();
    },
  };
}

const EVENT =
  'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"hiring://pending"}}\n\n';

/** Bare `node:http`: it holds streams and writes to them, and knows nothing else. */
export async function bareServer(agents: number): Promise<StreamServer> {
  const keys = Array.from({ length: agents }, (_, index) => `key-${index}`);
  const streams = new Map<string, ServerResponse[]>(keys.map((key) => [key, []]));
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      request.resume();
      response.writeHead(202).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: endpoint\ndata: /mcp/messages/x\n\n');
    streams.get(String(request.headers['x-api-key']))?.push(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server.address()),
    keys,
    async fire() {
      const at: Record<string, number> = {};
      for (const key of keys) {
        at[key] = preciseNow();
        for (const stream of streams.get(key) ?? []) stream.write(EVENT);
        // A commit takes about as long; written in one go, all would only wait for each other.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      return at;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
