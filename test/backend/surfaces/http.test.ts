import { describe, expect, it } from 'vitest';
import { list, openSandbox, type Sandbox } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { contentOf, readStream, toolJson } from './support.js';

/** Streamable HTTP on both surfaces. */

const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };

interface Endpoint {
  send(body: unknown, headers?: Record<string, string>): Promise<Response>;
  request(method: string, params?: unknown, headers?: Record<string, string>): Promise<unknown>;
  /** Opens a session; the headers that later requests of it carry. */
  open(): Promise<Record<string, string>>;
  listen(headers: Record<string, string>): Promise<Response>;
  end(headers: Record<string, string>): Promise<Response>;
}

function endpoint(sandbox: Sandbox, path: string, credential: Record<string, string>): Endpoint {
  const fetch = (init: RequestInit, more: Record<string, string>) =>
    sandbox.backend.fetch(new Request(`http://backend.test${path}`, { ...init, headers: { ...credential, ...more } }));
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    fetch({ method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }, headers);
  return {
    send,
    request: async (method, params, headers) =>
      await (await send({ jsonrpc: '2.0', id: 1, method, ...(params ? { params } : {}) }, headers)).json(),
    open: async () => {
      const answer = await send({ jsonrpc: '2.0', id: 0, method: 'initialize', params: INITIALIZE });
      return { 'mcp-session-id': answer.headers.get('mcp-session-id') ?? '' };
    },
    listen: (headers) => fetch({ method: 'GET' }, headers),
    end: (headers) => fetch({ method: 'DELETE' }, headers),
  };
}

async function openAgent() {
  const sandbox = await openSandbox();
  const agent = await sandbox.register();
  return { sandbox, agent, mcp: endpoint(sandbox, '/mcp', { 'x-api-key': agent.key }) };
}

async function openHirer() {
  const sandbox = await openSandbox();
  const key = sandbox.backend.credentials.agrenting.hirer;
  return { sandbox, mcp: endpoint(sandbox, '/mcp/hirer', { authorization: `Bearer ${key}` }) };
}

