import { afterEach, describe, expect, it } from 'vitest';
import { away, ERAS, Host, type HostOptions, listIn, Refused } from './host.js';
import { settled, VirtualTime } from './virtual-time.js';

/** Resources as a host sees them, over the sandbox in this process. */

const hosts: Host[] = [];
async function open(options: HostOptions = {}): Promise<Host> {
  const host = await Host.open(options);
  hosts.push(host);
  return host;
}
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

const FIXED = ['hirings://active', 'hiring://pending', 'wallet://humans2ai', 'operations://recent'];

const hire = (agent = 'steady', price = '5.00') => ({
  agent_did: `did:agrenting:${agent}`,
  task_description: 'Compare three note-taking apps.',
  capability: 'research',
  max_price: price,
});

const newTask = {
  title: 'Photograph the shop window',
  description: 'One photograph of the whole window, by daylight.',
  category: 'photography',
  budget: 40,
  deadline: new Date(Date.now() + 10 * 86_400_000).toISOString(),
  urgency: 'low',
  location: 'Lisbon',
};

const uris = (resources: unknown) => listIn(resources).map(({ uri }) => uri);

describe('the lists', () => {
  it('show the fixed resources, the templates, and what is under way', async () => {
    const host = await open();
    const before = await host.request('resources/list');
    expect(uris(before.resources)).toEqual(FIXED);
    const { resourceTemplates } = await host.request('resources/templates/list');
    expect(listIn(resourceTemplates).map(({ uriTemplate }) => uriTemplate)).toEqual([
      'hiring://{id}/status',
      'hiring://{id}/messages',
      'hiring://{id}',
      'task://{id}',
      'task://{id}/messages',
    ]);
  });

  it('list hirings and tasks that are under way, with typed facts only', async () => {
    const host = await open();
    const { hiring_id } = await host.call('hire_agent', hire());
    const { id: taskId } = await host.call('create_task', newTask);
    const { resources } = await host.request('resources/list');
    expect(uris(resources)).toEqual(
      expect.arrayContaining([
        `hiring://${hiring_id}/status`,
        `hiring://${hiring_id}/messages`,
        `task://${taskId}`,
        `task://${taskId}/messages`,
      ]),
    );
    const titles = JSON.stringify(listIn(resources).map(({ name, title }) => [name, title]));
    expect(titles).toContain('queued, 5.00 USD, did:agrenting:steady');
    expect(titles).toContain('open, 40 $A9token');
    expect(titles).not.toContain('Photograph');
  });

  it('follow the toolsets, and say the same each time', async () => {
    const host = await open({ flags: { toolsets: 'tasks' } });
    const { resources } = await host.request('resources/list');
    expect(uris(resources)).toEqual(['wallet://humans2ai', 'operations://recent']);
    expect(await host.request('resources/list')).toEqual(await host.request('resources/list'));
  });

  it('show only what an account is configured for', async () => {
    const env = { AGRENTING_API_KEY: 'ap_of_a_hirer_0123456789', AGRENTING_URL: 'http://127.0.0.1:9' };
    const host = await open({ env });
    const { resourceTemplates } = await host.request('resources/templates/list');
    expect(listIn(resourceTemplates).map(({ name }) => name)).toEqual(['hiring-status', 'hiring-messages']);
  });

  it('show what they can when the marketplace is away', async () => {
    const host = await open({ onRequest: away });
    expect(uris((await host.request('resources/list')).resources)).toEqual(FIXED);
  });

  it('wait three seconds for a marketplace that does not answer', async () => {
    const timers = new VirtualTime();
    const host = await open({ timers, onRequest: () => new Promise(() => undefined) });
    const listed = host.request('resources/list');
    while (timers.size === 0) await settled();
    await timers.advance(3_000);
    expect(uris((await listed).resources)).toEqual(FIXED);
  });

  it('do not make the agent of the sandbox seen, but show its work once it is used', async () => {
    const host = await open();
    for (let n = 0; n < 2; n += 1) {
      await host.request('resources/list');
      await host.backend.advance(60_000);
    }
    expect(uris((await host.request('resources/list')).resources)).toEqual(FIXED);
    await host.call('list_pending_hirings');
    await host.backend.advance(5_000);
    const [pending] = listIn((await host.readResource('hiring://pending')).hirings);
    expect(uris((await host.request('resources/list')).resources)).toContain(`hiring://${pending?.hiring_id}`);
  });
});

