import { afterEach, describe, expect, it, vi } from 'vitest';
import { demo } from '../../../src/backend/credentials.js';
import { away, ERAS, type Era, Host, type HostOptions, listIn, Refused } from './host.js';
import { settled, VirtualTime } from './virtual-time.js';

/** Subscriptions as a host sees them, in both protocol eras, over the sandbox in this process with its hosted surfaces. */

const hosts: Host[] = [];
async function open(options: HostOptions): Promise<Host> {
  const host = await Host.open(options);
  hosts.push(host);
  return host;
}
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

let count = 1;
const hire = async (host: Host, agent = 'steady') => {
  const { hiring_id } = await host.call('hire_agent', {
    agent_did: agent === 'own' ? demo.agentDid : `did:agrenting:${agent}`,
    task_description: `Task ${count++} for ${agent}.`,
    capability: 'research',
    max_price: '5.00',
  });
  return String(hiring_id);
};

const newTask = {
  title: 'Photograph the shop window',
  description: 'One photograph of the whole window, by daylight.',
  category: 'photography',
  budget: 40,
  deadline: new Date(Date.now() + 10 * 86_400_000).toISOString(),
  urgency: 'low',
  location: 'Lisbon',
};

/** Resolves when the upstream session has subscribed to it. */
async function pushed(host: Host, uri: string, surface: 'hirer' | 'agent' = 'hirer'): Promise<void> {
  const account = surface === 'hirer' ? demo.hirer : demo.agent;
  const isSubscribed = () =>
    host.backend.env.sessions.of(surface, account).some(({ subscriptions }) => subscriptions.has(uri));
  while (!isSubscribed()) await settled();
}

const told = (host: Host, uri: string) => host.updates.filter((update) => update === uri).length;

describe.each(ERAS)('in %s', (era: Era) => {
  it('each change of a hiring that the marketplace pushes is told, once', async () => {
    const host = await open({ era });
    const uri = `hiring://${await hire(host)}/status`;
    await host.subscribe(uri, 'hirings://active');
    await pushed(host, uri);
    await host.backend.advance(1_000);
    await host.updated(uri, 1);
    expect(await host.readResource(uri)).toMatchObject({ status: 'in_progress' });
    await host.backend.advance(20_000);
    await host.updated(uri, 2);
    expect(await host.readResource(uri)).toMatchObject({ status: 'completed', final: true });
    await host.updated('hirings://active', 2);
    expect(await host.readResource('hirings://active')).toMatchObject({ count: 0 });
    await host.backend.advance(60_000);
    await host.request('tools/list');
    expect([told(host, uri), told(host, 'hirings://active')]).toEqual([2, 2]);
  });

  it('what the agent says is told as a change of the messages', async () => {
    const host = await open({ era });
    const id = await hire(host);
    await host.subscribe(`hiring://${id}/messages`);
    await pushed(host, `hiring://${id}/messages`);
    await host.backend.advance(3_000);
    await host.updated(`hiring://${id}/messages`, 1);
    const { messages } = await host.readResource(`hiring://${id}/messages`);
    expect(listIn(messages).map(({ content }) => content)).toContain('Started: reading the task.');
  });

  it('new work is told to the agent, whose session answers the probe by itself', async () => {
    const host = await open({ era });
    await host.subscribe('hiring://pending');
    await pushed(host, 'hiring://pending', 'agent');
    const before = told(host, 'hiring://pending');
    const id = await hire(host, 'own');
    await host.backend.advance(500);
    await host.updated('hiring://pending', before + 1);
    const { hirings } = await host.readResource('hiring://pending');
    expect(listIn(hirings).map(({ hiring_id }) => hiring_id)).toContain(id);
    expect(await host.readResource(`hiring://${id}`)).toMatchObject({ status: 'in_progress' });
    await host.subscribe(`hiring://${id}`);
    await host.call('submit_hiring_result', { hiring_id: id, output: 'Done.' });
    await host.updated(`hiring://${id}`, 1);
    expect(await host.readResource(`hiring://${id}`)).toMatchObject({ status: 'completed', final: true });
  });

  it('a task of Humans2AI is polled: soon after it was touched from here, seldom when nothing happens', async () => {
    const timers = new VirtualTime();
    const paths: string[] = [];
    const onRequest = (request: Request) => void paths.push(new URL(request.url).pathname);
    const host = await open({ era, timers, onRequest });
    const { id } = await host.call('create_task', newTask);
    await host.subscribe(`task://${id}`, 'wallet://humans2ai');
    await host.backend.advance(60_000);
    while (told(host, `task://${id}`) < 1) await timers.advance(2_000);
    expect(await host.readResource(`task://${id}`)).toMatchObject({ status: 'open', applicantCount: 5 });
    await timers.advance(600_000);
    const quiet = paths.length;
    await timers.advance(600_000);
    // Twenty rounds of two resources, in ten minutes.
    expect(paths.length - quiet).toBeLessThanOrEqual(42);
    await host.call('cancel_task', { taskId: id });
    while (told(host, 'wallet://humans2ai') < 1 || told(host, `task://${id}`) < 2) await timers.advance(1_000);
    expect(await host.readResource(`task://${id}`)).toMatchObject({ status: 'expired' });
  });

  it('what went through this computer is told without asking any marketplace', async () => {
    const timers = new VirtualTime();
    const host = await open({ era, timers });
    await host.subscribe('operations://recent');
    await host.call('create_task', newTask);
    while (told(host, 'operations://recent') < 1) await timers.advance(1_000);
    expect(listIn((await host.readResource('operations://recent')).operations)).toHaveLength(1);
  });

  it('nothing is told any more after unsubscribing', async () => {
    const host = await open({ era });
    const uri = `hiring://${await hire(host)}/status`;
    const end = await host.subscribe(uri);
    await host.subscribe('hirings://active');
    await pushed(host, uri);
    await end();
    await host.backend.advance(30_000);
    await host.updated('hirings://active', 2);
    expect(told(host, uri)).toBe(0);
  });

  it('what changed between a reading and the subscription is told', async () => {
    const host = await open({ era });
    const uri = `hiring://${await hire(host)}/status`;
    expect(await host.readResource(uri)).toMatchObject({ status: 'queued' });
    await host.backend.advance(30_000);
    await host.subscribe(uri);
    await host.updated(uri, 1);
    expect(await host.readResource(uri)).toMatchObject({ status: 'completed' });
  });

  it('one session carries all, however much is subscribed', async () => {
    const opened: string[] = [];
    const onRequest = (request: Request) => {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith('/sse')) opened.push(pathname);
    };
    const host = await open({ era, onRequest });
    const ids = [await hire(host), await hire(host), await hire(host)];
    const uris = ids.flatMap((id) => [`hiring://${id}/status`, `hiring://${id}/messages`]);
    await host.subscribe(...uris, 'hirings://active');
    for (const uri of uris) await pushed(host, uri);
    expect(opened).toEqual(['/mcp/hirer/sse']);
  });

  it('a closed connection leaves no session behind', async () => {
    const host = await open({ era });
    await host.subscribe('hirings://active', 'hiring://pending');
    await pushed(host, 'hirings://active');
    await pushed(host, 'hiring://pending', 'agent');
    const { sessions } = host.backend.env;
    expect(sessions.size).toBe(2);
    hosts.splice(hosts.indexOf(host), 1);
    await host.close();
    expect(sessions.size).toBe(0);
  });
});

