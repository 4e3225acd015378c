import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { McpServer as ClassicServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { listen, stop } from '../../marketplaces/hosted/fake-server.js';

/** One small server behind each wire there is: made with the official SDK's own classes wherever they speak it. */

export interface WireServer {
  /** The origin; what is behind which path is the wire's. */
  readonly origin: string;
  /** Offers another tool from now on, and says so. */
  addTool(name: string): void;
  close(): Promise<void>;
}

const ECHO = { description: 'Says it again.', inputSchema: { text: z.string() } };
const said = async ({ text }: { text: string }) => ({ content: [{ type: 'text' as const, text }] });

/** The 2.x SDK: both eras at one URL, /mcp. */
export async function modern(): Promise<WireServer> {
  const names = ['echo'];
  const handler = createMcpHandler(() => {
    const server = new McpServer(
      { name: 'modern', version: '1.0.0' },
      { capabilities: { tools: { listChanged: true } } },
    );
    const inputSchema = z.object(ECHO.inputSchema);
    for (const name of names) server.registerTool(name, { ...ECHO, inputSchema }, said);
    return server;
  });
  const listener = getRequestListener((request) =>
    new URL(request.url).pathname === '/mcp' ? handler.fetch(request) : new Response(null, { status: 404 }),
  );
  const server = createServer((request, response) => void listener(request, response));
  return {
    origin: await listen(server),
    addTool: (name) => {
      names.push(name);
      handler.notify.toolsChanged();
    },
    close: async () => {
      await handler.close();
      await stop(server);
    },
  };
}

function classicServer(): ClassicServer {
  const server = new ClassicServer({ name: 'classic', version: '1.0.0' });
  server.registerTool('echo', ECHO, said);
  return server;
}

/** The 1.x SDK: Streamable HTTP with sessions at /mcp. */
export async function classic(): Promise<WireServer> {
  const sessions = new Map<
    string,
    { readonly transport: StreamableHTTPServerTransport; readonly server: ClassicServer }
  >();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url !== '/mcp') return void response.writeHead(404).end();
    const known = sessions.get(String(request.headers['mcp-session-id']));
    if (known) return await known.transport.handleRequest(request, response);
    const server = classicServer();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, { transport, server }),
    });
    await Reflect.apply(server.connect, server, [transport]);
    await transport.handleRequest(request, response);
  };
  const server = createServer((request, response) => void handle(request, response));
  return {
    origin: await listen(server),
    addTool: (name) => {
      for (const session of sessions.values()) session.server.registerTool(name, ECHO, said);
    },
    close: () => stop(server),
  };
}

/** The 1.x SDK: HTTP with SSE, a stream at /sse that names an endpoint. */
export async function sse(): Promise<WireServer> {
  const sessions = new Map<string, { readonly transport: SSEServerTransport; readonly server: ClassicServer }>();
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET' && pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', response);
      const server = classicServer();
      sessions.set(transport.sessionId, { transport, server });
      return await server.connect(transport);
    }
    const known = sessions.get(String(searchParams.get('sessionId')));
    if (request.method === 'POST' && known) return await known.transport.handlePostMessage(request, response);
    response.writeHead(404).end();
  };
  const server = createServer((request, response) => void handle(request, response));
  return {
    origin: await listen(server),
    addTool: (name) => {
      for (const session of sessions.values()) session.server.registerTool(name, ECHO, said);
    },
    close: () => stop(server),
  };
}

/**
 * PraisonAI as its page documents it: a POST to /messages/ that is answered at once. Its stream, if there is one, names
 * no endpoint.
 */
export async function synchronous(withStream: boolean): Promise<WireServer> {
  const names = ['echo'];
  const inputSchema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
  const resultOf = (method: string, params: { arguments?: { text?: string } } = {}) => {
    if (method === 'initialize') {
      const serverInfo = { name: 'praisonai-tools', version: '1.0.0' };
      return { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo };
    }
    if (method === 'tools/list')
      return { tools: names.map((name) => ({ name, description: 'Says it again.', inputSchema })) };
    return method === 'tools/call' ? { content: [{ type: 'text', text: params.arguments?.text }] } : undefined;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET' && request.url === '/sse' && withStream) {
      return void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"type":"ping"}\n\n');
    }
    if (request.method !== 'POST' || request.url !== '/messages/') return void response.writeHead(404).end();
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const { id, method, params } = JSON.parse(text);
    const result = resultOf(String(method), params);
    const error = { code: -32_601, message: 'Method not found' };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error }) }));
  };
  const server = createServer((request, response) => void handle(request, response));
  return {
    origin: await listen(server),
    addTool: (name) => void names.push(name),
    close: () => stop(server),
  };
}
