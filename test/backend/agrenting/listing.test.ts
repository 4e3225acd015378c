import { describe, expect, it } from 'vitest';
import { at } from '../support.js';
import { data, list, openSandbox, refusal, type Sandbox } from './helpers.js';

const dids = async (sandbox: Sandbox, query = '') =>
  list(data(await sandbox.hirer('GET', `/agents${query}`))).map((agent) =>
    String(at(agent, 'did')).replace('did:agrenting:', ''),
  );
const total = async (sandbox: Sandbox, query: string) =>
  at((await sandbox.hirer('GET', `/agents${query}`)).body, 'meta', 'pagination', 'total_count');

describe('the list of agents', () => {
  it('has those online first, then the better reputation', async () => {
    const sandbox = await openSandbox();
    const agents = list(data(await sandbox.hirer('GET', '/agents?limit=100')));
    const ranks = agents.map((agent) => {
      const online = at(agent, 'availability_status') === 'offline' ? 0 : 10;
      return online + Number(at(agent, 'reputation_score'));
    });
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
    expect(agents).toHaveLength(10);
  });

  it('pages by cursor to the end without gap or repeat, while agents move', async () => {
    const sandbox = await openSandbox();
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await sandbox.hirer('GET', `/agents?limit=3${cursor}`);
      seen.push(...list(data(page)).map((agent) => String(at(agent, 'did'))));
      const next = at(page.body, 'meta', 'pagination', 'cursor');
      cursor = next === null ? '' : `&cursor=${next}`;
    } while (cursor !== '');
    expect(seen).toHaveLength(10);
    expect(new Set(seen).size).toBe(10);
    expect(refusal(await sandbox.hirer('GET', '/agents?cursor=eyJvZmZzZXQiOjF9'))).toBe('422 VALIDATION_ERROR');
  });

  it('honours an offset, unless there is a cursor', async () => {
    const sandbox = await openSandbox();
    const all = await dids(sandbox, '?limit=100');
    expect(await dids(sandbox, '?limit=3&offset=4')).toEqual(all.slice(4, 7));
    const page = await sandbox.hirer('GET', '/agents?limit=2');
    const cursor = at(page.body, 'meta', 'pagination', 'cursor');
    expect(await dids(sandbox, `?limit=2&offset=5&cursor=${cursor}`)).toEqual(all.slice(2, 4));
  });

  it('filters by capability and by presence, with totals', async () => {
    const sandbox = await openSandbox();
    expect(await dids(sandbox, '?capability=translate')).toEqual(['swift', 'curious']);
    expect(await total(sandbox, '?capability=translate&limit=1')).toBe(2);
    expect(await dids(sandbox, '?capability=transcription')).toEqual(['offline']);
    expect(await dids(sandbox, '?capability=transcription&online_only=true')).toEqual([]);
    expect(await dids(sandbox, '?capability=nothing')).toEqual([]);
    expect(await total(sandbox, '?limit=1')).toBe(10);
    expect(await total(sandbox, '?limit=1&online_only=true')).toBe(8);
    expect(await dids(sandbox, '?online_only=true')).not.toContain('offline');
  });

  it('searches the name, the description and the capabilities by whole words in any form', async () => {
    const sandbox = await openSandbox();
    expect(await dids(sandbox, '?q=Steady')).toEqual(['steady']);
    expect(await dids(sandbox, '?q=translating')).toEqual(['swift', 'curious']);
    expect(await dids(sandbox, '?q=short+summary')).toEqual(['swift']);
    expect(await dids(sandbox, '?q=text-analysis')).toEqual(['steady']);
    expect(await dids(sandbox, '?q=summaries&capability=translate')).toEqual(['swift']);
    expect(await dids(sandbox, '?q=research&capability=text-analysis')).toEqual(['steady']);
    expect(await dids(sandbox, '?q=research&capability=text')).toEqual([]);
    expect(await dids(sandbox, '?q=recordings&online_only=true')).toEqual([]);
    expect(await total(sandbox, '?q=translating&limit=1')).toBe(2);
  });

  it.each(['"', 'a"b', 'NEAR(a b)', '* OR 1', 'name:swift AND', "'; DROP TABLE hirings", '^swift', '-', '   '])(
    'takes %j as words, never as a query language',
    async (q) => {
      const { hirer } = await openSandbox();
      expect((await hirer('GET', `/agents?q=${encodeURIComponent(q)}`)).status).toBe(200);
    },
  );

  it('shows nothing of agents that are not active', async () => {
    const sandbox = await openSandbox();
    const { id, did, call } = await sandbox.register({ name: 'Sleeper', capabilities: ['sleeping'] });
    expect(await dids(sandbox, '?q=Sleeper')).toHaveLength(1);
    await call('PATCH', `/agents/${id}`, { agent: { status: 'draft' } });
    expect(await dids(sandbox, '?q=Sleeper')).toEqual([]);
    expect(await dids(sandbox, '?capability=sleeping')).toEqual([]);
    expect(await dids(sandbox, '?status=draft')).toEqual([]);
    expect(await total(sandbox, '?limit=1')).toBe(10);
    await call('PATCH', `/agents/${id}`, { agent: { status: 'active' } });
    expect(await dids(sandbox, '?capability=sleeping')).toEqual([did.replace('did:agrenting:', '')]);
    expect(await total(sandbox, '?limit=1')).toBe(11);
  });

  it('follows a change of name, description and capabilities', async () => {
    const sandbox = await openSandbox();
    const { id, did, call } = await sandbox.register({ name: 'Zebra', capabilities: ['old'] });
    const agent = { name: 'After', description: 'Knits pullovers.', capabilities: ['knitting', 'knitting'] };
    await call('PATCH', `/agents/${id}`, { agent });
    const short = did.replace('did:agrenting:', '');
    expect(await dids(sandbox, '?q=Zebra')).toEqual([]);
    expect(await dids(sandbox, '?q=pullover')).toEqual([short]);
    expect(await dids(sandbox, '?capability=knitting')).toEqual([short]);
    expect(await dids(sandbox, '?capability=old')).toEqual([]);
  });

  it('moves an agent up by completed work and down by failures', async () => {
    const sandbox = await openSandbox();
    const older = await sandbox.register({ name: 'Older', capabilities: ['racing'] });
    const newer = await sandbox.register({ name: 'Newer', capabilities: ['racing'] });
    const order = async () =>
      list(data(await sandbox.hirer('GET', '/agents?capability=racing'))).map((a) => at(a, 'name'));
    for (const agent of [older, newer]) await agent.call('GET', '/hirings/pending');
    expect(await order()).toEqual(['Newer', 'Older']);
    const id = await sandbox.hire(older.did, { price: '1.00' });
    await sandbox.backend.advance(1_000);
    await older.call('POST', `/hirings/${id}/result`, { output: 'done' });
    expect(await order()).toEqual(['Older', 'Newer']);
    for (let n = 0; n < 2; n += 1) {
      const failing = await sandbox.hire(older.did, { price: '1.00' });
      await sandbox.backend.advance(1_000);
      await older.call('POST', `/hirings/${failing}/failure`, {});
    }
    expect(await order()).toEqual(['Newer', 'Older']);
    const scores = list(data(await sandbox.hirer('GET', '/agents?q=racing'))).map((a) => at(a, 'reputation_score'));
    expect(scores).toEqual(['3.50', '3.08']);
  });
});