describe('what is read', () => {
  it('of a hiring is what get_hiring_status answers, marked in the same way', async () => {
    const host = await open();
    const { hiring_id } = await host.call('hire_agent', hire('hostile', '1.00'));
    await host.backend.advance(10_000);
    const read = await host.readResource(`hiring://${hiring_id}/status`);
    expect(read).toEqual(await host.call('get_hiring_status', { hiring_id }));
    expect(read.untrusted_fields).toContain('messages[].content');
    const messages = await host.readResource(`hiring://${hiring_id}/messages`);
    expect(messages).toMatchObject({ hiring_id, untrusted_fields: expect.arrayContaining(['messages[].content']) });
    expect(JSON.stringify(messages)).not.toMatch(/\\u001b|\\u202e|\\u200b|\u202e|\u200b/);
  });

  it('of hirings is what is not final', async () => {
    const host = await open();
    const { hiring_id } = await host.call('hire_agent', hire());
    await host.call('hire_agent', hire('swift', '2.00'));
    await host.backend.advance(3_000);
    const { hirings, count } = await host.readResource('hirings://active');
    expect(count).toBe(1);
    expect(listIn(hirings)).toMatchObject([{ hiring_id, status: 'in_progress', final: false }]);
  });

  it('of work never holds the token of a repository', async () => {
    const host = await open();
    const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
    const did = host.backend.credentials.agrenting.agent_did;
    await host.call('list_pending_hirings');
    await host.call('hire_agent', {
      ...hire(),
      agent_did: did,
      capability: 'writing',
      delivery_mode: 'push',
      repo_url: 'https://github.com/acme/repo',
      repo_access_token: token,
    });
    await host.backend.advance(10_000);
    const pending = await host.readResource('hiring://pending');
    const pushed = listIn(pending.hirings).find(({ delivery_mode }) => delivery_mode === 'push');
    expect(pushed).toMatchObject({ repo_url: 'https://github.com/acme/repo', repo_access_token_present: true });
    const one = await host.readResource(`hiring://${pushed?.hiring_id}`);
    expect(one).toMatchObject({ hiring_id: pushed?.hiring_id, final: false, status: 'in_progress' });
    expect(one.untrusted_fields).toContain('task_description');
    expect(JSON.stringify([pending, one])).not.toContain(token);
  });

  it('of a task, its messages, the wallet and the journal is what the tools answer', async () => {
    const host = await open();
    const { id: taskId } = await host.call('create_task', newTask);
    expect(await host.readResource(`task://${taskId}`)).toEqual(await host.call('get_task', { taskId }));
    expect(await host.readResource(`task://${taskId}/messages`)).toEqual({
      ...(await host.call('get_messages', { taskId })),
    });
    expect(await host.readResource('wallet://humans2ai')).toEqual(await host.call('get_wallet'));
    const { operations } = await host.readResource('operations://recent');
    expect(listIn(operations)).toMatchObject([{ tool: 'create_task', state: 'done' }]);
  });
});

describe.each(ERAS)('what cannot be read (%s)', (era) => {
  const refusal = async (host: Host, uri: string) => {
    const error = await host.readResource(uri).catch((thrown: unknown) => thrown);
    if (!(error instanceof Refused)) throw new Error(`${uri} was not refused`);
    return error.error;
  };

  it('says so: a hiring of nobody, an id that is none, an address that there is not', async () => {
    const host = await open({ era });
    const nobody = 'hiring://00000000-0000-4000-8000-000000000000/status';
    expect(await refusal(host, nobody)).toMatchObject({
      code: -32_602,
      data: { uri: nobody },
      message: expect.stringContaining('NOT_FOUND'),
    });
    for (const uri of [
      'hiring://1/status',
      'task://../messages',
      'hirings://all',
      'file:///etc/passwd',
      'x',
      'task://',
    ]) {
      expect(await refusal(host, uri), uri).toMatchObject({
        code: -32_602,
        message: expect.stringContaining('There is no such resource'),
      });
    }
  });

  it('names the setting when an account is missing', async () => {
    const env = { AGRENTING_API_KEY: 'ap_of_a_hirer_0123456789', AGRENTING_URL: 'http://127.0.0.1:9' };
    const host = await open({ era, env });
    const { message } = await refusal(host, 'wallet://humans2ai');
    expect(message).toContain('NOT_CONFIGURED');
    expect(message).toContain('HUMANS2AI_API_KEY');
  });

  it('names the setting when it is switched off', async () => {
    const host = await open({ era, flags: { toolsets: 'tasks' } });
    expect(await refusal(host, 'hirings://active')).toMatchObject({
      message: expect.stringContaining('switched off by --toolsets'),
      data: { code: 'TOOL_NOT_ENABLED' },
    });
  });

  it('says that the marketplace is away', async () => {
    const host = await open({ era, onRequest: away });
    const error = await refusal(host, 'hirings://active');
    expect(error).toMatchObject({ code: -32_603, data: { code: 'UNAVAILABLE', retry_safe: true } });
    expect(error.message).toContain('Nothing was changed.');
  });
});
