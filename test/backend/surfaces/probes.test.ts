import { describe, expect, it } from 'vitest';
import type { OutboundRequest } from '../../../src/backend/delivery/outbound.js';
import { data, list, openSandbox, type Sandbox, text } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { connect, type StreamClient } from './support.js';

/** The availability probe: a ping with three seconds, then a HEAD with two; and the probes of idle agents. */

const HOUR = 3_600_000;
const MINUTE = 60_000;
const CALLBACK = { metadata: { callback_url: 'https://agent.example/hook' } };

interface Scene {
  readonly sandbox: Sandbox;
  readonly agent: Awaited<ReturnType<Sandbox['register']>>;
  /** What went out to callback addresses. */
  readonly asked: OutboundRequest[];
  connect(): Promise<StreamClient>;
  /** Moves the clock and lets whatever waits for the outside finish. */
  advance(ms: number): Promise<void>;
  status(id: string): Promise<unknown>;
  availability(): Promise<unknown>;
}

/** @param answer the status of the agent's callback server; undefined never answers. */
async function openScene(
  extra: Record<string, unknown> = {},
  answer: () => number | undefined = () => 200,
): Promise<Scene> {
  const asked: OutboundRequest[] = [];
  const sandbox = await openSandbox({
    outbound: async (request) => {
      asked.push(request);
      const status = answer();
      if (status !== undefined) return status;
      return await new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    },
  });
  const agent = await sandbox.register(extra);
  const { background } = sandbox.backend.env;
  return {
    sandbox,
    agent,
    asked,
    connect: () => connect((request) => sandbox.backend.fetch(request), { headers: { 'x-api-key': agent.key } }),
    advance: async (ms) => {
      await sandbox.backend.advance(ms);
      if (answer() !== undefined) await background.idle();
      await sandbox.backend.runDue();
    },
    status: async (id) => at(await sandbox.read(id), 'status'),
    availability: async () => at(data(await sandbox.hirer('GET', `/agents/${agent.did}`)), 'availability_status'),
  };
}

const isPing = (message: unknown) => at(message, 'method') === 'ping';

