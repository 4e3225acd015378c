import { describe, expect, it } from 'vitest';
import { at } from '../support.js';
import { DAY, HOUR, openWorld, shanghai, type World } from './world.js';

/** The error table of the documents (contract notes §1.7): each code that can arise, on both wires. */

const create = (world: World, facts: object) => world.tool('create_task', { ...shanghai, ...facts });

async function refused(answer: Promise<{ status: number; body: unknown }>) {
  const { status, body } = await answer;
  const error = at(body, 'error');
  return { status, code: at(error, 'code'), message: at(error, 'message'), result: at(body, 'result') };
}

describe('the envelope refuses', () => {
  const invalid = { status: 400, code: 'VALIDATION_ERROR', result: null };

  it('a body that is not {tool, input}', async () => {
    const world = await openWorld();
    const post = (body: unknown) => refused(world.call('POST', '/api/v1/mcp', { key: world.keys.agent, body }));
    for (const body of [
      '{',
      '[]',
      'null',
      {},
      { tool: 7 },
      { tool: 'get_wallet', input: [] },
      { tool: '', input: {} },
    ]) {
      expect(await post(body), JSON.stringify(body)).toMatchObject(invalid);
    }
  });

  it('a tool that does not exist, to callers it knows', async () => {
    const world = await openWorld();
    for (const name of ['get_walet', '__proto__', 'constructor']) {
      expect(await refused(world.tool(name))).toMatchObject({ status: 400, code: 'MCP_ERROR', result: null });
    }
    expect(await refused(world.tool('get_walet', {}, { key: 'sk_live_nobody' }))).toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
    });
  });

  it('input outside the documented limits, naming the field', async () => {
    const world = await openWorld();
    const cases: [object, string][] = [
      [{ title: 'x'.repeat(201) }, 'title'],
      [{ title: undefined }, 'title'],
      [{ description: 'x'.repeat(5_001) }, 'description'],
      [{ category: 'Not Snake' }, 'category'],
      [{ budget: 0.99 }, 'budget'],
      [{ budget: 100_000.01 }, 'budget'],
      [{ budget: 1.000000001 }, 'budget'],
      [{ budget: '150' }, 'budget'],
      [{ urgency: 'urgent' }, 'urgency'],
      [{ deadline: 'tomorrow' }, 'deadline'],
      [{ deadline: '2026-03-05T18:00:00' }, 'deadline'],
      [{ requirements: 'a list' }, 'requirements'],
      [{ remote: 'yes' }, 'remote'],
    ];
    for (const [facts, field] of cases) {
      const answer = await world.tool('create_task', { ...shanghai, ...facts });
      expect(await refused(Promise.resolve(answer)), field).toMatchObject(invalid);
      expect(Object.keys(Object(at(answer.body, 'error', 'details')))).toEqual([field]);
    }
    expect(await world.balanceOf('agent')).toEqual({ balance: 12_000, frozen: 0 });
  });

  it('a deadline less than an hour or more than 90 days away', async () => {
    const world = await openWorld();
    const inMs = (ms: number) =>
      create(world, { deadline: new Date(world.backend.env.clock.now() + ms).toISOString() });
    expect(await refused(inMs(HOUR - 1))).toMatchObject(invalid);
    expect(await refused(inMs(90 * DAY + 1))).toMatchObject(invalid);
    expect((await inMs(HOUR)).status).toBe(200);
    expect((await inMs(90 * DAY)).status).toBe(200);
  });

  it('short reasons and long messages with their documented sentences', async () => {
    const world = await openWorld();
    const taskId = await world.submitted();
    expect(await refused(world.tool('reject_submission', { taskId, reason: 'x'.repeat(49) }))).toMatchObject({
      ...invalid,
      message: 'reason: reason too short (min 50 characters)',
    });
    expect(await refused(world.tool('send_message', { taskId, content: 'x'.repeat(2_001) }))).toMatchObject({
      ...invalid,
      message: 'content: Content exceeds 2 000 char limit',
    });
    expect((await world.tool('send_message', { taskId, content: 'x'.repeat(2_000) })).status).toBe(200);
    expect((await world.tool('reject_submission', { taskId, reason: 'x'.repeat(50) })).status).toBe(200);
  });

  it('more than 100 entries a page, and pages that nobody reads', async () => {
    const world = await openWorld();
    expect(await refused(world.tool('list_tasks', { limit: 101 }))).toMatchObject(invalid);
    expect(await refused(world.tool('get_transactions', { limit: 0 }))).toMatchObject(invalid);
    expect(await refused(world.tool('list_tasks', { page: 5_000_000 }))).toMatchObject(invalid);
    expect((await world.tool('list_tasks', { limit: 100, page: 1_001 })).status).toBe(200);
  });

  it('a budget that the wallet does not cover', async () => {
    const world = await openWorld();
    expect(await refused(create(world, { budget: 12_000.01 }))).toMatchObject({
      status: 400,
      code: 'INSUFFICIENT_BALANCE',
    });
    expect((await create(world, { budget: 12_000 })).status).toBe(200);
    expect(await world.balanceOf('agent')).toEqual({ balance: 0, frozen: 12_000 });
  });

  it('a task that the risk gate blocks, before anything is locked', async () => {
    const world = await openWorld();
    for (const facts of [
      { title: 'Buy a WEAPON' },
      { description: 'get me stolen phones' },
      { requirements: ['a fake  ID'] },
    ]) {
      expect(await refused(create(world, { ...facts, budget: 99_999 }))).toMatchObject({
        status: 400,
        code: 'RISK_GATE_BLOCKED',
      });
    }
    expect(
      at((await world.rest('agent', 'GET', '/wallet/transactions?type=escrow_lock')).body, 'transactions'),
    ).toEqual([]);
  });

  it('whatever another risk gate blocks, when one is plugged in', async () => {
    const riskGate = ({ title }: { title: string }) => (title.includes('Shanghai') ? 'not there' : undefined);
    const world = await openWorld({ settings: { riskGate } });
    expect(await refused(create(world, {}))).toMatchObject({ code: 'RISK_GATE_BLOCKED' });
    expect((await create(world, { title: 'Buy a weapon' })).status).toBe(200);
  });

  it('tasks that do not exist, with the documented sentence', async () => {
    const world = await openWorld();
    const reason = 'x'.repeat(50);
    const calls: [string, object][] = [
      ['get_task', {}],
      ['cancel_task', {}],
      ['list_applicants', {}],
      ['select_applicant', { humanId: 'user_x' }],
      ['approve_submission', {}],
      ['reject_submission', { reason }],
      ['send_message', { content: 'Hello' }],
      ['get_messages', {}],
    ];
    for (const [name, input] of calls) {
      expect(await refused(world.tool(name, { taskId: 'task_xyz', ...input })), name).toEqual({
        status: 404,
        code: 'TASK_NOT_FOUND',
        message: 'Task "task_xyz" not found',
        result: null,
      });
    }
  });

  it('strangers: only the owner decides, and only participants talk', async () => {
    const world = await openWorld();
    const taskId = await world.submitted();
    const { idToken } = await world.register('agent', 'stranger@example.com');
    const calls: [string, object][] = [
      ['cancel_task', {}],
      ['list_applicants', {}],
      ['select_applicant', { humanId: 'user_x' }],
      ['approve_submission', {}],
      ['reject_submission', { reason: 'x'.repeat(50) }],
      ['send_message', { content: 'Hello' }],
      ['get_messages', {}],
    ];
    for (const [name, input] of calls) {
      const answer = await refused(world.tool(name, { taskId, ...input }, { key: idToken }));
      expect(answer, name).toMatchObject({ status: 403, code: 'FORBIDDEN', result: null });
    }
    const human = await world.register('human', 'other@example.com');
    const submit = world.call('POST', `/api/v1/tasks/${taskId}/submit`, {
      key: human.idToken,
      body: { content: 'Mine' },
    });
    expect(await refused(submit)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('an account that is gone', async () => {
    const world = await openWorld();
    const gone = await world.register('agent', 'gone@example.com');
    await world.backend.env.db
      .updateTable('credentials')
      .set({ account: 'user_gone' })
      .where('account', '=', gone.id)
      .execute();
    expect(await refused(world.tool('get_wallet', {}, { key: gone.idToken }))).toMatchObject({
      status: 404,
      code: 'USER_NOT_FOUND',
      message: 'User not found',
    });
  });

  it('nothing for reasons of its own without saying INTERNAL_ERROR and keeping its inner text to itself', async () => {
    const riskGate = () => {
      throw new Error('secret detail');
    };
    const world = await openWorld({ settings: { riskGate } });
    const answer = await create(world, {});
    expect(await refused(Promise.resolve(answer))).toMatchObject({ status: 500, code: 'INTERNAL_ERROR', result: null });
    expect(answer.text).not.toContain('secret detail');
  });
});

describe('REST refuses', () => {
  it('in an error object of its own, without the envelope', async () => {
    const world = await openWorld();
    const answer = await world.rest('agent', 'GET', '/tasks/task_xyz');
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error: { code: 'TASK_NOT_FOUND', message: 'Task "task_xyz" not found' } });
  });

  it('missing, invalid and foreign credentials', async () => {
    const world = await openWorld();
    for (const key of [undefined, 'sk_live_nobody', world.backend.credentials.agrenting.hirer]) {
      expect(await refused(world.call('GET', '/api/v1/wallet', { key })), key).toMatchObject({
        status: 401,
        code: 'UNAUTHORIZED',
      });
    }
  });

  it('roles that have no business there', async () => {
    const world = await openWorld();
    const id = await world.createTask();
    const wrong: [Parameters<World['rest']>[0], string, object][] = [
      ['human', '/tasks', shanghai],
      ['agent', `/tasks/${id}/apply`, {}],
      ['agent', `/admin/tasks/${id}/approve`, {}],
      ['human', `/tasks/${id}/approve`, {}],
    ];
    for (const [as, path, body] of wrong) {
      expect(await refused(world.rest(as, 'POST', path, body)), path).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
  });

  it('paths that it does not have', async () => {
    const world = await openWorld();
    const answer = world.call('GET', '/humans2ai/api/v1/mcp', { key: world.keys.agent });
    expect(await refused(answer)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('rate limits', () => {
  it('are told in every answer, with the reset as ISO time at the full hour', async () => {
    const world = await openWorld();
    const answers = [
      await world.rest('agent', 'GET', '/wallet'),
      await world.rest('agent', 'GET', '/tasks/task_xyz'),
      await world.tool('get_wallet'),
      await world.tool('get_walet'),
    ];
    expect(
      answers.map(({ headers }) => [headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]),
    ).toEqual([
      ['5000', '4999'],
      ['20000', '19999'],
      ['5000', '4999'],
      ['5000', '4998'],
    ]);
    for (const { headers } of answers) expect(headers.get('x-ratelimit-reset')).toBe('2026-03-02T11:00:00.000Z');
  });

  it('answer 429 with Retry-After and begin anew with the hour', async () => {
    const world = await openWorld();
    const { idToken } = await world.register('agent', 'many@example.com');
    const list = () => world.call('GET', '/api/v1/api-keys', { key: idToken });
    for (let n = 0; n < 200; n++) expect((await list()).status).toBe(200);
    const answer = await list();
    expect(await refused(Promise.resolve(answer))).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(answer.headers.get('retry-after')).toBe('1800');
    await world.backend.advance(HOUR / 2);
    expect((await list()).status).toBe(200);
  });

  it('count registrations per address over both wires, whatever credential is sent along', async () => {
    const world = await openWorld();
    const body = { email: 'nobody', password: 'x' };
    const rest = () => world.call('POST', '/api/v1/public/auth/register', { body, key: world.keys.agent });
    const tool = () => world.tool('register', body);
    for (let n = 0; n < 25; n++) expect([(await rest()).status, (await tool()).status]).toEqual([400, 400]);
    expect([(await rest()).status, (await tool()).status]).toEqual([429, 429]);
    const elsewhere = world.call('POST', '/api/v1/public/auth/register', { body, address: '192.0.2.7' });
    expect((await elsewhere).status).toBe(400);
  });
});

describe('X-MCP-Client-Version', () => {
  it('warns an outdated client, also when the call is refused, and nobody else', async () => {
    const world = await openWorld();
    const warning = async (version: string | undefined, tool = 'get_wallet') => {
      const headers: Record<string, string> = version === undefined ? {} : { 'x-mcp-client-version': version };
      return (await world.tool(tool, {}, { headers })).headers.get('x-mcp-version-warning');
    };
    const text = 'Client version 0.9.12 is outdated; the current version is 1.0.0.';
    expect(await warning('0.9.12')).toBe(text);
    expect(await warning('0.9.12', 'nonsense')).toBe(text);
    for (const fine of ['1.0.0', '1.0.1', '2.0.0', 'latest', undefined]) expect(await warning(fine)).toBeNull();
  });
});
