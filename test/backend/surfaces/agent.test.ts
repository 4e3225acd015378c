import { describe, expect, it } from 'vitest';
import { list, openSandbox, text } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { errorCode, NOBODY, openSurface } from './agent-session.js';
import { connect } from './support.js';

/** The agent surface as the guides print it. */

describe('the connection of an agent', () => {
  it('begins with the endpoint event, as a relative path, in the documented bytes', async () => {
    const { client } = await openSurface();
    expect(client.status).toBe(200);
    expect(client.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(client.endpoint).toMatch(/^\/mcp\/messages\/[0-9a-f-]{36}$/);
    expect(client.raw()).toBe(`event: endpoint\ndata: ${client.endpoint}\n\n`);
    const answer = await client.request('ping');
    expect(answer).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(client.raw()).toBe(
      `event: endpoint\ndata: ${client.endpoint}\n\nevent: message\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n`,
    );
  });

  it.each([
    ['X-API-Key', (key: string) => ({ 'x-api-key': key })],
    ['Api-Key', (key: string) => ({ 'api-key': key })],
    ['Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['X-API-Key before the others', (key: string) => ({ 'x-api-key': key, 'api-key': 'x', authorization: 'Bearer x' })],
    ['Api-Key before Bearer', (key: string) => ({ 'api-key': key, authorization: 'Bearer x' })],
  ])('takes the key as %s', async (_, headers) => {
    const { client } = await openSurface(headers);
    expect(await client.request('ping')).toMatchObject({ result: {} });
  });

  it('takes a session token as well', async () => {
    const sandbox = await openSandbox();
    const agent = await sandbox.register();
    const opened = await sandbox.call('POST', '/api/v1/auth/authenticate', { headers: { 'x-api-key': agent.key } });
    const client = await connect((request) => sandbox.backend.fetch(request), {
      headers: { authorization: `Bearer ${text(opened, 'session_token')}` },
    });
    expect(await client.request('ping')).toMatchObject({ result: {} });
  });

  it('keeps the prefix of the marketplace when it is reached under it, also behind a proxy that adds it', async () => {
    const { client } = await openSurface(undefined, { surface: '/agrenting/mcp' });
    expect(client.endpoint).toMatch(/^\/agrenting\/mcp\/messages\//);
    expect(await client.request('ping')).toMatchObject({ result: {} });
    const behind = await openSurface(undefined, { surface: '/agrenting/agrenting/mcp' });
    expect(await behind.client.request('ping')).toMatchObject({ result: {} });
  });

  it('is refused without a key, with a dead one, and with that of a user', async () => {
    const sandbox = await openSandbox();
    const { agrenting } = sandbox.backend.credentials;
    const get = (headers: Record<string, string>) => sandbox.call('GET', '/mcp/sse', { headers });
    const refused: Record<string, string>[] = [{}, { 'x-api-key': 'nonsense' }, { 'x-api-key': agrenting.hirer }];
    for (const headers of refused) {
      const answer = await get(headers);
      expect(answer.status).toBe(401);
      expect(at(answer.body, 'errors', 0, 'code')).toBe('UNAUTHORIZED');
    }
  });

  it('ends with the stream: afterwards the session does not exist', async () => {
    const { client } = await openSurface();
    await client.close();
    expect((await client.notify('notifications/initialized')).status).toBe(404);
  });

  it('ends when the request is aborted', async () => {
    const sandbox = await openSandbox();
    const { key } = await sandbox.register();
    const controller = new AbortController();
    const fetch = (request: Request) => sandbox.backend.fetch(new Request(request, { signal: controller.signal }));
    const client = await connect(fetch, { headers: { 'x-api-key': key } });
    expect(sandbox.backend.env.sessions.size).toBe(1);
    controller.abort();
    await client.ended;
    expect(sandbox.backend.env.sessions.size).toBe(0);
  });

  it('ends when its key is rotated, and with the backend', async () => {
    const { sandbox, agent, client } = await openSurface();
    const other = await sandbox.register();
    const staying = await connect((request) => sandbox.backend.fetch(request), { headers: { 'x-api-key': other.key } });
    expect((await agent.call('POST', '/auth/rotate-key')).status).toBe(200);
    await client.ended;
    expect(await staying.request('ping')).toMatchObject({ result: {} });
    await sandbox.backend.close();
    await staying.ended;
  });

  it('says something every 15 seconds', async () => {
    const { sandbox, client } = await openSurface();
    await sandbox.backend.advance(15_000);
    await client.request('ping');
    expect(client.comments()).toBe(1);
    for (let second = 0; second < 30; second += 1) await sandbox.backend.advance(1_000);
    await client.request('ping');
    expect(client.comments()).toBe(3);
    expect(client.raw()).toContain('\n\n: keep-alive\n\n');
  });
});

describe('a message to an agent session', () => {
  it('is answered 202 without a body', async () => {
    const { client } = await openSurface();
    const answer = await client.post({ jsonrpc: '2.0', id: 'a', method: 'ping' });
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expect(await client.next((message) => at(message, 'id') === 'a')).toMatchObject({ result: {} });
  });

  it.each([
    ['no JSON', '{', -32700],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
    ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":7}', -32600],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
    ['params that are a list', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32600],
    ['a text', '"ping"', -32600],
    ['an empty batch', '[]', -32600],
  ])('is refused with 400 when it is %s', async (_, body, code) => {
    const { client } = await openSurface();
    const answer = await client.post(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } });
  });

  it('is refused with 401 from anybody but the owner of the session', async () => {
    const { sandbox, agent, client } = await openSurface();
    const other = await sandbox.register();
    const message = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const hirer = sandbox.backend.credentials.agrenting.hirer;
    const refused: Record<string, string>[] = [{}, { 'x-api-key': other.key }, { 'x-api-key': hirer }];
    for (const headers of refused) expect((await client.post(message, headers)).status).toBe(401);
    // Another key of the same agent is the same owner.
    const second = await sandbox.key({ kind: 'agent', account: agent.id });
    expect((await client.post(message, { 'api-key': second })).status).toBe(202);
  });

  it('is refused with 404 when there is no such session, also on the other surface', async () => {
    const { sandbox, agent, client } = await openSurface();
    const headers = { 'x-api-key': agent.key };
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await sandbox.call('POST', `/mcp/messages/${NOBODY}`, { headers, body })).status).toBe(404);
    const path = client.endpoint.replace('/mcp/', '/mcp/hirer/');
    const key = sandbox.backend.credentials.agrenting.hirer;
    expect((await sandbox.call('POST', path, { key, body })).status).toBe(404);
  });

  it('may be one of a batch', async () => {
    const { client } = await openSurface();
    await client.post([
      { jsonrpc: '2.0', id: 'a', method: 'ping' },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 'b', method: 'nonsense' },
    ]);
    expect(await client.next((message) => at(message, 'id') === 'b')).toMatchObject({ error: { code: -32601 } });
    expect(client.messages).toHaveLength(2);
  });
});

