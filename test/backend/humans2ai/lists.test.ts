import { describe, expect, it } from 'vitest';
import { at } from '../support.js';
import { AGENT, openWorld, type Role, type World } from './world.js';

async function list(world: World, query: string, as: Role = 'agent') {
  const { status, body } = await world.rest(as, 'GET', `/tasks?${query}`);
  expect(status).toBe(200);
  const tasks = at(body, 'tasks');
  const titles = Array.isArray(tasks) ? tasks.map((task) => at(task, 'title')) : [];
  return { titles, total: at(body, 'pagination', 'totalItems') };
}

describe('the list of tasks', () => {
  it('is newest first and paged, with totals', async () => {
    const world = await openWorld();
    for (let n = 1; n <= 5; n++) await world.createTask({ title: `T${n}`, budget: 1 });
    const page = async (n: number) => (await world.tool('list_tasks', { limit: 2, page: n })).body;
    expect(at(await page(1), 'result', 'pagination')).toEqual({ page: 1, pageSize: 2, totalItems: 5, totalPages: 3 });
    const titles = [1, 2, 3, 4].map(async (n) => {
      const tasks = at(await page(n), 'result', 'tasks');
      return Array.isArray(tasks) ? tasks.map((task) => at(task, 'title')) : tasks;
    });
    expect(await Promise.all(titles)).toEqual([['T5', 'T4'], ['T3', 'T2'], ['T1'], []]);
  });

  it('can be filtered by any combination, and its totals follow every change of status', async () => {
    const world = await openWorld();
    await world.createTask({ title: 'a', category: 'photography', urgency: 'low', remote: true });
    await world.createTask({ title: 'b', category: 'photography', urgency: 'high' });
    const id = await world.createTask({ title: 'c', category: 'dog_walking', urgency: 'low' });
    const expected: Record<string, string[]> = {
      '': ['c', 'b', 'a'],
      'category=photography': ['b', 'a'],
      'category=dog_walking&urgency=high': [],
      'urgency=low': ['c', 'a'],
      'remote=true': ['a'],
      'remote=false&urgency=low&status=open': ['c'],
      [`agentId=${AGENT}&category=photography&urgency=low&remote=true&status=open`]: ['a'],
      'agentId=user_nobody': [],
      'status=expired': [],
    };
    for (const [query, titles] of Object.entries(expected)) {
      expect(await list(world, query), query).toEqual({ titles, total: titles.length });
    }
    await world.rest('agent', 'POST', `/tasks/${id}/cancel`, {});
    expect(await list(world, 'status=open')).toEqual({ titles: ['b', 'a'], total: 2 });
    expect(await list(world, 'status=expired&urgency=low')).toEqual({ titles: ['c'], total: 1 });
    expect(await list(world, '')).toEqual({ titles: ['c', 'b', 'a'], total: 3 });
  });

  it('hides tasks under review from everybody but their owner and admins', async () => {
    const world = await openWorld();
    const id = await world.createTask({ title: 'big', budget: 6_000 });
    await world.createTask({ title: 'small' });
    const mine = { titles: ['small', 'big'], total: 2 };
    const big = { titles: ['big'], total: 1 };
    const small = { titles: ['small'], total: 1 };
    const none = { titles: [], total: 0 };
    const cases: [Role, string, object][] = [
      ['agent', '', small],
      ['agent', 'status=pending_review', big],
      ['agent', `agentId=${AGENT}`, mine],
      ['human', '', small],
      ['human', 'status=pending_review', none],
      ['human', `status=pending_review&agentId=${AGENT}`, none],
      ['human', `agentId=${AGENT}`, small],
      ['admin', 'status=pending_review', big],
      ['admin', '', small],
    ];
    for (const [as, query, expected] of cases) expect(await list(world, query, as), `${as} ${query}`).toEqual(expected);
    await world.rest('admin', 'POST', `/admin/tasks/${id}/approve`, {});
    expect(await list(world, '', 'human')).toEqual(mine);
    expect(await list(world, 'status=pending_review', 'admin')).toEqual(none);
  });

  it('is public as far as tasks are open, and so are the counts', async () => {
    const world = await openWorld();
    await world.createTask({ title: 'open' });
    await world.createTask({ title: 'review', budget: 6_000 });
    await world.rest('agent', 'POST', `/tasks/${await world.submitted({ title: 'done' })}/approve`, {});
    const feed = await world.call('GET', '/api/v1/public/tasks');
    expect(at(feed.body, 'tasks')).toEqual([expect.objectContaining({ title: 'open', status: 'open' })]);
    expect(at(feed.body, 'tasks', 0)).not.toHaveProperty('submissionVersion');
    const stats = await world.call('GET', '/api/v1/public/stats');
    expect(stats.body).toEqual({ agents: 1, humans: 6, openTasks: 1, completedTasks: 1 });
  });
});

