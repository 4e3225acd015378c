import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMarketplaceDouble } from '../../src/testing/index.js';
import { at } from '../interop/clients.js';
import { type Double, fieldsIn, readEvents, type Samples, samples, startDouble } from './doubles.js';

/** Every request and response of PraisonAI's page against the double: as it is printed, and as it really behaves. */

interface PraisonSamples extends Samples {
  /** The form of the page's playground, not filled in. */
  readonly playground: unknown;
  readonly codes: Readonly<Record<string, string>>;
}

const document = samples<PraisonSamples>('praisonai');
const exchanges = document.exchanges.map(({ request, response = {} }, n) => [n + 1, request, response] as const);
let fields = 0;
afterAll(() => console.log(`figure: praisonai samples=${exchanges.length} fields=${fields}`));

/** The page prints the tool list of two servers; ours has both of their tools. */
function expectPrinted(request: Readonly<Record<string, unknown>>, answer: unknown, printed: unknown): void {
  fields += fieldsIn(printed);
  if (request.method !== 'tools/list') {
    expect(answer).toEqual(printed);
    return;
  }
  const tool = at(printed, 'result.tools.0');
  const tools = at(answer, 'result.tools');
  expect({ ...Object(answer), result: undefined }).toEqual({ ...Object(printed), result: undefined });
  expect(tools).toContainEqual(tool);
  expect(tools).toHaveLength(2);
}

