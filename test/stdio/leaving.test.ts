import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../bridge/session.js';
import { type Folder, temporaryFolder } from './program.js';
import { type Exit, RawClient } from './raw-client.js';

/** How the built program ends, and what it does with a request that is sent twice. */

const WITHIN_MS = 2_000;
const RUNS = process.env.SOAK === '1' ? 200 : 8;
const AT_ONCE = 4;

let folder: Folder;
const clients: RawClient[] = [];
beforeAll(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const client of clients.splice(0)) {
    await client.stop();
    expect(client.invalid).toEqual([]);
  }
});
afterAll(() => folder.remove());

async function open(data = folder): Promise<RawClient> {
  const client = new RawClient(data.path, ['--confirm', 'never']);
  clients.push(client);
  await client.initialize();
  return client;
}

/** A client with calls in flight that last longer than the program may stay. */
async function waiting(data?: Folder): Promise<RawClient> {
  const client = await open(data);
  const { hiring_id } = await client.call('hire_agent', {
    agent_did: 'did:agrenting:steady',
    task_description: 'Take your time.',
    capability: 'summarize',
    max_price: '25.00',
    idempotency_key: `leaving-${clients.length}-${process.pid}-${performance.now()}`,
  });
  // It has begun, and works for eight seconds: until then nothing changes.
  await client.call('wait_for_hirings', { hiring_ids: [hiring_id], wait_seconds: 10 });
  for (const id of [1, 2, 3]) {
    const args = { hiring_ids: [hiring_id], wait_seconds: 25 };
    client.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'wait_for_hirings', arguments: args } });
  }
  // It answers others, so the calls have been taken in.
  await client.request('ping');
  return client;
}

async function leaves(client: RawClient, how: (client: RawClient) => void): Promise<Exit & { ms: number }> {
  how(client);
  return await client.exitWithin(WITHIN_MS + 3_000);
}

describe('with calls in flight', () => {
  const ways: [string, (client: RawClient) => void][] = [
    ['the end of input', (client) => client.child.stdin.end()],
    ['the end of input in the middle of a frame', (client) => client.child.stdin.end('{"jsonrpc":"2.0","id":9,"meth')],
    ['SIGTERM', (client) => client.child.kill('SIGTERM')],
    ['SIGINT', (client) => client.child.kill('SIGINT')],
    ['SIGHUP', (client) => client.child.kill('SIGHUP')],
    [
      'a reader of stdout that is gone',
      (client) => {
        client.child.stdout.destroy();
        client.send({ jsonrpc: '2.0', id: 10, method: 'tools/list' });
      },
    ],
    [
      'everything closed at once',
      (client) => {
        client.child.stdin.destroy();
        client.child.stdout.destroy();
        client.child.stderr.destroy();
      },
    ],
  ];

  it.each(ways)('the program is gone two seconds after %s', async (_, how) => {
    const client = await waiting();
    const exit = await leaves(client, how);
    console.log(`figure: exit-ms=${exit.ms} code=${exit.code} signal=${exit.signal}`);
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.ms).toBeLessThan(WITHIN_MS);
  });

  it('the program is gone two seconds after the end of input, every time', async () => {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += AT_ONCE) {
      // A sandbox of their own: one would run out of money.
      const own = temporaryFolder();
      const several = await Promise.all(Array.from({ length: AT_ONCE }, () => waiting(own)));
      const exits = await Promise.all(several.map((client) => leaves(client, ({ child }) => child.stdin.end())));
      for (const exit of exits) {
        expect(exit).toMatchObject({ code: 0, signal: null });
        times.push(exit.ms);
      }
      own.remove();
    }
    const late = times.filter((ms) => ms >= WITHIN_MS).length;
    console.log(`figure: runs=${times.length} slowest-exit=${Math.max(...times)}ms late=${late}`);
    expect(late).toBe(0);
  }, 600_000);
});

describe('a client that does not read', () => {
  /** Asks for more than a pipe holds and takes nothing of it. */
  async function stuck(): Promise<RawClient> {
    const client = await open();
    client.child.stdout.pause();
    for (let id = 0; id < 60; id += 1) client.send({ jsonrpc: '2.0', id, method: 'tools/list' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    return client;
  }

  it.each([
    ['SIGTERM', (client: RawClient) => void client.child.kill('SIGTERM')],
    ['the end of input', (client: RawClient) => void client.child.stdin.end()],
  ])('does not keep the program alive after %s', async (_, how) => {
    const exit = await leaves(await stuck(), how);
    expect(exit.code).toBe(0);
    expect(exit.ms).toBeLessThan(WITHIN_MS);
  });

  it('of stderr changes nothing', async () => {
    const client = new RawClient(folder.path, ['--log-level', 'debug']);
    clients.push(client);
    await client.initialize();
    client.child.stderr.destroy();
    for (let frame = 0; frame < 2_000; frame += 1) await client.write('not JSON\n');
    expect(await client.request('ping')).toMatchObject({ result: {} });
  });
});

describe('answers that are still under way at the end of input', () => {
  it('are written before the program leaves', async () => {
    const client = new RawClient(folder.path);
    clients.push(client);
    const answers = ['a', 'b', 'c'].map((id) => client.answer(id));
    const clientInfo = { name: 'piped', version: '1.0.0' };
    client.send({
      jsonrpc: '2.0',
      id: 'a',
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
    });
    client.send({ jsonrpc: '2.0', id: 'b', method: 'tools/call', params: { name: 'check_balance', arguments: {} } });
    client.send({ jsonrpc: '2.0', id: 'c', method: 'tools/list' });
    client.child.stdin.end();
    const [, balance, tools] = await Promise.all(answers);
    expect(balance).toMatchObject({ result: { structuredContent: { currency: 'USD' } } });
    expect(tools).toMatchObject({ result: { tools: expect.any(Array) } });
    expect(await client.exitWithin(WITHIN_MS)).toMatchObject({ code: 0 });
  });
});

describe('a request id that is live', () => {
  it('runs once although it is sent twenty times: one hire, one answer', async () => {
    const client = await open();
    const available = async () => Number((await client.call('check_balance')).available);
    const before = await available();
    const args: Json = {
      agent_did: 'did:agrenting:steady',
      task_description: 'Once.',
      capability: 'summarize',
      max_price: '25.00',
    };
    const frame = `${JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'hire_agent', arguments: args } })}\n`;
    const answer = client.answer(5);
    await client.write(frame.repeat(20));
    expect(await answer).toMatchObject({ result: { structuredContent: { hiring_id: expect.any(String) } } });
    await client.request('ping');
    expect(client.messages.filter(({ id }) => id === 5)).toHaveLength(1);
    expect(before - (await available())).toBeCloseTo(25, 8);
  });

  it('and is cancelled can be used again', async () => {
    const client = await waiting();
    client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1, reason: 'escape' } });
    expect(await client.request('tools/list', {}, 1)).toMatchObject({ result: { tools: expect.any(Array) } });
    await client.request('ping');
    // The cancelled call is never answered.
    expect(client.messages.filter(({ id }) => id === 1)).toHaveLength(1);
    client.child.stdin.end();
    expect((await client.exitWithin(WITHIN_MS + 1_000)).ms).toBeLessThan(WITHIN_MS);
  });
});
