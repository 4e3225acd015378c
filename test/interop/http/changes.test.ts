import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client';
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as ClassicHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type HttpBridge, openHttpBridge } from '../../../src/bridge/http/serve-http.js';
import { HttpSessions, IDLE_MS } from '../../../src/bridge/http/sessions.js';
import { resolveSettings } from '../../../src/config/settings.js';
import { type Wired, wire } from '../../../src/wire.js';
import { type Folder, temporaryFolder } from '../../stdio/program.js';
import { TestClock } from '../../worker/support/clock.js';
import { at } from '../clients.js';

/** What goes on behind `serve --http` between requests: a mount that changes, clients that are silent. */

const TOKEN = 'a-token-for-this-test';
let folder: Folder;
let upstream: { readonly url: string; addTool(name: string): void; close(): Promise<void> };
let wired: Wired;
let bridge: HttpBridge;

/** A server whose tools change while somebody is connected. */
async function startUpstream(): Promise<typeof upstream> {
  const server = new McpServer({ name: 'changing', version: '1.0.0' });
  const addTool = (name: string) =>
    void server.registerTool(name, { description: name }, async () => ({ content: [{ type: 'text', text: name }] }));
  addTool('first');
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => 'the-only-one' });
  await server.connect(transport);
  const http = createAdaptorServer({ fetch: (request: Request) => transport.handleRequest(request) });
  const sockets = new Set<Socket>();
  http.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String(at(http.address(), 'port'))}/mcp`,
    addTool,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

beforeAll(async () => {
  folder = temporaryFolder();
  upstream = await startUpstream();
  const env = { HIREWIRE_DATA_DIR: folder.path, HIREWIRE_CONFIG: `${folder.path}/config.json` };
  wired = wire(resolveSettings({ mount: [`changing=${upstream.url}`], 'log-level': 'error' }, env));
  bridge = await openHttpBridge(wired, { port: 0, token: TOKEN });
});
afterAll(async () => {
  await bridge.close();
  await wired.close();
  await upstream.close();
  folder.remove();
});

const init = () => ({ requestInit: { headers: { authorization: `Bearer ${TOKEN}` } } });

it('clients of both eras are told when a mount has changed, and see it', async () => {
  const classic = new ClassicClient({ name: 'classic', version: '1' });
  const modern = new ModernClient(
    { name: 'modern', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const told = { classic: 0, modern: 0 };
  classic.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    told.classic += 1;
  });
  modern.setNotificationHandler('notifications/tools/list_changed', () => {
    told.modern += 1;
  });
  await classic.connect(new ClassicHttp(new URL(bridge.url), init()));
  await modern.connect(new ModernHttp(new URL(bridge.url), init()));
  await modern.listen({ toolsListChanged: true });
  const names = async (client: { listTools(): Promise<{ tools: { name: string }[] }> }) =>
    (await client.listTools()).tools.map(({ name }) => name);
  await vi.waitFor(async () => expect(await names(classic)).toContain('first'), { timeout: 20_000 });
  // What was told so far is of the first look; from here on it is of the change.
  await vi.waitFor(async () => expect(await names(modern)).toContain('first'), { timeout: 20_000 });
  const before = { ...told };
  upstream.addTool('second');
  const changed = () => {
    expect(told.classic).toBeGreaterThan(before.classic);
    expect(told.modern).toBeGreaterThan(before.modern);
  };
  await vi.waitFor(changed, { timeout: 20_000 });
  await vi.waitFor(async () => expect(await names(classic)).toContain('second'), { timeout: 20_000 });
  expect(await names(modern)).toContain('second');
  await classic.close();
  await modern.close();
});

it('two hundred requests of 2026-07-28 leave nothing behind at the mounts', async () => {
  const mounts = await wired.mounts?.();
  if (!mounts) throw new Error('there are no mounts');
  const listening = vi.spyOn(mounts, 'onChanged');
  const modern = new ModernClient(
    { name: 'modern', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await modern.connect(new ModernHttp(new URL(bridge.url), init()));
  const count = 200;
  for (let n = 0; n < count; n += 1) await modern.listTools();
  await modern.close();
  expect(listening).not.toHaveBeenCalled();
  listening.mockRestore();
  console.log(`figure: http requests=${count} listeners_left=0`);
});

describe('a session', () => {
  const HELLO = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  };
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const post = (body: unknown, more: Record<string, string> = {}) =>
    new Request(bridge.url, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });

  it('is forgotten after half an hour of silence, unless somebody listens', async () => {
    const clock = new TestClock();
    const after = (ms: number, run: () => void) => {
      const off = new AbortController();
      void clock.sleep(ms, off.signal).then(() => (off.signal.aborted ? undefined : run()));
      return () => off.abort();
    };
    const sessions = new HttpSessions({ ...wired, timers: { now: () => clock.now(), random: () => 0, after } });
    const open = async () => String((await sessions.fetch(post(HELLO))).headers.get('mcp-session-id'));
    const [silent, listening] = [await open(), await open()];
    const stream = new AbortController();
    const get = { headers: { accept: 'text/event-stream', 'mcp-session-id': listening }, signal: stream.signal };
    expect((await sessions.fetch(new Request(bridge.url, get))).status).toBe(200);
    expect(sessions.size).toBe(2);
    for (let n = 0; n < 4; n += 1) await clock.advance(IDLE_MS / 2);
    expect(sessions.size).toBe(1);
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await sessions.fetch(post(ping, { 'mcp-session-id': silent }))).status).toBe(404);
    expect((await sessions.fetch(post(ping, { 'mcp-session-id': listening }))).status).toBe(200);
    stream.abort();
    for (let n = 0; n < 4; n += 1) await clock.advance(IDLE_MS / 2);
    expect(sessions.size).toBe(0);
    await sessions.close();
  });
});
