import { describe, expect, it } from 'vitest';
import { data, list, text } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { call, HIRE_ARGS, hireNow, NOBODY, openSurface } from './hirer-session.js';
import { contentOf, isError, toolText } from './support.js';

/** The hirer surface: its tools, its scopes, and what it tells by itself. */

describe('the connection of a hirer', () => {
  it('takes a user token as Bearer and nothing else', async () => {
    const { sandbox, key, client } = await openSurface();
    expect(client.endpoint).toMatch(/^\/mcp\/hirer\/messages\/[0-9a-f-]{36}$/);
    const agent = sandbox.backend.credentials.agrenting.agent;
    const refused: Record<string, string>[] = [
      {},
      { 'x-api-key': key },
      { 'api-key': key },
      { authorization: `Bearer ${agent}` },
      { 'x-api-key': key, authorization: `Bearer ${agent}` },
    ];
    for (const headers of refused) {
      expect((await sandbox.call('GET', '/mcp/hirer/sse', { headers })).status).toBe(401);
      expect((await client.post({ jsonrpc: '2.0', id: 1, method: 'ping' }, headers)).status).toBe(401);
    }
  });

  it('offers the fourteen tools and no prompt', async () => {
    const { client } = await openSurface();
    const tools = list(at(await client.request('tools/list'), 'result', 'tools'));
    expect(tools.map((tool) => at(tool, 'name')).sort()).toEqual([
      'answer_hiring_question',
      'cancel_hiring',
      'check_balance',
      'clear_github_token',
      'download_artifact',
      'generate_deposit_address',
      'get_github_token_status',
      'get_hiring_status',
      'hire_agent',
      'list_agents',
      'list_hiring_artifacts',
      'list_my_hirings',
      'set_github_token',
      'wait_for_hirings',
    ]);
    for (const tool of tools) expect(at(tool, 'inputSchema', 'type')).toBe('object');
    expect(await client.request('prompts/list')).toMatchObject({ result: { prompts: [] } });
  });

  it('is subscribed to the active hirings and to the status of each, again on every connect', async () => {
    const { sandbox, client, reconnect } = await openSurface();
    const id = await sandbox.hire('steady');
    expect(await client.updates()).toEqual(['hirings://active']);
    await sandbox.backend.advance(100);
    expect(await client.updates()).toEqual(['hirings://active', 'hirings://active']);
    await client.close();
    const again = await reconnect();
    await sandbox.backend.advance(10_000);
    expect(await again.updates()).toEqual(['hirings://active', `hiring://${id}/status`]);
    const third = await reconnect();
    await sandbox.hirer('POST', `/hirings/${id}/messages`, { content: 'Thank you.' });
    expect(await third.updates()).toEqual([]);
  });

  it('is told of nothing without hirings:read', async () => {
    const { sandbox, client } = await openSurface({ scopes: ['hire:create'] });
    const id = await hireNow(client, { wait_seconds: 5 });
    await sandbox.backend.advance(10_000);
    expect(await client.updates()).toEqual([]);
    for (const [method, params] of [
      ['resources/list', {}],
      ['resources/read', { uri: 'hirings://active' }],
      ['resources/read', { uri: `hiring://${id}/status` }],
      ['resources/subscribe', { uri: 'hirings://active' }],
    ] as const) {
      const error = at(await client.request(method, params), 'error');
      expect(error).toEqual({ code: -32602, message: 'Missing permission: hirings:read.' });
    }
  });
});

describe('the scopes of the hirer tools', () => {
  const NEEDED = [
    ['list_agents', 'agents:discover', {}],
    ['hire_agent', 'hire:create', HIRE_ARGS],
    ['get_hiring_status', 'hirings:read', { hiring_id: NOBODY }],
    ['wait_for_hirings', 'hirings:read', { hiring_ids: [NOBODY], wait_seconds: 0 }],
    ['answer_hiring_question', 'hire:create', { hiring_id: NOBODY, question_id: NOBODY, answer: 'x' }],
    ['cancel_hiring', 'hirings:cancel', { hiring_id: NOBODY }],
    ['check_balance', 'balance:read', {}],
    ['list_my_hirings', 'hirings:read', {}],
    ['list_hiring_artifacts', 'artifacts:read', { hiring_id: NOBODY }],
    ['download_artifact', 'artifacts:read', { artifact_id: NOBODY }],
    ['set_github_token', 'account:write', { token: 'ghp_0123456789' }],
    ['clear_github_token', 'account:write', {}],
    ['get_github_token_status', 'account:read', {}],
    ['generate_deposit_address', 'deposits:create', { amount: '5.00' }],
  ] as const;

  it.each(NEEDED)('%s needs %s', async (name, scope, args) => {
    const without = await openSurface({ scopes: NEEDED.map((row) => row[1]).filter((other) => other !== scope) });
    const refused = await call(without.client, name, args);
    expect([isError(refused), toolText(refused)]).toEqual([true, `Missing permission: ${scope}.`]);
    const granted = await openSurface({ scopes: [scope] });
    expect(toolText(await call(granted.client, name, args))).not.toContain('Missing permission');
  });
});

describe('the resources of a hirer', () => {
  it('are listed, described by templates and read as JSON', async () => {
    const { sandbox, client } = await openSurface();
    const id = await hireNow(client);
    const uris = list(at(await client.request('resources/list'), 'result', 'resources')).map((each) => at(each, 'uri'));
    expect(uris).toEqual(['hirings://active', `hiring://${id}/status`, `hiring://${id}/messages`]);
    const templates = list(at(await client.request('resources/templates/list'), 'result', 'resourceTemplates'));
    expect(templates.map((each) => at(each, 'uriTemplate'))).toEqual([
      'hiring://{id}/status',
      'hiring://{id}/messages',
    ]);
    const read = async (uri: string) => contentOf(await client.request('resources/read', { uri }));
    expect(await read('hirings://active')).toMatchObject([{ hiring_id: id, status: 'queued', price: '25.00' }]);
    expect(await read(`hiring://${id}/status`)).toMatchObject({ hiring_id: id, status: 'queued', open_questions: [] });
    expect(await read(`hiring://${id}/messages`)).toEqual([]);
    await sandbox.backend.advance(20_000);
    expect(await read('hirings://active')).toEqual([]);
    expect(await read(`hiring://${id}/messages`)).toHaveLength(3);
  });

  it.each([['hiring://pending'], ['hiring://x/status'], [`hiring://${NOBODY}`], [`hiring://${NOBODY}/status`], ['x']])(
    'do not include %s',
    async (uri) => {
      const { client } = await openSurface();
      for (const method of ['resources/read', 'resources/subscribe']) {
        expect(at(await client.request(method, { uri }), 'error', 'code')).toBe(-32602);
      }
    },
  );

  it('of others are not there', async () => {
    const { sandbox, client } = await openSurface();
    const id = await hireNow(client);
    await sandbox.agent('GET', '/hirings/pending');
    const theirs = list(data(await sandbox.agent('GET', '/hirings/pending')));
    const foreign = `hiring://${String(at(theirs, 0, 'id'))}/status`;
    const error = at(await client.request('resources/read', { uri: foreign }), 'error');
    expect(error).toEqual({ code: -32602, message: 'Hiring not found' });
    expect(text(await sandbox.hirer('GET', `/hirings/${id}`), 'id')).toBe(id);
  });
});