describe('Streamable HTTP', () => {
  it('answers initialize in JSON with a session id, and agrees on the version of the client', async () => {
    const { mcp } = await openAgent();
    for (const [asked, agreed] of [
      ['2024-11-05', '2024-11-05'],
      ['2025-03-26', '2025-03-26'],
      ['2025-06-18', '2025-06-18'],
      ['2025-11-25', '2025-11-25'],
      ['2031-01-01', '2025-11-25'],
    ]) {
      const params = { ...INITIALIZE, protocolVersion: asked };
      const answer = await mcp.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('mcp-session-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(at(await answer.json(), 'result', 'protocolVersion')).toBe(agreed);
    }
  });

  it('leaves no session behind when the handshake failed', async () => {
    const { sandbox, mcp } = await openAgent();
    const answer = await mcp.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: 'x' } });
    expect(at(await answer.json(), 'error', 'code')).toBe(-32602);
    expect(sandbox.backend.env.sessions.size).toBe(0);
  });

  it('answers requests in JSON, notifications with 202, and a batch with a list', async () => {
    const { mcp } = await openAgent();
    const session = await mcp.open();
    expect(await mcp.request('ping', undefined, session)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    const told = await mcp.send({ jsonrpc: '2.0', method: 'notifications/initialized' }, session);
    expect([told.status, await told.text()]).toEqual([202, '']);
    const batch = await mcp.send(
      [
        { jsonrpc: '2.0', id: 'a', method: 'ping' },
        { jsonrpc: '2.0', method: 'notifications/initialized' },
      ],
      session,
    );
    expect(await batch.json()).toEqual([{ jsonrpc: '2.0', id: 'a', result: {} }]);
  });

  it('answers a single request without a session, but no subscription', async () => {
    const { mcp } = await openHirer();
    expect(toolJson(await mcp.request('tools/call', { name: 'check_balance' }))).toMatchObject({
      available: '1000.00',
    });
    expect(list(contentOf(await mcp.request('resources/read', { uri: 'hirings://active' })))).toEqual([]);
    const refused = await mcp.request('resources/subscribe', { uri: 'hirings://active' });
    expect(at(refused, 'error', 'code')).toBe(-32602);
  });

  it.each([
    ['{', {}, 400],
    ['{"jsonrpc":"2.0"}', {}, 400],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', { 'mcp-session-id': 'nonsense' }, 404],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', { 'mcp-protocol-version': '2024-11-05' }, 200],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', { 'mcp-protocol-version': '2026-07-28' }, 400],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', { 'x-api-key': 'nonsense' }, 401],
  ])('answers %s with %j by %d %d', async (body, headers: Record<string, string>, status) => {
    const { mcp } = await openAgent();
    expect((await mcp.send(body, headers)).status).toBe(status);
  });

  it('checks the owner of a session on each request, and does not mix surfaces and transports', async () => {
    const { sandbox, mcp } = await openAgent();
    const session = await mcp.open();
    const other = endpoint(sandbox, '/mcp', { 'x-api-key': (await sandbox.register()).key });
    const message = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await other.send(message, session)).status).toBe(401);
    expect((await other.listen(session)).status).toBe(401);
    expect((await other.end(session)).status).toBe(401);
    const hirer = endpoint(sandbox, '/mcp/hirer', {
      authorization: `Bearer ${sandbox.backend.credentials.agrenting.hirer}`,
    });
    expect((await hirer.send(message, session)).status).toBe(404);
    const stream = await mcp.listen(session);
    expect(stream.status).toBe(200);
    const sse = await sandbox.call('POST', `/mcp/messages/${session['mcp-session-id']}`, { body: message });
    expect(sse.status).toBe(401);
  });

  it('says on its stream what changed, also what changed before it was opened, each once', async () => {
    const { sandbox, agent, mcp } = await openAgent();
    const session = await mcp.open();
    await mcp.request('resources/subscribe', { uri: 'hiring://pending' }, session);
    for (let n = 0; n < 3; n += 1) {
      await sandbox.hire(agent.did);
      await sandbox.backend.advance(100);
    }
    const stream = readStream(await mcp.listen(session));
    const updated = { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'hiring://pending' } };
    const isUpdate = (message: unknown) => at(message, 'method') === updated.method;
    expect(await stream.next(isUpdate)).toEqual(updated);
    const id = await sandbox.hire(agent.did);
    await sandbox.backend.advance(100);
    const ping = await stream.next((message) => at(message, 'method') === 'ping');
    await mcp.send({ jsonrpc: '2.0', id: at(ping, 'id'), result: {} }, session);
    await stream.next(isUpdate);
    expect(stream.messages.filter(isUpdate)).toHaveLength(2);
    expect(at(await sandbox.read(id), 'status')).toBe('in_progress');
  });

  it('moves to a new stream when one is opened, and lives on without any', async () => {
    const { sandbox, mcp } = await openAgent();
    const session = await mcp.open();
    const first = readStream(await mcp.listen(session));
    const second = readStream(await mcp.listen(session));
    await first.ended;
    await second.close();
    expect(sandbox.backend.env.sessions.size).toBe(1);
    expect(await mcp.request('ping', undefined, session)).toMatchObject({ result: {} });
  });

  it('forgets a session that is deleted, or left alone for ten minutes', async () => {
    const { sandbox, mcp } = await openAgent();
    const session = await mcp.open();
    expect((await mcp.end(session)).status).toBe(204);
    expect((await mcp.send({ jsonrpc: '2.0', id: 1, method: 'ping' }, session)).status).toBe(404);
    expect((await mcp.end({})).status).toBe(400);
    const left = await mcp.open();
    const listening = await mcp.open();
    const stream = readStream(await mcp.listen(listening));
    for (let minute = 0; minute < 11; minute += 1) await sandbox.backend.advance(60_000);
    expect((await mcp.send({ jsonrpc: '2.0', id: 1, method: 'ping' }, left)).status).toBe(404);
    expect(await mcp.request('ping', undefined, listening)).toMatchObject({ result: {} });
    await stream.close();
  });

  it('subscribes a hirer by itself, like the stream of the guides', async () => {
    const { sandbox, mcp } = await openHirer();
    const session = await mcp.open();
    const stream = readStream(await mcp.listen(session));
    const args = { agent_did: 'did:agrenting:swift', task_description: 'x', capability: 'x', max_price: '25.00' };
    const hired = toolJson(await mcp.request('tools/call', { name: 'hire_agent', arguments: args }, session));
    await sandbox.backend.advance(1_000);
    const uri = `hiring://${String(at(hired, 'hiring_id'))}/status`;
    await stream.next((message) => at(message, 'params', 'uri') === uri);
    await stream.next((message) => at(message, 'params', 'uri') === 'hirings://active');
  });

  it('ends a wait with the request, and with the backend', async () => {
    const { sandbox, mcp } = await openHirer();
    const id = await sandbox.hire('steady');
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'wait_for_hirings', arguments: { hiring_ids: [id] } },
    });
    const watchers = () => sandbox.backend.env.watchers.size;
    const controller = new AbortController();
    const headers = { authorization: `Bearer ${sandbox.backend.credentials.agrenting.hirer}` };
    const init = { method: 'POST', headers, body, signal: controller.signal };
    const aborted = sandbox.backend.fetch(new Request('http://backend.test/mcp/hirer', init));
    await expect.poll(watchers).toBe(1);
    controller.abort();
    await aborted;
    expect(watchers()).toBe(0);
    const waiting = mcp.send(body);
    await expect.poll(watchers).toBe(1);
    await sandbox.backend.close();
    expect((await waiting).status).toBe(200);
  });

  it('has no other methods', async () => {
    const { sandbox } = await openAgent();
    for (const [method, path] of [
      ['PUT', '/mcp'],
      ['POST', '/mcp/sse'],
      ['GET', '/mcp/messages/x'],
      ['GET', '/agrenting/mcp/nonsense'],
      ['PATCH', '/mcp/hirer'],
    ] as const) {
      const answer = await sandbox.call(method, path);
      expect([answer.status, at(answer.body, 'errors', 0, 'code')]).toEqual([404, 'ROUTE_NOT_FOUND']);
    }
  });
});