describe('as its page prints it', () => {
  let double: Double;
  beforeAll(async () => {
    double = await startDouble({ praisonai: 'documented' });
  });
  afterAll(() => double.close());
  const send = async (body: unknown, path = '/messages/') => {
    const answer = await double.post(path, body);
    expect(answer.status).toBe(200);
    return await answer.json();
  };

  it.each(exchanges)('sample %i', async (_, request, response) => {
    expectPrinted(request, await send(request), response);
    expectPrinted(request, await send(request, '/praisonai/messages/'), response);
  });

  it('answers what is no method with the error sample', async () => {
    expect(await send({ jsonrpc: '2.0', id: 1, method: 'tools/nothing' })).toEqual(document.error);
  });

  it.each([
    ['-32700', '{"half":'],
    ['-32600', document.playground],
    ['-32601', { jsonrpc: '2.0', id: 1, method: 'no/method' }],
    ['-32602', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search', arguments: {} } }],
  ] as const)('prints the sentence of %s', async (code, body) => {
    const answer = await send(body);
    expect(at(answer, 'error')).toEqual({ code: Number(code), message: document.codes[code] });
  });

  it('opens a stream that no SDK can use: tools first, pings, and no endpoint', async () => {
    const response = await fetch(`${double.origin}/sse`);
    const events = readEvents(response);
    expect(at(JSON.parse((await events.next()).data), 'tools.0.name')).toBe('execute_assistant_task');
    await double.backend.advance(30_000);
    expect(JSON.parse((await events.next()).data)).toEqual({ type: 'ping' });
    expect(events.raw()).not.toContain('endpoint');
    await events.close();
  });

  it('has no Streamable HTTP', async () => {
    expect((await double.post('/praisonai/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(404);
  });
});

describe('as it really behaves over SSE', () => {
  let double: Double;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    double = await startDouble();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => double.close());

  async function open(path = '/praisonai/sse') {
    const response = await fetch(`${double.origin}${path}`);
    const events = readEvents(response);
    closing.push(() => events.close());
    const { name, data: endpoint } = await events.next();
    const post = (body: unknown) => double.post(endpoint, body);
    const ask = async (request: Readonly<Record<string, unknown>>) => {
      const accepted = await post(request);
      expect([accepted.status, await accepted.text()]).toEqual([202, 'Accepted']);
      const answer = await events.next();
      expect(answer.name).toBe('message');
      return JSON.parse(answer.data);
    };
    const initialize = async () => {
      const params = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 't', version: '1' } };
      const hello = await ask({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
      await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
      return hello;
    };
    return { response, events, name, endpoint, post, ask, initialize };
  }

  it('opens with an endpoint event, with the headers and line ends of the Python SDK', async () => {
    const { response, events, name, endpoint } = await open('/sse');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(name).toBe('endpoint');
    expect(endpoint).toMatch(/^\/messages\/\?session_id=[0-9a-f]{32}$/);
    expect(events.raw()).toMatch(/^event: endpoint\r\ndata: .*\r\n\r\n/);
  });

  it.each(exchanges)('sample %i has the printed fields, and more', async (_, request, response) => {
    const { ask, initialize } = await open();
    if (request.method === 'initialize') {
      const { result } = await ask(request);
      expect(result).toMatchObject({ protocolVersion: '2024-11-05', serverInfo: { name: 'praisonai-tools' } });
      expect(result.capabilities).toHaveProperty('tools');
      return;
    }
    await initialize();
    const answer = await ask(request);
    const printed = request.method === 'tools/list' ? at(response, 'result.tools.0') : response;
    const tools = at(answer, 'result.tools');
    const found = Array.isArray(tools) ? tools.find((tool) => tool.name === at(printed, 'name')) : answer;
    expect(found).toMatchObject(Object(printed));
    fields += fieldsIn(printed);
  });

  it("answers the page's own curl, which names no session, with 400", async () => {
    const answer = await double.post('/messages/', document.exchanges[0]?.request);
    expect([answer.status, await answer.text()]).toEqual([400, 'session_id is required']);
  });

  it.each([
    ['/messages/?session_id=7', 400, 'Invalid session ID'],
    ['/messages/?session_id=00000000000040008000000000000000', 404, 'Could not find session'],
  ])('refuses %s', async (path, status, text) => {
    const answer = await double.post(path, { jsonrpc: '2.0', id: 1, method: 'ping' });
    expect([answer.status, await answer.text()]).toEqual([status, text]);
  });

  it('refuses what is no message, and sends /messages on to /messages/', async () => {
    const { post, endpoint } = await open();
    const answer = await post('{"half":');
    expect([answer.status, await answer.text()]).toEqual([400, 'Could not parse message']);
    const moved = await fetch(`${double.origin}${endpoint.replace('/messages/?', '/messages?')}`, {
      method: 'POST',
      redirect: 'manual',
    });
    expect([moved.status, moved.headers.get('location')]).toEqual([307, endpoint]);
  });

  it('answers -32602 to whatever comes before the handshake, and to methods that it does not have', async () => {
    const { ask, initialize } = await open();
    const refused = { error: { code: -32602, message: 'Invalid request parameters', data: '' } };
    expect(await ask({ jsonrpc: '2.0', id: 1, method: 'tools/list' })).toMatchObject(refused);
    await initialize();
    expect(await ask({ jsonrpc: '2.0', id: 2, method: 'no/method' })).toMatchObject(refused);
    expect(await ask({ jsonrpc: '2.0', id: 3, method: 'ping' })).toMatchObject({ result: {} });
  });

  it('says in the result what is wrong with a call', async () => {
    const { ask, initialize } = await open();
    await initialize();
    const call = (name: string, args: object) =>
      ask({ jsonrpc: '2.0', id: 9, method: 'tools/call', params: { name, arguments: args } });
    expect(await call('nope', {})).toMatchObject({
      result: { isError: true, content: [{ text: 'Unknown tool: nope' }] },
    });
    const lacking = at(await call('execute_assistant_task', {}), 'result.content.0.text');
    expect(lacking).toMatch(/1 validation error for execute_assistant_taskArguments\nprompt\n {2}Field required/);
    const failed = at(await call('execute_assistant_task', { prompt: 'Fail: no idea' }), 'result');
    expect(failed).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('no idea') }] });
  });

  it('lets its agent work on the task, for as long as it takes', async () => {
    const { post, ask, events, initialize } = await open();
    await initialize();
    const params = { name: 'execute_assistant_task', arguments: { prompt: 'Wait 30: Read this. Then stop.' } };
    await post({ jsonrpc: '2.0', id: 4, method: 'tools/call', params });
    // The next answer overtakes it.
    expect(await ask({ jsonrpc: '2.0', id: 5, method: 'ping' })).toMatchObject({ id: 5 });
    await double.backend.advance(30_000);
    const text = 'In short: Read this. (4 words)';
    expect(JSON.parse((await events.next()).data)).toMatchObject({
      id: 4,
      result: { content: [{ type: 'text', text }], structuredContent: { result: text }, isError: false },
    });
  });

  it('answers a cancelled request no more', async () => {
    const { post, ask, initialize } = await open();
    await initialize();
    const params = { name: 'execute_assistant_task', arguments: { prompt: 'Wait 30: too long' } };
    await post({ jsonrpc: '2.0', id: 6, method: 'tools/call', params });
    await post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 6 } });
    await double.backend.advance(60_000);
    expect(await ask({ jsonrpc: '2.0', id: 7, method: 'ping' })).toMatchObject({ id: 7 });
  });
});

