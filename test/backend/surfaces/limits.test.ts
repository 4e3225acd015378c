import { describe, expect, it } from 'vitest';
import { EventStream } from '../../../src/backend/surfaces/event-stream.js';
import { openSandbox } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { connect, readStream } from './support.js';

/** What keeps one client from using up what belongs to all. */

const limited = () => openSandbox({ settings: { rateLimits: true } });

describe('the rate limits of the surfaces', () => {
  it('allow 60 handshakes a minute for a credential, doubled in the sandbox', async () => {
    const sandbox = await limited();
    const [agent, other] = [await sandbox.register(), await sandbox.register()];
    const get = (key: string) =>
      sandbox.backend.fetch(new Request('http://x/mcp/sse', { headers: { 'x-api-key': key } }));
    for (let n = 0; n < 120; n += 1) {
      const answer = await get(agent.key);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-ratelimit-remaining')).toBe(String(119 - n));
      await answer.body?.cancel();
    }
    const refused = await get(agent.key);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await refused.json()).toMatchObject({ errors: [{ code: 'RATE_LIMIT_EXCEEDED' }] });
    expect((await get(other.key)).status).toBe(200);
    await sandbox.backend.advance(60_000);
    expect((await get(agent.key)).status).toBe(200);
  });

  it('allow 600 messages a minute, doubled, whether they come alone or in batches', async () => {
    const sandbox = await limited();
    const { key } = await sandbox.register();
    const client = await connect((request) => sandbox.backend.fetch(request), { headers: { 'x-api-key': key } });
    const message = { jsonrpc: '2.0', method: 'notifications/initialized' };
    for (let n = 0; n < 24; n += 1) expect((await client.post(Array(50).fill(message))).status).toBe(202);
    expect((await client.post(message)).status).toBe(429);
    // Other things of the same agent are counted for themselves.
    expect((await sandbox.as(key)('GET', '/hirings/pending')).status).toBe(200);
  });

  it('count those without a credential by address', async () => {
    const sandbox = await limited();
    const get = (address: string) => sandbox.call('GET', '/mcp/hirer/sse', { address });
    for (let n = 0; n < 120; n += 1) expect((await get('192.0.2.1')).status).toBe(401);
    expect((await get('192.0.2.1')).status).toBe(429);
    expect((await get('192.0.2.2')).status).toBe(401);
  });
});

describe('a reader that takes nothing', () => {
  it('is dropped when 256 KiB wait for it, and holds up nobody', async () => {
    const sandbox = await openSandbox();
    const agent = await sandbox.register();
    const fetch = (request: Request) => sandbox.backend.fetch(request);
    const headers = { 'x-api-key': agent.key };
    const silent = await fetch(new Request('http://backend.test/mcp/sse', { headers }));
    const reading = await connect(fetch, { headers });
    const { sessions } = sandbox.backend.env;
    for (const session of sessions.of('agent', agent.id)) session.subscriptions.add('hiring://pending');
    const updates = 4_000;
    for (let n = 1; n <= updates; n += 1) {
      sessions.updated('agent', agent.id, ['hiring://pending']);
      if (n % 500 === 0) await reading.request('ping');
    }
    expect(sessions.size).toBe(1);
    expect(await reading.updates()).toHaveLength(updates);
    // What it had not taken is gone; the stream is over.
    const rest = readStream(silent);
    await rest.ended;
    expect(rest.raw()).toBe('');
  });

  it('gets a single message of any size', async () => {
    const stream = new EventStream(() => undefined);
    const large = new Uint8Array(1_000_000).fill(97);
    expect(stream.write(large)).toBe(true);
    expect(stream.write(new Uint8Array(1))).toBe(false);
    expect(stream.isOpen).toBe(false);
  });

  it('is told once that its stream is over', async () => {
    let ends = 0;
    const stream = new EventStream(() => {
      ends += 1;
    });
    const reader = stream.response({}).body?.getReader();
    const pending = reader?.read();
    stream.write(new Uint8Array([1, 2]));
    expect((await pending)?.value).toEqual(new Uint8Array([1, 2]));
    stream.end();
    stream.end();
    expect((await reader?.read())?.done).toBe(true);
    expect([ends, stream.write(new Uint8Array(1))]).toEqual([1, false]);
  });

  it('that goes away in the middle ends its session', async () => {
    const sandbox = await openSandbox();
    const { key } = await sandbox.register();
    const response = await sandbox.backend.fetch(new Request('http://x/mcp/sse', { headers: { 'x-api-key': key } }));
    const reader = response.body?.getReader();
    expect(at(await reader?.read(), 'done')).toBe(false);
    await reader?.cancel();
    expect(sandbox.backend.env.sessions.size).toBe(0);
  });
});
