import { describe, expect, it } from 'vitest';
import { refusalOf, run } from '../context.js';
import { openWorld, tool } from './world.js';

describe('reading tasks', () => {
  it('lists them newest first, filtered and by pages', async () => {
    const world = await openWorld();
    const older = await world.createTask();
    await world.backend.advance(1_000);
    const newer = await world.createTask({ category: 'field_operations' });
    const { agentId } = await world.run('get_task', { taskId: newer });
    const mine = await world.run('list_tasks', { agentId });
    expect(mine).toMatchObject({ tasks: [{ id: newer }, { id: older }], pagination: { page: 1, totalItems: 2 } });
    expect(await world.run('list_tasks', { agentId, category: 'photography' })).toMatchObject({
      tasks: [{ id: older }],
    });
    expect(await world.run('list_tasks', { agentId, limit: 1, page: 2 })).toMatchObject({ tasks: [{ id: older }] });
    expect(JSON.stringify(mine)).not.toContain('description');
  });

  it('shows one in full, with what the human handed in, and never a null', async () => {
    const world = await openWorld();
    const { taskId, humanId } = await world.submittedTask();
    const task = await world.run('get_task', { taskId });
    expect(task).toMatchObject({
      id: taskId,
      status: 'submitted',
      humanId,
      budget: 150,
      description: expect.stringContaining('coffee shops'),
      submission: { content: 'Thirty photos are in the archive.', version: 1 },
      submissionVersion: 1,
      submissionHash: expect.any(String),
    });
    expect(JSON.stringify(task)).not.toContain('null');
  });

  it('says so when there is no such task', async () => {
    const world = await openWorld();
    for (const name of ['get_task', 'list_applicants', 'get_messages']) {
      expect(await refusalOf(() => world.run(name, { taskId: 'task_nowhere' }))).toMatchObject({
        code: 'NOT_FOUND',
        changed: 'no',
      });
    }
    expect(await refusalOf(() => world.run('get_task', { taskId: '../wallet' }))).toMatchObject({
      code: 'INVALID_ARGUMENTS',
    });
    expect(await refusalOf(() => world.run('list_tasks', { limit: 101 }))).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  });

  it('keeps applicants and messages to those who take part', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    const other = world.contextOf(undefined);
    await run(tool('register'), { email: 'other@example.org', password: 'Correct horse 7' }, other);
    const session = world.contextOf(other.kept.find(({ kind }) => kind === 'session')?.value);
    for (const name of ['list_applicants', 'get_messages']) {
      expect(await refusalOf(() => run(tool(name), { taskId }, session))).toMatchObject({ code: 'FORBIDDEN' });
    }
    const message = { taskId, content: 'Hello.' };
    expect(await refusalOf(() => run(tool('send_message'), message, session))).toMatchObject({
      code: 'FORBIDDEN',
      changed: 'no',
    });
  });

  it('refuses a call without a credential', async () => {
    const world = await openWorld();
    const stranger = world.contextOf(undefined);
    for (const name of ['list_tasks', 'get_wallet', 'get_transactions']) {
      expect(await refusalOf(() => run(tool(name), {}, stranger))).toMatchObject({ code: 'UNAUTHORIZED' });
    }
  });
});

describe('applicants and messages', () => {
  it('lists who applied, with their words cleaned', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    expect(await world.run('list_applicants', { taskId })).toEqual({ taskId, applications: [], total: 0 });
    const humanId = await world.apply(taskId, 'I live in Jing\u200b\u202ean.');
    expect(await world.run('list_applicants', { taskId })).toEqual({
      taskId,
      applications: [
        {
          id: expect.stringMatching(/^app_/),
          humanId,
          humanDisplayId: expect.any(String),
          status: 'pending',
          message: 'I live in Jingan.',
          appliedAt: expect.any(String),
        },
      ],
      total: 1,
    });
  });

  it('sends a message and reads the whole chat', async () => {
    const world = await openWorld();
    const { taskId } = await world.submittedTask();
    const sent = await world.run('send_message', { taskId, content: 'Could you add the interiors?' });
    expect(sent).toMatchObject({ taskId, content: 'Could you add the interiors?', senderRole: 'agent' });
    expect(await world.run('get_messages', { taskId })).toEqual({ taskId, messages: [sent], total: 1 });
  });

  it('says a message twice when it is sent twice, and refuses one that is too long', async () => {
    const world = await openWorld();
    const { taskId } = await world.submittedTask();
    await world.run('send_message', { taskId, content: 'Hello.' });
    await world.run('send_message', { taskId, content: 'Hello.' });
    expect(await world.run('get_messages', { taskId })).toMatchObject({ total: 2 });
    const long = { taskId, content: 'x'.repeat(2_001) };
    expect(await refusalOf(() => world.run('send_message', long))).toMatchObject({ code: 'INVALID_ARGUMENTS' });
    const nowhere = { taskId: 'task_nowhere', content: 'Hello.' };
    expect(await refusalOf(() => world.run('send_message', nowhere))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the wallet', () => {
  it('shows the balance, what is locked, and the newest transactions', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    expect(await world.run('get_wallet')).toMatchObject({
      balance: 11_850,
      frozenBalance: 150,
      totalEarned: expect.any(Number),
      totalSpent: 0,
      currency: '$A9token',
      recentTransactions: [
        { type: 'escrow_lock', amount: 150, taskId },
        { type: 'deposit', amount: 11_500 },
        { type: 'signup_bonus', amount: 500 },
      ],
    });
  });

  it('lists transactions by type', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    await world.send('cancel_task', { taskId });
    const refunds = await world.run('get_transactions', { type: 'escrow_refund' });
    expect(refunds).toMatchObject({
      transactions: [{ type: 'escrow_refund', amount: 150, taskId }],
      pagination: { totalItems: 1 },
    });
    expect(await refusalOf(() => world.run('get_transactions', { type: 'gift' }))).toMatchObject({
      code: 'INVALID_ARGUMENTS',
    });
  });
});