describe('as it really behaves over Streamable HTTP', () => {
  let double: Double;
  beforeAll(async () => {
    double = await startDouble();
  });
  afterAll(() => double.close());
  const post = (body: unknown, headers: Record<string, string> = {}) => double.post('/praisonai/mcp', body, headers);
  const call = (name: string, args: object) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: args },
  });
  const hello = (version: string) =>
    post({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: version } });

  it.each([
    ['2025-11-25', '2025-11-25'],
    ['2024-11-05', '2024-11-05'],
    ['2025-06-18', '2025-11-25'],
  ])('agrees on a version with whoever asks for %s', async (asked, agreed) => {
    const answer = await hello(asked);
    expect(answer.headers.get('mcp-protocol-version')).toBe(agreed);
    expect(answer.headers.get('mcp-session-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(at(await answer.json(), 'result.protocolVersion')).toBe(agreed);
  });

  it('takes the header with two of the versions that it agrees on', async () => {
    const status = async (version: string) =>
      (await post({ jsonrpc: '2.0', id: 1, method: 'ping' }, { 'mcp-protocol-version': version })).status;
    expect([await status('2025-11-25'), await status('2025-03-26')]).toEqual([200, 200]);
    expect([await status('2024-11-05'), await status('2025-06-18')]).toEqual([400, 400]);
  });

  it('answers in JSON, or as a stream of one frame to whoever takes one', async () => {
    const json = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { accept: 'application/json' });
    expect(at(await json.json(), 'result.tools')).toMatchObject([{ name: 'ask_assistant' }, { name: 'list_agents' }]);
    const stream = await post(call('list_agents', {}), { accept: 'application/json, text/event-stream' });
    expect(await stream.text()).toMatch(/^id: \S+\ndata: .*assistant.*\n\n$/);
  });

  it('remembers a conversation, and keeps two apart', async () => {
    const ask = async (message: string, session_id: string) =>
      String(at(await (await post(call('ask_assistant', { message, session_id }))).json(), 'result.content.0.text'));
    expect(await ask('First thing.', 'a')).toBe('In short: First thing. (2 words)');
    expect(await ask('Second thing.', 'a')).toContain('Before that you asked: In short: First thing.');
    expect(await ask('Third thing.', 'b')).not.toContain('Before');
  });

  it.each([
    ['no JSON', '{"half":', {}, 400, -32700],
    ['another JSON-RPC', { jsonrpc: '1.0', id: 1, method: 'ping' }, {}, 200, -32600],
    ['a tool that is not there', call('nope', {}), {}, 200, -32603],
    ['a method that is not there', { jsonrpc: '2.0', id: 1, method: 'no/method' }, {}, 200, -32601],
  ])('%s', async (_, body, headers, status, code) => {
    const answer = await post(body, headers);
    expect([answer.status, at(await answer.json(), 'error.code')]).toEqual([status, code]);
  });

  it('has sessions that are named, found and ended', async () => {
    const id = (await hello('2025-11-25')).headers.get('mcp-session-id') ?? '';
    const session = { 'mcp-session-id': id };
    const end = () => fetch(`${double.origin}/praisonai/mcp`, { method: 'DELETE', headers: session });
    expect((await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session)).status).toBe(202);
    expect((await fetch(`${double.origin}/praisonai/mcp`)).status).toBe(400);
    expect((await end()).status).toBe(204);
    const lost = await post({ jsonrpc: '2.0', id: 1, method: 'ping' }, session);
    expect([lost.status, await lost.json()]).toEqual([404, { error: 'Session not found' }]);
  });

  it('leaves /mcp at the root to Agrenting', async () => {
    const answer = await double.post('/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(answer.status).toBe(401);
  });
});

it('the double is reached through MSW wherever it is said to be', async () => {
  const msw = await createMarketplaceDouble({
    origins: { praisonai: ['http://localhost:8080'] },
    settings: { praisonai: 'documented' },
  });
  const server = setupServer(...msw.handlers);
  server.listen({ onUnhandledRequest: 'error' });
  for (const [, request, response] of exchanges) {
    const body = JSON.stringify(request);
    const answer = await fetch('http://localhost:8080/messages/', { method: 'POST', body });
    expectPrinted(request, await answer.json(), response);
  }
  server.close();
  await msw.close();
});
