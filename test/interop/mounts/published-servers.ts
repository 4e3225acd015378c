import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { listen, stop } from '../../marketplaces/hosted/fake-server.js';

/** MCP servers from npm, as they are: those that speak HTTP, and those on stdio behind a pipe that looks at nothing. */

export interface Published {
  readonly url: string;
  /** A client that is connected to it without us. */
  direct(): Promise<Client>;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const fileOf = (name: string, path: string): string => join(dirname(require.resolve(`${name}/package.json`)), path);
const EVERYTHING = fileOf('@modelcontextprotocol/server-everything', 'dist/index.js');

const client = () => new Client({ name: 'direct', version: '1.0.0' });

/** server-everything over the wire that is named. */
export async function everything(wire: 'streamableHttp' | 'sse'): Promise<Published> {
  const probe = createServer();
  const origin = await listen(probe);
  await stop(probe);
  const env = { PATH: process.env.PATH ?? '', PORT: new URL(origin).port };
  const child = spawn(process.execPath, [EVERYTHING, wire], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => (/listening|running/i.test(String(text)) ? resolve() : undefined));
    child.once('exit', (code) => reject(new Error(`server-everything exited with ${code}`)));
  });
  const url = `${origin}${wire === 'sse' ? '/sse' : '/mcp'}`;
  return {
    url,
    direct: async () => {
      const own = client();
      const Wire = wire === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
      // Its optional members are typed in another way than what it implements.
      await Reflect.apply(own.connect, own, [new Wire(new URL(url))]);
      return own;
    },
    stop: () => gone(child),
  };
}

/** A published server on stdio, behind Streamable HTTP: messages are handed on as they are. */
export async function piped(
  name: string,
  path: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Published> {
  const start = () => {
    const environment = { PATH: process.env.PATH ?? '', ...env };
    return new StdioClientTransport({
      command: process.execPath,
      args: [fileOf(name, path)],
      env: environment,
      stderr: 'ignore',
    });
  };
  const sessions = new Map<
    string,
    { readonly transport: StreamableHTTPServerTransport; readonly child: StdioClientTransport }
  >();
  const open = async () => {
    const child = start();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, { transport, child }),
    });
    child.onmessage = (message) => void transport.send(message);
    transport.onmessage = (message) => void child.send(message);
    await child.start();
    await transport.start();
    return transport;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const known = sessions.get(String(request.headers['mcp-session-id']));
    await (known?.transport ?? (await open())).handleRequest(request, response);
  };
  const server = createServer((request, response) => void handle(request, response));
  const url = `${await listen(server)}/mcp`;
  return {
    url,
    direct: async () => {
      const own = client();
      await own.connect(start());
      return own;
    },
    stop: async () => {
      await stop(server);
      await Promise.all([...sessions.values()].map(({ child }) => child.close()));
    },
  };
}

async function gone(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