describe('discovery', () => {
  const discover = async (sandbox: Sandbox, query: string) =>
    list(data(await sandbox.hirer('GET', `/agents/discover?${query}`))).map((agent) =>
      String(at(agent, 'did')).replace('did:agrenting:', ''),
    );

  it('sorts by reputation or by price, within a price range and above a reputation', async () => {
    const sandbox = await openSandbox();
    expect(await discover(sandbox, 'min_price=5.00&max_price=15.00')).toEqual([
      'artist',
      'steady',
      'curious',
      'busy',
      'your-agent',
    ]);
    expect(await discover(sandbox, 'sort_by=price&max_price=3.00')).toEqual(['hostile', 'faulty', 'swift', 'offline']);
    expect(await discover(sandbox, 'sort_by=price&max_price=3.00&min_reputation=3.5')).toEqual(['swift']);
    expect(await discover(sandbox, 'min_reputation=4.7&limit=1')).toEqual(['swift']);
    expect(await discover(sandbox, 'capability=summarize&sort_by=price')).toEqual(['hostile', 'swift']);
    expect(await discover(sandbox, 'capability=summarize&min_price=1')).toEqual(['swift']);
  });

  it('serves both sets of names that clients read', async () => {
    const { hirer } = await openSandbox();
    expect(data(await hirer('GET', '/agents/discover?max_price=2.00&min_reputation=4'), 0)).toMatchObject({
      base_price: '2.00',
      price_per_task: '2.00',
      min_price: '2.00',
      max_price: '2.00',
      reputation: '4.81',
      reputation_score: '4.81',
      total_tasks: 120,
      total_tasks_completed: 118,
      success_rate: 0.98,
      pricing_model: 'fixed',
      status: 'active',
    });
  });

  it('refuses a price that is none', async () => {
    const { hirer } = await openSandbox();
    expect(refusal(await hirer('GET', '/agents/discover?max_price=-1'))).toBe('422 INVALID_AMOUNT');
    expect(refusal(await hirer('GET', '/agents/discover?max_price=cheap'))).toBe('422 VALIDATION_ERROR');
  });
});

describe('the list of capabilities', () => {
  it('counts active agents and their average price, and follows their changes', async () => {
    const sandbox = await openSandbox();
    const named = async (name: string) =>
      list(data(await sandbox.hirer('GET', '/capabilities'))).find((capability) => at(capability, 'name') === name);
    expect(await named('translate')).toEqual({
      name: 'translate',
      description: 'Put a text into another language.',
      category: 'writing',
      agent_count: 2,
      avg_price: '4.75',
    });
    const { id, call } = await sandbox.register({ capabilities: ['translate'], base_price: '1.00' });
    expect(await named('translate')).toMatchObject({ agent_count: 3, avg_price: '3.50' });
    await call('PATCH', `/agents/${id}`, { agent: { base_price: '4.00' } });
    expect(await named('translate')).toMatchObject({ agent_count: 3, avg_price: '4.50' });
    await call('PATCH', `/agents/${id}`, { agent: { status: 'inactive' } });
    expect(await named('translate')).toMatchObject({ agent_count: 2, avg_price: '4.75' });
  });

  it('is by name, pages by cursor, and leaves out what nobody offers any more', async () => {
    const sandbox = await openSandbox();
    const { id, call } = await sandbox.register({ capabilities: ['aardvark care'] });
    const names = async (query: string) => {
      const page = await sandbox.hirer('GET', `/capabilities?${query}`);
      const found = list(data(page)).map((capability) => String(at(capability, 'name')));
      return { found, cursor: at(page.body, 'meta', 'pagination', 'cursor') };
    };
    const first = await names('limit=2');
    expect(first.found).toEqual(['aardvark care', 'code-review']);
    expect((await names(`limit=2&cursor=${first.cursor}`)).found).toEqual(['coding', 'copywriting']);
    await call('PATCH', `/agents/${id}`, { agent: { status: 'draft' } });
    expect((await names('limit=1')).found).toEqual(['code-review']);
  });
});
