import { setupServer } from 'msw/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMarketplaceDouble } from '../../src/testing/index.js';
import { type Double, fieldsIn, type Samples, samples, startDouble } from './doubles.js';

/** Every request and response of AgentDojo's protocol reference, against the double. */

interface DojoSamples extends Samples {
  readonly limit: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

const document = samples<DojoSamples>('agentdojo');
let double: Double;
let key: string;
let calls = 0;
let fields = 0;

beforeAll(async () => {
  double = await startDouble({ rateLimits: false });
  key = double.backend.credentials.agentdojo.key;
});
afterAll(async () => {
  await double.close();
  console.log(`figure: agentdojo samples answered=${calls} fields=${fields}`);
});

const PATHS = ['/mcp/my-server', '/my-server', '/agentdojo/mcp/my-server', '/agentdojo/my-server'];
const AUTHS = ['X-API-Key', 'Authorization'];
const authOf = (header: string) => ({ [header]: header === 'Authorization' ? `Bearer ${key}` : key });

/** Through every path and every form of the key, and over MSW where the real one is. */
const ways: readonly (readonly [string, (body: unknown) => Promise<Response>])[] = [
  ...PATHS.flatMap((path) =>
    AUTHS.map(
      (header) => [`${path} with ${header}`, (body: unknown) => double.post(path, body, authOf(header))] as const,
    ),
  ),
];

describe.each(ways)('the protocol reference at %s', (_, send) => {
  it.each(document.exchanges.map((exchange, n) => [n + 1, String(exchange.request.method), exchange] as const))(
    'sample %i, %s',
    async (_n, method, { request, response }) => {
      const answer = await send(request);
      const text = await answer.text();
      calls += 1;
      if (method === 'notifications/initialized') {
        expect([answer.status, text]).toEqual([202, '']);
        return;
      }
      expect(answer.status).toBe(200);
      const twin = document.exchanges.find((one) => one.request.method === method && one.response)?.response;
      const expected = response ?? { ...twin, id: request.id };
      expect(JSON.parse(text)).toEqual(expected);
      fields += fieldsIn(expected);
    },
  );

  it('prints the error sample', async () => {
    const answer = await send({ jsonrpc: '2.0', id: 1, method: 'unknown/method' });
    expect(await answer.json()).toEqual(document.error);
  });
});

describe('the error codes', () => {
  const mcp = async (body: unknown) => {
    const answer = await double.post('/mcp/my-server', body, authOf('X-API-Key'));
    expect(answer.status).toBe(200);
    return await answer.json();
  };
  const request = (method: string, params: unknown) => ({ jsonrpc: '2.0', id: 'x', method, params });

  it.each([
    ['is no JSON', '{"half":', -32600, null],
    ['is a list', [], -32600, null],
    ['has no version', { id: 1, method: 'ping' }, -32600, 1],
    ['has no method', { jsonrpc: '2.0', id: 2 }, -32600, 2],
    ['has params that are none', { jsonrpc: '2.0', id: 3, method: 'ping', params: 7 }, -32602, 3],
    ['names no tool', request('tools/call', {}), -32602, 'x'],
    ['names a tool that is not there', request('tools/call', { name: 'nope' }), -32602, 'x'],
    ['lacks an argument', request('tools/call', { name: 'send-notification', arguments: {} }), -32602, 'x'],
    ['names a resource that is not there', request('resources/read', { uri: 'db://none' }), -32602, 'x'],
    ['names a prompt that is not there', request('prompts/get', { name: 'none' }), -32602, 'x'],
    ['lacks what a prompt needs', request('prompts/get', { name: 'summarize-topic' }), -32602, 'x'],
    ['subscribes', request('resources/subscribe', { uri: 'db://users' }), -32601, 'x'],
  ])('a message that %s', async (_, body, code, id) => {
    expect(await mcp(body)).toMatchObject({ jsonrpc: '2.0', id, error: { code, message: expect.stringMatching(/./) } });
  });

  it('names the tool that is not there', async () => {
    const answer = await mcp(request('tools/call', { name: 'nope' }));
    expect(answer).toHaveProperty('error.message', 'Tool not found: nope');
  });

  it.each([7, 'seven', null, [7], { seven: 7 }])('echoes the id %j', async (id) => {
    expect(await mcp({ jsonrpc: '2.0', id, method: 'ping' })).toEqual({ jsonrpc: '2.0', id, result: {} });
  });

  it('says in the result that a function could not do its work', async () => {
    const answer = await mcp(request('tools/call', { name: 'send-notification', arguments: { message: ' ' } }));
    expect(answer).toMatchObject({
      result: { isError: true, content: [{ text: 'The notification has no message.' }] },
    });
  });
});

describe('keys', () => {
  const UNAUTHORIZED = { success: false, error: 'Invalid or expired API key', code: 'UNAUTHORIZED' };

  it.each([
    ['no key', {}],
    ['a key of nobody', { 'X-API-Key': 'sk_nobody' }],
  ])('%s is 401, and not JSON-RPC', async (_, headers) => {
    const answer = await double.post('/mcp/my-server', { jsonrpc: '2.0', id: 1, method: 'ping' }, headers);
    expect([answer.status, await answer.json()]).toEqual([401, UNAUTHORIZED]);
  });

  it('the key of a server opens that one and nothing else, until the server is deleted', async () => {
    const made = await (await double.post('/mcp/servers', { name: 'Second' }, authOf('X-API-Key'))).json();
    const own = { 'X-API-Key': String(made.api_key) };
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const url = new URL(made.url);
    expect([made.slug, url.origin]).toEqual(['second', double.origin]);
    expect(made.api_key).toMatch(/^sk_server_/);
    expect((await double.post(url.pathname, ping, own)).status).toBe(200);
    for (const path of ['/mcp/my-server', '/mcp/servers']) {
      const refused = await double.post(path, ping, own);
      expect([refused.status, await refused.json()]).toEqual([401, UNAUTHORIZED]);
    }
    const shown = await fetch(`${double.origin}/mcp/servers/${made.id}`, { headers: authOf('Authorization') });
    expect(await shown.json()).toMatchObject({ request_count: 1, last_used_at: '2026-03-02T10:30:30.000Z' });
    await fetch(`${double.origin}/mcp/servers/${made.id}`, { method: 'DELETE', headers: authOf('X-API-Key') });
    expect((await double.post(url.pathname, ping, own)).status).toBe(401);
  });

  it('a slug of nobody is 404, and a GET is 405', async () => {
    const lost = await double.post(
      '/mcp/no-such-server',
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      authOf('X-API-Key'),
    );
    expect([lost.status, await lost.json()]).toMatchObject([404, { code: 'NOT_FOUND' }]);
    const got = await fetch(`${double.origin}/mcp/my-server`, { headers: authOf('X-API-Key') });
    expect(got.status).toBe(405);
  });
});

it('the double is reached through MSW under the name of the real one', async () => {
  const msw = await createMarketplaceDouble();
  const server = setupServer(...msw.handlers);
  server.listen({ onUnhandledRequest: 'error' });
  const { slug, key: mswKey } = msw.credentials.agentdojo;
  for (const { request, response } of document.exchanges.filter((one) => one.response)) {
    const answer = await fetch(`https://api.agentdojo.dev/mcp/${slug}`, {
      method: 'POST',
      headers: { 'X-API-Key': mswKey, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    expect(await answer.json()).toEqual(response);
  }
  server.close();
  await msw.close();
});

it('request 101 of a minute is answered as the document prints it, and the next minute is free', async () => {
  const limited = await startDouble();
  const headers = { 'X-API-Key': limited.backend.credentials.agentdojo.key };
  const ping = () => limited.post('/mcp/my-server', { jsonrpc: '2.0', id: 1, method: 'ping' }, headers);
  for (let n = 1; n <= 100; n += 1) expect((await ping()).status, `request ${n}`).toBe(200);
  const refused = await ping();
  const { status, headers: printed, body } = document.limit;
  expect(refused.status).toBe(status);
  expect(refused.headers.get('retry-after')).toBe(printed['Retry-After']);
  expect(await refused.json()).toEqual(body);
  await limited.backend.advance(30_000);
  expect((await ping()).status).toBe(200);
  await limited.close();
});
