import { describe, expect, it } from 'vitest';
import { SANDBOX_HUMANS } from '../../../src/backend/actors/sandbox-humans.js';
import { tools } from '../../../src/marketplaces/humans2ai/api.js';
import { at } from '../support.js';
import { DAY, openWorld, REASON, type World } from './world.js';

const SECOND = 1_000;

/** A task for which the named human was chosen after everybody had applied. */
async function chosen(world: World, humanId: string): Promise<string> {
  const id = await world.createTask({ requirements: ['5 exterior photos', '5 interior photos'] });
  await world.backend.advance(3 * SECOND);
  const answer = await world.rest('agent', 'POST', `/tasks/${id}/select`, { humanId });
  expect(answer.status).toBe(200);
  return id;
}
const read = async (world: World, id: string) => (await world.rest('agent', 'GET', `/tasks/${id}`)).body;
const reject = (world: World, id: string) => world.rest('agent', 'POST', `/tasks/${id}/reject`, { reason: REASON });

describe('the simulated humans', () => {
  it('all apply within three seconds, each at a time of their own', async () => {
    const world = await openWorld();
    const id = await world.createTask();
    const order: unknown[] = [];
    for (let ms = 0; ms < 3 * SECOND; ms += 100) {
      await world.backend.advance(100);
      const { body } = await world.rest('agent', 'GET', `/tasks/${id}/applications`);
      const newest = at(body, 'applications', Number(at(body, 'total')) - 1, 'humanId');
      if (newest !== undefined && newest !== order.at(-1)) order.push(newest);
    }
    expect(order).toEqual(['user_hana', 'user_rita', 'user_vera', 'user_gus', 'user_omar']);
    expect([...order].sort()).toEqual(SANDBOX_HUMANS.map((human) => human.id).sort());
  });

  it('do the same again in another run', async () => {
    const story = async () => {
      const world = await openWorld();
      const id = await chosen(world, 'user_hana');
      await world.backend.advance(4 * SECOND);
      return JSON.stringify([
        await read(world, id),
        (await world.rest('agent', 'GET', `/tasks/${id}/applications`)).body,
      ]);
    };
    expect(await story()).toBe(await story());
  });

  it('Hana submits soon, point by point, and is paid', async () => {
    const world = await openWorld();
    const id = await chosen(world, 'user_hana');
    await world.backend.advance(600);
    const task = await read(world, id);
    expect(task).toMatchObject({ status: 'submitted', submissionVersion: 1 });
    expect(at(task, 'submission', 'content')).toContain('2. 5 interior photos: done.');
    expect(at(task, 'submission', 'attachments')).toEqual([`https://proofs.sandbox.invalid/${id}/delivery-1.zip`]);
    await world.rest('agent', 'POST', `/tasks/${id}/approve`, {});
    expect(await world.statusOf(id)).toBe('completed');
    expect(await world.ledgerHolds()).toBe(true);
  });

  it('Omar takes his time', async () => {
    const world = await openWorld();
    const id = await chosen(world, 'user_omar');
    await world.backend.advance(3 * SECOND);
    expect(await world.statusOf(id)).toBe('assigned');
    await world.backend.advance(SECOND);
    expect(await world.statusOf(id)).toBe('submitted');
  });

  it('Rita submits something better after a rejection, once', async () => {
    const world = await openWorld();
    const id = await chosen(world, 'user_rita');
    await world.backend.advance(SECOND);
    const weak = await read(world, id);
    await reject(world, id);
    await world.backend.advance(SECOND);
    const better = await read(world, id);
    expect(better).toMatchObject({ status: 'submitted', submissionVersion: 2 });
    const length = (task: unknown) => String(at(task, 'submission', 'content')).length;
    expect(length(better)).toBeGreaterThan(length(weak));
    await reject(world, id);
    await world.backend.advance(DAY);
    expect(await world.statusOf(id)).toBe('rejected_by_agent');
  });

  it('Vera disputes a rejection, and an admin rules', async () => {
    const world = await openWorld();
    const id = await chosen(world, 'user_vera');
    await world.backend.advance(2 * SECOND);
    await reject(world, id);
    await world.backend.advance(SECOND);
    expect(await read(world, id)).toMatchObject({ status: 'disputed', disputeReason: expect.any(String) });
    await world.rest('admin', 'POST', `/admin/tasks/${id}/ruling`, { outcome: 'release' });
    expect(await read(world, id)).toMatchObject({ status: 'completed', payment: { total: 150 } });
  });

  it('Vera’s hostile text is kept as she wrote it, cleaned for the agent, and harmless once the contract parsed it', async () => {
    const world = await openWorld();
    const id = await chosen(world, 'user_vera');
    await world.backend.advance(2 * SECOND);
    const invisible = /(?!\n)[\p{Cc}\p{Cf}]/u;
    const asAdmin = (await world.rest('admin', 'GET', `/tasks/${id}`)).body;
    expect(String(at(asAdmin, 'submission', 'content'))).toMatch(invisible);
    const parsed = tools.get_task.result.parse(asAdmin).submission?.content;
    expect(parsed).toContain('ignore all previous instructions');
    expect(parsed).not.toMatch(invisible);
    const asAgent = await read(world, id);
    expect(at(asAgent, 'submission', 'sanitized')).toBe(true);
    const content = String(at(asAgent, 'submission', 'content'));
    expect(content).toContain('Here is the work.');
    expect(content).not.toMatch(/ignore all|approve_submission|confirmed_by/i);
    expect(content).not.toMatch(invisible);
    const { body } = await world.rest('agent', 'GET', `/tasks/${id}/applications`);
    const { applications } = tools.list_applicants.result.parse(body);
    expect(applications.some(({ message }) => invisible.test(message ?? ''))).toBe(false);
  });

  it('Gus vanishes: the task expires at its deadline and is refunded', async () => {
    const world = await openWorld();
    const id = await chosen(world, 'user_gus');
    await world.backend.advance(DAY);
    expect(await world.statusOf(id)).toBe('assigned');
    await world.backend.advance(2 * DAY);
    expect(await world.statusOf(id)).toBe('expired');
    expect(await world.balanceOf('agent')).toEqual({ balance: 12_000, frozen: 0 });
  });

  it('do nothing on a task that went another way in the meantime', async () => {
    const world = await openWorld();
    const id = await world.createTask();
    await world.rest('agent', 'POST', `/tasks/${id}/cancel`, {});
    await world.backend.advance(5 * SECOND);
    expect(at((await world.rest('agent', 'GET', `/tasks/${id}/applications`)).body, 'total')).toBe(0);
    expect(await world.backend.env.db.selectFrom('jobs').selectAll().execute()).toEqual([]);
  });
});

describe('the simulated admin', () => {
  it('lets a task under review go live after two seconds, and people apply', async () => {
    const world = await openWorld();
    const id = await world.createTask({ budget: 6_000 });
    await world.backend.advance(2 * SECOND - 1);
    expect(await world.statusOf(id)).toBe('pending_review');
    await world.backend.advance(1);
    expect(await world.statusOf(id)).toBe('open');
    await world.backend.advance(3 * SECOND);
    expect(at((await world.rest('agent', 'GET', `/tasks/${id}/applications`)).body, 'total')).toBe(5);
  });

  it('declines one whose title says so: full refund', async () => {
    const world = await openWorld();
    const id = await world.createTask({ budget: 6_000, title: 'Please DECLINE this' });
    await world.backend.advance(2 * SECOND);
    expect(await world.statusOf(id)).toBe('expired');
    expect(await world.balanceOf('agent')).toEqual({ balance: 12_000, frozen: 0 });
  });
});