describe('resources/subscribe', () => {
  it('refuses what cannot be read, and says why', async () => {
    const host = await open({});
    for (const uri of [
      'nothing://here',
      'hiring://00000000-0000-4000-8000-000000000000/status',
      'task://task_nobody',
    ]) {
      await expect(host.subscribe(uri)).rejects.toThrow(Refused);
    }
  });
});

describe('subscriptions/listen', () => {
  it('is acknowledged although something in it cannot be watched, and carries the rest', async () => {
    const host = await open({ era: '2026-07-28' });
    const uri = `hiring://${await hire(host)}/status`;
    await host.subscribe('nothing://here', uri, 'hiring://1/status');
    await pushed(host, uri);
    await host.backend.advance(1_000);
    await host.updated(uri, 1);
  });

  it('tells two streams of the same resource, and goes on when one of them ends', async () => {
    const host = await open({ era: '2026-07-28' });
    const uri = `hiring://${await hire(host)}/status`;
    const end = await host.subscribe(uri);
    await host.subscribe(uri);
    await pushed(host, uri);
    await host.backend.advance(1_000);
    await host.updated(uri, 2);
    await end();
    await host.backend.advance(30_000);
    await host.updated(uri, 3);
  });

  it('waits for a marketplace that is away, and tells the first state that it sees', async () => {
    const timers = new VirtualTime();
    let isAway = false;
    const onRequest = () => {
      if (isAway) away();
    };
    const host = await open({ era: '2026-07-28', timers, onRequest });
    const { id } = await host.call('create_task', newTask);
    isAway = true;
    await host.subscribe(`task://${id}`);
    isAway = false;
    while (told(host, `task://${id}`) < 1) await timers.advance(2_000);
    await timers.advance(120_000);
    expect(told(host, `task://${id}`)).toBe(1);
  });
});

describe('wait_for_hirings', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('looks when something is pushed, not only when it is time to', async () => {
    const host = await open({});
    const id = await hire(host);
    // From now on no time passes, so that only a push can end a wait.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const waited = host.call('wait_for_hirings', { hiring_ids: [id], wait_seconds: 25 });
    await pushed(host, 'hirings://active');
    await host.backend.advance(1_000);
    expect(await waited).toMatchObject({ timed_out: false, hirings: [{ status: 'in_progress', changed: true }] });
  });
});