describe('transactions', () => {
  it('are newest first, paged and filtered by each of the six types', async () => {
    const world = await openWorld();
    await world.rest('agent', 'POST', `/tasks/${await world.submitted()}/approve`, {});
    await world.rest('agent', 'POST', `/tasks/${await world.createTask({ budget: 7 })}/cancel`, {});
    const read = async (query: string) => (await world.rest('agent', 'GET', `/wallet/transactions?${query}`)).body;
    const types = (body: unknown) => {
      const rows = at(body, 'transactions');
      return Array.isArray(rows) ? rows.map((row) => `${at(row, 'type')} ${at(row, 'amount')}`) : [];
    };
    const all = [
      'escrow_refund 7',
      'escrow_lock 7',
      'platform_fee 0.015',
      'escrow_release 149.985',
      'escrow_lock 150',
      'deposit 11500',
      'signup_bonus 500',
    ];
    expect(types(await read(''))).toEqual(all);
    expect(types(await read('limit=3&page=2'))).toEqual(all.slice(3, 6));
    for (const type of ['escrow_lock', 'escrow_release', 'escrow_refund', 'platform_fee', 'signup_bonus', 'deposit']) {
      const matching = all.filter((line) => line.startsWith(`${type} `));
      const body = await read(`type=${type}&limit=1`);
      expect(types(body), type).toEqual(matching.slice(0, 1));
      expect(at(body, 'pagination')).toEqual({
        page: 1,
        pageSize: 1,
        totalItems: matching.length,
        totalPages: matching.length,
      });
    }
    expect((await world.rest('agent', 'GET', '/wallet/transactions?type=gift')).status).toBe(400);
  });

  it('show five in the wallet', async () => {
    const world = await openWorld();
    for (let n = 0; n < 4; n++) await world.createTask({ budget: 1 });
    const recent = at((await world.rest('agent', 'GET', '/wallet')).body, 'recentTransactions');
    expect(recent).toHaveLength(5);
  });

  it('are one’s own', async () => {
    const world = await openWorld();
    await world.createTask();
    const { body } = await world.rest('human', 'GET', '/wallet/transactions');
    expect(body).toEqual({ transactions: [], pagination: { page: 1, pageSize: 20, totalItems: 0, totalPages: 0 } });
  });
});

describe('messages', () => {
  it('pass between owner, human and admin in order, over both wires', async () => {
    const world = await openWorld();
    const taskId = await world.assigned();
    const sent = await world.tool('send_message', { taskId, content: 'Which shop first?' });
    const message = {
      id: expect.stringMatching(/^msg_/),
      taskId,
      senderId: AGENT,
      senderRole: 'agent',
      content: 'Which shop first?',
      createdAt: expect.any(String),
    };
    expect(at(sent.body, 'result')).toEqual(message);
    const reply = await world.rest('human', 'POST', `/tasks/${taskId}/messages`, { content: 'The red one.' });
    expect(reply.status).toBe(201);
    const read = await world.tool('get_messages', { taskId });
    expect(at(read.body, 'result')).toEqual({ taskId, messages: [message, reply.body], total: 2 });
    expect((await world.rest('admin', 'GET', `/tasks/${taskId}/messages`)).body).toEqual(at(read.body, 'result'));
  });

  it('are refused to a human who only applied', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    await world.apply(taskId);
    expect((await world.rest('human', 'GET', `/tasks/${taskId}/messages`)).status).toBe(403);
  });

  it('end at a thousand to a task', async () => {
    const world = await openWorld();
    const taskId = await world.assigned();
    const full = { message_count: 1_000n };
    await world.backend.env.db.updateTable('h2a_tasks').set(full).where('id', '=', taskId).execute();
    expect((await world.tool('send_message', { taskId, content: 'One more' })).status).toBe(409);
  });
});
