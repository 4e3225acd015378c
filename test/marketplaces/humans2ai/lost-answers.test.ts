import { describe, expect, it } from 'vitest';
import { money, refusalOf, run } from '../context.js';
import { openWorld, tool } from './world.js';

const REASON = 'The photos show the street only; please add five pictures from the inside of each shop.';

describe('an answer that is lost', () => {
  it('costs nothing twice: the same key is sent again inside the call', async () => {
    const world = await openWorld();
    let calls = 0;
    const context = world.through(async (request) => {
      calls += 1;
      const response = await world.backend.fetch(request);
      if (calls === 1) throw new TypeError('terminated');
      return response;
    });
    const created = await money(tool('create_task'), world.shanghai()).send(context, 'the-only-key');
    expect(created).toMatchObject({ status: 'open' });
    expect(calls).toBe(2);
    expect(await world.balance()).toBe(11_850);
  });

  it('is no reason to say a message twice', async () => {
    const world = await openWorld();
    const { taskId } = await world.submittedTask();
    const context = world.through(async (request) => {
      await world.backend.fetch(request);
      throw new TypeError('terminated');
    });
    const refusal = await refusalOf(() => run(tool('send_message'), { taskId, content: 'Hello.' }, context));
    expect(refusal).toMatchObject({ code: 'OUTCOME_UNKNOWN', changed: 'unknown', retrySafe: false });
    expect(await world.run('get_messages', { taskId })).toMatchObject({ total: 1 });
  });

  it('is simply asked for again when the call only reads', async () => {
    const world = await openWorld();
    let calls = 0;
    const context = world.through(async (request) => {
      calls += 1;
      if (calls === 1) return new Response('busy', { status: 503 });
      return await world.backend.fetch(request);
    });
    expect(await run(tool('get_wallet'), {}, context)).toMatchObject({ balance: 12_000 });
    expect(calls).toBe(2);
  });

  it('is not a refusal when the marketplace says that the task waits for review', async () => {
    const world = await openWorld();
    const error = { code: 'PENDING_REVIEW', message: 'High-budget task requires admin approval' };
    const context = world.through(async () => Response.json({ result: null, error }, { status: 400 }));
    const call = money(tool('create_task'), world.shanghai({ budget: 6_000 }));
    expect(await refusalOf(() => call.send(context, 'the-only-key'))).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      marketplaceCode: 'PENDING_REVIEW',
      changed: 'unknown',
    });
  });
});

describe('an effect that is looked for by reading', () => {
  it('finds the one task that was created', async () => {
    const world = await openWorld();
    const since = world.now();
    const args = world.shanghai();
    expect(await world.find('create_task', args, since)).toBeUndefined();
    const { id } = await world.send('create_task', args);
    await world.createTask({ title: 'Another one', deadline: args.deadline });
    await world.createTask({ budget: 151, deadline: args.deadline });
    expect(await world.find('create_task', args, since)).toMatchObject({ id, status: 'open', budget: 150 });
  });

  it('cannot tell between two that are alike, and does not take an earlier one', async () => {
    const world = await openWorld();
    const args = world.shanghai();
    await world.send('create_task', args);
    await world.backend.advance(120_000);
    const since = world.now();
    expect(await world.find('create_task', args, since)).toBeUndefined();
    await world.send('create_task', args);
    expect(await world.find('create_task', args, since)).toMatchObject({ status: 'open' });
    await world.send('create_task', args);
    expect(await world.find('create_task', args, since)).toBeUndefined();
  });

  it('does not take a task of somebody else for ours', async () => {
    const world = await openWorld();
    const since = world.now();
    const args = world.shanghai();
    const other = world.contextOf(undefined);
    await run(tool('register'), { email: 'copy@example.org', password: 'Correct horse 7' }, other);
    const session = other.kept.find(({ kind }) => kind === 'session');
    await money(tool('create_task'), args).send(world.contextOf(session?.value), 'key-of-the-copy');
    expect(await world.find('create_task', args, since)).toBeUndefined();
  });

  it('finds a cancellation', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    expect(await world.find('cancel_task', { taskId })).toBeUndefined();
    await world.send('cancel_task', { taskId });
    expect(await world.find('cancel_task', { taskId })).toMatchObject({ task: { id: taskId, status: 'expired' } });
  });

  it('finds a selection, of this human only, also when the work went on', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    const humanId = await world.apply(taskId);
    expect(await world.find('select_applicant', { taskId, humanId })).toBeUndefined();
    await world.send('select_applicant', { taskId, humanId });
    expect(await world.find('select_applicant', { taskId, humanId })).toMatchObject({ task: { humanId } });
    expect(await world.find('select_applicant', { taskId, humanId: 'user_other' })).toBeUndefined();
    await world.submit(taskId);
    expect(await world.find('select_applicant', { taskId, humanId })).toMatchObject({ task: { status: 'submitted' } });
  });

  it('finds a rejection for this reason, and an approval', async () => {
    const world = await openWorld();
    const { taskId } = await world.submittedTask();
    expect(await world.find('reject_submission', { taskId, reason: REASON })).toBeUndefined();
    await world.send('reject_submission', { taskId, reason: REASON });
    const found = await world.find('reject_submission', { taskId, reason: REASON });
    expect(found).toMatchObject({ task: { status: 'rejected_by_agent' } });
    expect(await world.find('reject_submission', { taskId, reason: `${REASON} Again.` })).toBeUndefined();
    await world.submit(taskId, 'Now with the interiors.');
    expect(await world.find('approve_submission', { taskId })).toBeUndefined();
    await world.send('approve_submission', { taskId });
    expect(await world.find('approve_submission', { taskId })).toMatchObject({
      task: { status: 'completed' },
      payment: { total: 150 },
    });
  });
});
