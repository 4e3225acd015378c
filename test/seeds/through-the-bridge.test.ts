import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as ClassicStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as ClassicHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asRecord, at } from '../interop/clients.js';
import { type RunningHttp, startHttp } from '../interop/http/server.js';
import {
  BIN,
  cleanEnvironment,
  type Folder,
  type RunningBackend,
  startBackend,
  temporaryFolder,
} from '../stdio/program.js';
import { fieldsIn, type Samples, samples } from './doubles.js';

/**
 * One bridge with Agrenting, Humans2AI, an AgentDojo server and a PraisonAI agent: every sample of the two documents of
 * hosted servers, through it, over both of its transports and with clients of both SDK lines.
 */

const dojo = samples<Samples>('agentdojo').exchanges;
const praison = samples<Samples>('praisonai').exchanges;

let folder: Folder;
let backend: RunningBackend;
let http: RunningHttp;
let env: Record<string, string>;
let fields = 0;

beforeAll(async () => {
  folder = temporaryFolder();
  backend = await startBackend(folder.path, ['--no-rate-limits']);
  const mounts = {
    dojo: { url: `${backend.url}/mcp/${backend.credentials.agentdojo.slug}`, kind: 'agentdojo' },
    agent: { url: backend.credentials.praisonai.url, kind: 'praisonai' },
  };
  writeFileSync(join(folder.path, 'config.json'), JSON.stringify({ mounts }));
  env = { ...backend.env, HIREWIRE_MOUNT_DOJO_KEY: backend.credentials.agentdojo.key };
  http = await startHttp(folder.path, { env });
});
afterAll(async () => {
  await http.stop();
  await backend.stop();
  folder.remove();
  console.log(`figure: seed samples through the bridge fields=${fields}`);
});

/** What both SDKs' clients have in common. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<unknown>;
  readResource(params: { uri: string }): Promise<unknown>;
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<unknown>;
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

const program = () => ({ command: process.execPath, args: [BIN, 'serve'], env: cleanEnvironment(folder.path, env) });
const withToken = () => ({ requestInit: { headers: { authorization: `Bearer ${http.token}` } } });
const NEWEST = { versionNegotiation: { mode: { pin: '2026-07-28' } } };

const CONNECTIONS: Readonly<Record<string, () => Promise<AnyClient>>> = {
  '1.x client over stdio': async () => {
    const client = new ClassicClient({ name: 'seeds', version: '1' });
    await client.connect(new ClassicStdio({ ...program(), stderr: 'ignore' }));
    return client;
  },
  '2.x client over stdio, 2026-07-28': async () => {
    const client = new ModernClient({ name: 'seeds', version: '1' }, NEWEST);
    await client.connect(new ModernStdio({ ...program(), stderr: 'ignore' }));
    return { ...methodsOf(client), ping: async () => ({}) };
  },
  '1.x client over HTTP': async () => {
    const client = new ClassicClient({ name: 'seeds', version: '1' });
    await client.connect(new ClassicHttp(new URL(http.url), withToken()));
    return client;
  },
  '2.x client over HTTP, 2026-07-28': async () => {
    const client = new ModernClient({ name: 'seeds', version: '1' }, NEWEST);
    await client.connect(new ModernHttp(new URL(http.url), withToken()));
    return { ...methodsOf(client), ping: async () => ({}) };
  },
};

/** Its revision has no ping any more. */
const methodsOf = (client: ModernClient): Omit<AnyClient, 'ping'> => ({
  listTools: () => client.listTools(),
  listResources: () => client.listResources(),
  listPrompts: () => client.listPrompts(),
  callTool: (params) => client.callTool(params),
  readResource: (params) => client.readResource(params),
  getPrompt: (params) => client.getPrompt(params),
  close: () => client.close(),
});

const named = (list: unknown, key: string, value: unknown): unknown =>
  Array.isArray(list) ? list.find((item) => asRecord(item)[key] === value) : undefined;

/** What the bridge answers where the document prints a result. */
async function answerOf(client: AnyClient, method: string, params: Record<string, unknown>): Promise<unknown> {
  const name = String(params.name);
  const args = asRecord(params.arguments);
  if (method === 'tools/list') return await client.listTools();
  if (method === 'resources/list') return await client.listResources();
  if (method === 'prompts/list') return await client.listPrompts();
  if (method === 'tools/call') return await client.callTool({ name, arguments: args });
  if (method === 'resources/read') return await client.readResource({ uri: String(params.uri) });
  if (method === 'ping') return await client.ping();
  const texts = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, String(value)]));
  return await client.getPrompt({ name, arguments: texts });
}

/** Which list of a result holds what, by which name. */
const LISTS = { tools: 'name', resources: 'uri', prompts: 'name' } as const;

/** Lists have ours too; everything else is as printed. */
function expectPrinted(answer: unknown, printed: unknown): void {
  fields += fieldsIn(printed);
  const list = Object.entries(LISTS).find(([member]) => Array.isArray(at(printed, member)));
  if (!list) {
    expect(answer).toMatchObject(asRecord(printed));
    return;
  }
  const [member, key] = list;
  const items = at(printed, member);
  for (const item of Array.isArray(items) ? items : []) {
    expect(named(at(answer, member), key, asRecord(item)[key])).toMatchObject(asRecord(item));
  }
}

const exchanges = [
  ...dojo.map((one) => ({ of: 'AgentDojo', ...one })),
  ...praison.map((one) => ({ of: 'PraisonAI', ...one })),
].filter(({ request, response }) => response && request.method !== 'initialize');

describe.each(Object.entries(CONNECTIONS))('%s', (_, connect) => {
  let client: AnyClient;
  beforeAll(async () => {
    client = await connect();
    // What was never seen before may come a moment after the first list.
    const names = async () => (await client.listTools()).tools.map(({ name }) => name);
    const all = expect.arrayContaining(['send-notification', 'search']);
    await vi.waitFor(async () => expect(await names()).toEqual(all), { timeout: 20_000 });
  });
  afterAll(() => client.close());

  it.each(exchanges.map((one, n) => [n + 1, one.of, String(one.request.method), one] as const))(
    'sample %i: %s, %s',
    async (_n, _of, method, { request, response }) => {
      expectPrinted(await answerOf(client, method, asRecord(request.params)), at(response, 'result'));
    },
  );

  it('has our own tools beside them, as they are without mounts', async () => {
    const reviewed: unknown[] = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../fixtures/tools.json'), 'utf8'),
    );
    const { tools } = await client.listTools();
    expect(tools.slice(0, reviewed.length).map(({ name }) => name)).toEqual(reviewed.map((tool) => at(tool, 'name')));
    const others = tools.slice(reviewed.length).map(({ name }) => name);
    expect(others).toEqual(['execute_assistant_task', 'search', 'send-notification']);
  });

  it('hires on Agrenting and publishes on Humans2AI beside that', async () => {
    expect(at(await client.callTool({ name: 'check_balance' }), 'structuredContent.currency')).toBe('USD');
    expect(at(await client.callTool({ name: 'get_wallet' }), 'isError')).not.toBe(true);
  });
});