describe('the methods of the agent surface', () => {
  const initialize = (protocolVersion?: unknown) => ({ protocolVersion, clientInfo: { name: 'a', version: '1' } });

  it('answers initialize letter for letter, and takes both names of the notification that follows', async () => {
    const { client } = await openSurface();
    const answer = await client.request('initialize', initialize('2024-11-05'));
    expect(at(answer, 'result')).toEqual({
      protocolVersion: '2024-11-05',
      capabilities: {
        tools: { listChanged: false },
        resources: { subscribe: true, listChanged: false },
        prompts: { listChanged: false },
        logging: {},
      },
      serverInfo: { name: 'agrenting-mcp', version: '0.1.0' },
    });
    for (const method of ['notifications/initialized', 'initialized']) {
      expect((await client.notify(method)).status).toBe(202);
    }
    await client.request('ping');
    expect(client.messages).toHaveLength(2);
  });

  it.each([['1999-01-01'], ['latest'], [undefined], [20241105]])('refuses the version %s', async (version) => {
    const { client } = await openSurface();
    expect(errorCode(await client.request('initialize', initialize(version)))).toBe(-32602);
  });

  it.each([['2025-03-26'], ['2025-06-18'], ['2025-11-25']])(
    'offers its own version to a client of MCP %s, which may take it or leave',
    async (version) => {
      const { client } = await openSurface();
      expect(at(await client.request('initialize', initialize(version)), 'result', 'protocolVersion')).toBe(
        '2024-11-05',
      );
    },
  );

  it('lists the tools, with the arguments that are required', async () => {
    const { client } = await openSurface();
    const tools = list(at(await client.request('tools/list'), 'result', 'tools'));
    expect(tools.map((tool) => [at(tool, 'name'), at(tool, 'inputSchema', 'required')])).toEqual([
      ['submit_hiring_result', ['hiring_id', 'output']],
      ['add_hiring_message', ['hiring_id', 'content']],
      ['report_hiring_failure', ['hiring_id']],
      ['task_emit_chunk', ['task_id', 'content']],
    ]);
  });

  it('serves the prompt', async () => {
    const { client } = await openSurface();
    expect(at(await client.request('prompts/list'), 'result', 'prompts', 0, 'name')).toBe('system-prompt');
    const prompt = await client.request('prompts/get', { name: 'system-prompt' });
    expect(at(prompt, 'result', 'messages', 0, 'content', 'text')).toBe(
      'You are an autonomous AI agent operating on the Agrenting marketplace.\n' +
        'When a user hires you, you will receive a notification on the hiring://pending resource.\n' +
        'Use the submit_hiring_result tool to deliver your work.\n' +
        'Use the add_hiring_message tool to communicate with the hirer.\n' +
        'Use the report_hiring_failure tool if you cannot complete the task.',
    );
  });

  it.each([
    ['nonsense', {}, -32601],
    ['constructor', {}, -32601],
    ['tools/call', {}, -32602],
    ['tools/call', { name: 'nonsense' }, -32602],
    ['tools/call', { name: 'submit_hiring_result', arguments: { hiring_id: NOBODY } }, -32602],
    ['tools/call', { name: 'submit_hiring_result', arguments: { hiring_id: 'x', output: 'y' } }, -32602],
    ['resources/read', {}, -32602],
    ['resources/read', { uri: 'file:///etc/passwd' }, -32602],
    ['resources/read', { uri: 'hiring://nonsense' }, -32602],
    ['resources/read', { uri: `hiring://${NOBODY}` }, -32602],
    ['resources/subscribe', { uri: 'hirings://active' }, -32602],
    ['resources/unsubscribe', {}, -32602],
    ['prompts/get', { name: 'nonsense' }, -32602],
  ])('answers %s %j with the error %d', async (method, params, code) => {
    const { client } = await openSurface();
    expect(errorCode(await client.request(method, params))).toBe(code);
  });

  it('answers an internal error without telling anything of it, and reports it', async () => {
    const reported: string[] = [];
    const sandbox = await openSandbox({ onError: (what) => reported.push(what) });
    const { key } = await sandbox.register();
    const client = await connect((request) => sandbox.backend.fetch(request), { headers: { 'x-api-key': key } });
    await sandbox.backend.env.db.schema.alterTable('hirings').renameTo('gone').execute();
    const failed = await client.request('resources/read', { uri: 'hiring://pending' });
    expect(failed).toMatchObject({ error: { code: -32603, message: 'Internal error' } });
    expect(reported).toEqual(['MCP resources/read']);
  });
});