describe('the probe of a hire', () => {
  it('pings every live session; the first answer starts the hiring', async () => {
    const scene = await openScene();
    const [first, second] = [await scene.connect(), await scene.connect()];
    const id = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    expect(await scene.status(id)).toBe('queued');
    expect(await first.next(isPing)).toMatchObject({ jsonrpc: '2.0', id: expect.anything(), method: 'ping' });
    await second.pong();
    expect(await scene.status(id)).toBe('in_progress');
    await scene.advance(5_000);
    expect(await scene.status(id)).toBe('in_progress');
    expect(scene.asked).toEqual([]);
  });

  it('fails after three seconds without an answer, and refunds in full', async () => {
    const scene = await openScene();
    const client = await scene.connect();
    const id = await scene.sandbox.hire(scene.agent.did);
    expect(await scene.sandbox.money()).toEqual({ available: '975.00', escrow: '25.00' });
    await scene.advance(100);
    await client.next(isPing);
    await scene.advance(2_999);
    expect(await scene.status(id)).toBe('queued');
    await scene.advance(1);
    expect(await scene.sandbox.read(id)).toMatchObject({
      status: 'failed',
      failed_reason: 'The agent did not answer the availability probe.',
    });
    expect(await scene.sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('takes neither an error, nor a foreign id, nor an answer that comes too late', async () => {
    const scene = await openScene();
    const client = await scene.connect();
    const id = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    const ping = at(await client.next(isPing), 'id');
    await client.post({ jsonrpc: '2.0', id: ping, error: { code: -32601, message: 'Method not found' } });
    await client.post({ jsonrpc: '2.0', id: 'ping-77', result: {} });
    expect(await scene.status(id)).toBe('queued');
    await scene.advance(3_000);
    await client.post({ jsonrpc: '2.0', id: ping, result: {} });
    expect(await scene.status(id)).toBe('failed');
  });

  it('falls back to a HEAD on the callback address', async () => {
    const scene = await openScene(CALLBACK, () => 204);
    await scene.connect();
    await scene.advance(0);
    scene.asked.length = 0;
    const id = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    expect(scene.asked).toEqual([]);
    await scene.advance(3_000);
    expect(scene.asked).toMatchObject([{ method: 'HEAD', url: 'https://agent.example/hook', timeoutMs: 2_000 }]);
    expect(await scene.status(id)).toBe('in_progress');
  });

  it('asks the callback address at once when there is no session', async () => {
    const scene = await openScene(CALLBACK);
    const id = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    expect(scene.asked.at(-1)).toMatchObject({ method: 'POST' });
    expect(scene.asked.map(({ method }) => method)).toContain('HEAD');
    expect(await scene.status(id)).toBe('in_progress');
  });

  it.each([[404], [302], [500], [0]])('fails when the callback address answers %d', async (status) => {
    const scene = await openScene(CALLBACK, () => status);
    const id = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    expect(await scene.status(id)).toBe('failed');
    expect(await scene.sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('fails after two seconds when the callback address does not answer', async () => {
    const scene = await openScene(CALLBACK, () => undefined);
    const id = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    await scene.advance(1_999);
    expect(await scene.status(id)).toBe('queued');
    await scene.advance(1);
    expect(await scene.status(id)).toBe('failed');
    await scene.sandbox.backend.close();
  });

  it('goes by the last hour for agents that poll over REST', async () => {
    const scene = await openScene();
    const unseen = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    expect(await scene.status(unseen)).toBe('failed');
    await scene.agent.call('GET', '/hirings/pending');
    const seen = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    expect(await scene.status(seen)).toBe('in_progress');
  });

  it('of an earlier attempt says nothing about a later one', async () => {
    const scene = await openScene();
    const client = await scene.connect();
    const id = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(3_100);
    const late = at(await client.next(isPing), 'id');
    await scene.sandbox.hirer('POST', `/hirings/${id}/retry`);
    await client.post({ jsonrpc: '2.0', id: late, result: {} });
    expect(await scene.status(id)).toBe('queued');
    await scene.advance(100);
    await client.pong();
    expect(await scene.status(id)).toBe('in_progress');
  });

  it('holds nobody up: other hirings go on while one waits for its answer', async () => {
    const scene = await openScene();
    await scene.connect();
    const waiting = await scene.sandbox.hire(scene.agent.did);
    const swift = await scene.sandbox.hire('swift');
    await scene.advance(200);
    expect([await scene.status(waiting), await scene.status(swift)]).toEqual(['queued', 'completed']);
  });

  it('does not outlive a cancelled hiring', async () => {
    const scene = await openScene();
    const client = await scene.connect();
    const id = await scene.sandbox.hire(scene.agent.did);
    await scene.advance(100);
    await scene.sandbox.hirer('POST', `/hirings/${id}/cancel`);
    await client.pong();
    await scene.advance(5_000);
    expect(await scene.status(id)).toBe('cancelled');
  });
});

describe('presence over MCP', () => {
  it('begins with the connection and is refreshed by every kind of message, once a minute', async () => {
    const scene = await openScene();
    expect(await scene.availability()).toBe('offline');
    const seen: string[] = [];
    scene.sandbox.backend.env.events.on('agent.seen', async (_, event) => {
      seen.push(event.id);
    });
    const client = await scene.connect();
    expect(await scene.availability()).toBe('available');
    for (let n = 0; n < 12; n += 1) {
      await scene.advance(10_000);
      await client.notify('notifications/initialized');
    }
    expect(seen).toHaveLength(3);
    const online = list(data(await scene.sandbox.hirer('GET', '/agents?online_only=true&limit=100')));
    expect(online.map((agent) => at(agent, 'did'))).toContain(scene.agent.did);
  });

  it('is asked for after an idle hour, and an answer brings the agent back', async () => {
    const scene = await openScene();
    const client = await scene.connect();
    await scene.advance(HOUR - 1);
    expect(client.messages.filter(isPing)).toEqual([]);
    await scene.advance(1);
    expect(await scene.availability()).toBe('offline');
    await client.pong();
    expect(await scene.availability()).toBe('available');
    await scene.advance(HOUR);
    await client.pong();
    expect(client.messages.filter(isPing)).toHaveLength(2);
  });

  it('is asked for every 15 minutes while nobody answers, and no more once the session is gone', async () => {
    const scene = await openScene();
    const client = await scene.connect();
    await scene.advance(HOUR);
    await scene.advance(15 * MINUTE);
    await scene.advance(15 * MINUTE);
    await client.updates().catch(() => []);
    expect(client.messages.filter(isPing)).toHaveLength(3);
    await client.close();
    await scene.advance(2 * HOUR);
    const { jobs } = await pendingJobs(scene.sandbox);
    expect(jobs.filter((kind) => kind.startsWith('presence'))).toEqual([]);
  });

  it('is asked for at the callback address where there is no session', async () => {
    let status = 200;
    const scene = await openScene(CALLBACK, () => status);
    await scene.advance(0);
    expect(await scene.availability()).toBe('available');
    status = 503;
    await scene.advance(HOUR);
    expect(await scene.availability()).toBe('offline');
    expect(scene.asked.filter(({ method }) => method === 'HEAD')).toHaveLength(2);
    await scene.advance(15 * MINUTE);
    expect(scene.asked).toHaveLength(3);
    status = 200;
    await scene.advance(15 * MINUTE);
    expect(await scene.availability()).toBe('available');
  });

  it('begins with a callback address that is named later', async () => {
    const scene = await openScene();
    await scene.advance(0);
    expect(scene.asked).toEqual([]);
    const { hirer } = scene.sandbox;
    const changed = await hirer('PATCH', `/agents/${scene.agent.id}`, { agent: CALLBACK });
    expect(text(changed, 'id')).toBe(scene.agent.id);
    await scene.advance(0);
    expect(await scene.availability()).toBe('available');
  });
});

async function pendingJobs(sandbox: Sandbox): Promise<{ jobs: string[] }> {
  const rows = await sandbox.backend.env.db.selectFrom('jobs').select('kind').execute();
  return { jobs: rows.map(({ kind }) => kind) };
}
