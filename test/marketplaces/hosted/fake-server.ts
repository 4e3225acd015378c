import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { asRecord } from '../../interop/clients.js';

/** A hosted server of the plainest kind, a POST that is answered with JSON, that a test can make do anything. */

export interface Asked {
  readonly id: unknown;
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
}

/** Answers by itself, or returns the result; undefined leaves it to the next one. */
export type Behaviour = (
  asked: Asked,
  response: ServerResponse,
) => Record<string, unknown> | undefined | Promise<Record<string, unknown> | undefined>;

export interface FakeServer {
  readonly url: string;
  readonly origin: string;
  /** What was asked, in order. */
  readonly asked: Asked[];
  behave(behaviour: Behaviour): void;
  /** Resolves when so many requests of this method have come in all. */
  sawRequests(method: string, count: number): Promise<void>;
  close(): Promise<void>;
}

export const ECHO = {
  name: 'echo',
  description: 'Says it again.',
  inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
};

const NORMAL: Readonly<Record<string, (asked: Asked) => Record<string, unknown>>> = {
  initialize: () => ({
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'fake', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: [ECHO] }),
  'tools/call': ({ params }) => ({
    content: [{ type: 'text', text: String(asRecord(params.arguments).text) }],
    isError: false,
  }),
};

export async function fakeServer(behaviour: Behaviour = () => undefined): Promise<FakeServer> {
  const asked: Asked[] = [];
  const waiting = new Set<() => void>();
  let behave = behaviour;
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const { id, method, params } = asRecord(JSON.parse(text));
    const one = {
      id,
      method: String(method),
      params: asRecord(params),
      headers: request.headers,
      path: request.url ?? '',
    };
    asked.push(one);
    for (const wake of waiting) wake();
    const result = (await behave(one, response)) ?? NORMAL[one.method]?.(one);
    if (response.headersSent || response.destroyed || response.writableEnded) return;
    if (id === undefined) return void response.writeHead(202).end();
    const error = { code: -32_601, message: `Method not found: ${one.method}` };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error }) }));
  };
  const origin = await listen(server);
  return {
    origin,
    url: `${origin}/mcp/fake`,
    asked,
    behave: (next) => {
      behave = next;
    },
    sawRequests: async (method, count) => {
      while (asked.filter((one) => one.method === method).length < count) {
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    close: () => stop(server),
  };
}

/** On a free port of this machine. @returns the origin. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

export async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
