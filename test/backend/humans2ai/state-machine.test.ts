import { describe, expect, it } from 'vitest';
import { refund } from '../../../src/backend/domain/ledger.js';
import { TASK_STATUSES, type TaskStatus } from '../../../src/marketplaces/humans2ai/contract/replies.js';
import { at, START } from '../support.js';
import { DAY, HOUR, HUMAN, openWorld, REASON, type Role, type World } from './world.js';

/** Brings a new task into each state. */
const into: Record<TaskStatus, (world: World) => Promise<string>> = {
  pending_review: (world) => world.createTask({ budget: 5_000.01 }),
  open: async (world) => {
    const id = await world.createTask();
    await world.apply(id);
    return id;
  },
  assigned: (world) => world.assigned(),
  submitted: (world) => world.submitted(),
  rejected_by_agent: (world) => world.rejected(),
  disputed: (world) => world.disputed(),
  completed: async (world) => {
    const id = await world.submitted();
    await world.rest('agent', 'POST', `/tasks/${id}/approve`, {});
    return id;
  },
  expired: async (world) => {
    const id = await world.assigned();
    await world.backend.advance(4 * DAY);
    return id;
  },
  refunded: async (world) => {
    const id = await world.disputed();
    await world.rest('admin', 'POST', `/admin/tasks/${id}/ruling`, { outcome: 'refund' });
    return id;
  },
};

interface Step {
  readonly as: Role;
  readonly path: (id: string) => string;
  readonly body?: object;
  readonly leads: Partial<Record<TaskStatus, TaskStatus>>;
  readonly refusal: string;
}

const steps: Record<string, Step> = {
  cancel: {
    as: 'agent',
    path: (id) => `/tasks/${id}/cancel`,
    leads: { open: 'expired', pending_review: 'expired' },
    refusal: 'Invalid status — can only cancel open or pending_review tasks',
  },
  select: {
    as: 'agent',
    path: (id) => `/tasks/${id}/select`,
    body: { humanId: HUMAN },
    leads: { open: 'assigned' },
    refusal: 'Invalid status — task must be OPEN',
  },
  submit: {
    as: 'human',
    path: (id) => `/tasks/${id}/submit`,
    body: { content: 'Proof.' },
    leads: { assigned: 'submitted', rejected_by_agent: 'submitted' },
    refusal: 'Invalid status — task must be ASSIGNED or REJECTED_BY_AGENT',
  },
  approve: {
    as: 'agent',
    path: (id) => `/tasks/${id}/approve`,
    leads: { submitted: 'completed' },
    refusal: 'Invalid status — task must be SUBMITTED',
  },
  reject: {
    as: 'agent',
    path: (id) => `/tasks/${id}/reject`,
    body: { reason: REASON },
    leads: { submitted: 'rejected_by_agent' },
    refusal: 'Invalid status — task must be SUBMITTED',
  },
  dispute: {
    as: 'human',
    path: (id) => `/tasks/${id}/dispute`,
    body: { reason: 'I was there.' },
    leads: { rejected_by_agent: 'disputed' },
    refusal: 'Invalid status — task must be REJECTED_BY_AGENT',
  },
  'let go live': {
    as: 'admin',
    path: (id) => `/admin/tasks/${id}/approve`,
    leads: { pending_review: 'open' },
    refusal: 'Invalid status — task must be PENDING_REVIEW',
  },
  decline: {
    as: 'admin',
    path: (id) => `/admin/tasks/${id}/decline`,
    leads: { pending_review: 'expired' },
    refusal: 'Invalid status — task must be PENDING_REVIEW',
  },
  'rule for the human': {
    as: 'admin',
    path: (id) => `/admin/tasks/${id}/ruling`,
    body: { outcome: 'release' },
    leads: { disputed: 'completed' },
    refusal: 'Invalid status — task must be DISPUTED',
  },
  'rule for the agent': {
    as: 'admin',
    path: (id) => `/admin/tasks/${id}/ruling`,
    body: { outcome: 'refund' },
    leads: { disputed: 'refunded' },
    refusal: 'Invalid status — task must be DISPUTED',
  },
};

/** A task that nobody was chosen for has no assigned human, who could be refused for its status. */
const WITHOUT_HUMAN: readonly TaskStatus[] = ['pending_review', 'open'];
/** What is still in escrow, or was given back, or was paid. */
const HELD: readonly TaskStatus[] = [
  'pending_review',
  'open',
  'assigned',
  'submitted',
  'rejected_by_agent',
  'disputed',
];

describe('every step from every state of a task', () => {
  for (const [name, step] of Object.entries(steps)) {
    for (const from of TASK_STATUSES) {
      if (step.as === 'human' && WITHOUT_HUMAN.includes(from)) continue;
      const to = step.leads[from];
      it(to ? `${name}: ${from} → ${to}` : `${name}: refused while ${from}`, async () => {
        const world = await openWorld();
        const id = await into[from](world);
        const before = await world.balanceOf('agent');
        const answer = await world.rest(step.as, 'POST', step.path(id), step.body ?? {});
        expect(await world.ledgerHolds()).toBe(true);
        const after = await world.balanceOf('agent');
        if (to === undefined) {
          expect({ status: answer.status, body: answer.body }).toEqual({
            status: 409,
            body: { error: { code: 'CONFLICT', message: step.refusal, details: { status: [from] } } },
          });
          expect(await world.statusOf(id)).toBe(from);
          expect(after).toEqual(before);
          return;
        }
        expect(answer.status, answer.text).toBe(200);
        expect(await world.statusOf(id)).toBe(to);
        const budget = from === 'pending_review' ? 5_000.01 : 150;
        const freed = HELD.includes(to) ? 0 : budget;
        const returned = to === 'expired' || to === 'refunded' ? budget : 0;
        expect(Number(after.frozen)).toBeCloseTo(Number(before.frozen) - freed, 8);
        expect(Number(after.balance)).toBeCloseTo(Number(before.balance) + returned, 8);
      });
    }
  }
});

describe('where a task begins', () => {
  it('goes live at once at exactly 5,000 and waits for review above', async () => {
    const world = await openWorld();
    expect(await world.statusOf(await world.createTask({ budget: 5_000 }))).toBe('open');
    expect(await world.statusOf(await world.createTask({ budget: 5_000.00000001 }))).toBe('pending_review');
  });

  it('shows a task under review to nobody but its owner and admins, also after it was declined', async () => {
    const world = await openWorld();
    const id = await world.createTask({ budget: 6_000 });
    const seen = async () => ({
      human: (await world.rest('human', 'GET', `/tasks/${id}`)).status,
      owner: (await world.rest('agent', 'GET', `/tasks/${id}`)).status,
      admin: (await world.rest('admin', 'GET', `/tasks/${id}`)).status,
    });
    expect(await seen()).toEqual({ human: 404, owner: 200, admin: 200 });
    await world.rest('admin', 'POST', `/admin/tasks/${id}/decline`, {});
    expect(await seen()).toEqual({ human: 404, owner: 200, admin: 200 });
    const live = await world.createTask({ budget: 6_000 });
    await world.rest('admin', 'POST', `/admin/tasks/${live}/approve`, {});
    expect((await world.rest('human', 'GET', `/tasks/${live}`)).status).toBe(200);
  });
});

describe('what time does to a task', () => {
  const deadline = 3 * DAY;
  const cases: [TaskStatus, TaskStatus][] = [
    ['pending_review', 'expired'],
    ['open', 'expired'],
    ['assigned', 'expired'],
    ['submitted', 'submitted'],
    ['disputed', 'disputed'],
  ];
  for (const [from, to] of cases) {
    it(`turns ${from} into ${to} at the deadline`, async () => {
      const world = await openWorld();
      // Nobody of the sandbox decides here.
      await world.backend.env.db.updateTable('h2a_users').set({ behaviour: null }).execute();
      const id = await into[from](world);
      await world.backend.advance(deadline);
      expect(await world.statusOf(id)).toBe(to);
      expect(at((await world.rest('agent', 'GET', '/wallet')).body, 'balance')).toBe(
        to === 'expired' ? 12_000 : 11_850,
      );
      expect(await world.ledgerHolds()).toBe(true);
    });
  }

  it('pays a submission 72 hours after it was handed in, when the task said so', async () => {
    const world = await openWorld();
    const id = await world.submitted({ autoApprove: true });
    await world.backend.advance(72 * HOUR - 1);
    expect(await world.statusOf(id)).toBe('submitted');
    await world.backend.advance(1);
    expect(await world.statusOf(id)).toBe('completed');
    expect((await world.rest('agent', 'GET', `/tasks/${id}`)).body).toMatchObject({
      payment: { humanPayout: 149.985, platformFee: 0.015, total: 150 },
    });
  });

  it('never pays by itself otherwise', async () => {
    const world = await openWorld();
    const id = await world.submitted();
    await world.backend.advance(80 * DAY);
    expect(await world.statusOf(id)).toBe('submitted');
  });

  it('begins the 72 hours anew with a resubmission', async () => {
    const world = await openWorld();
    const id = await world.submitted({ autoApprove: true });
    await world.backend.advance(71 * HOUR);
    await world.rest('agent', 'POST', `/tasks/${id}/reject`, { reason: REASON });
    await world.rest('human', 'POST', `/tasks/${id}/submit`, { content: 'Better.' });
    await world.backend.advance(71 * HOUR);
    expect(await world.statusOf(id)).toBe('submitted');
    await world.backend.advance(HOUR);
    expect(await world.statusOf(id)).toBe('completed');
  });

  it('refunds a rejected task when its human neither resubmits nor disputes for 72 hours', async () => {
    const world = await openWorld();
    const id = await world.rejected({ deadline: '2026-03-02T12:00:00Z' });
    await world.backend.advance(72 * HOUR - 1);
    expect(await world.statusOf(id)).toBe('rejected_by_agent');
    await world.backend.advance(1);
    expect(await world.statusOf(id)).toBe('expired');
    expect(await world.balanceOf('agent')).toEqual({ balance: 12_000, frozen: 0 });
  });
});

describe('applications', () => {
  it('are closed when the task is cancelled', async () => {
    const world = await openWorld();
    const id = await into.open(world);
    await world.rest('agent', 'POST', `/tasks/${id}/cancel`, {});
    const { body } = await world.rest('agent', 'GET', `/tasks/${id}/applications`);
    expect(at(body, 'applications', 0, 'status')).toBe('rejected');
  });

  it('are taken once from each human and only while the task is open', async () => {
    const world = await openWorld();
    const id = await into.open(world);
    expect((await world.apply(id)).body).toMatchObject({
      error: { code: 'CONFLICT', message: 'You have already applied for this task.' },
    });
    await world.rest('agent', 'POST', `/tasks/${id}/select`, { humanId: HUMAN });
    expect((await world.apply(id)).body).toMatchObject({
      error: { code: 'CONFLICT', message: 'Invalid status — task must be OPEN' },
    });
  });

  it('end at twenty', async () => {
    const world = await openWorld();
    const id = await world.createTask();
    const at20 = { applicant_count: 20n };
    await world.backend.env.db.updateTable('h2a_tasks').set(at20).where('id', '=', id).execute();
    expect((await world.apply(id)).body).toMatchObject({
      error: { code: 'CONFLICT', message: 'This task has its 20 applications already.' },
    });
  });

  it('must exist and be pending for the human who is chosen', async () => {
    const world = await openWorld();
    const id = await world.createTask();
    const answer = await world.rest('agent', 'POST', `/tasks/${id}/select`, { humanId: HUMAN });
    expect(answer.body).toMatchObject({
      error: { code: 'CONFLICT', message: 'No pending application from this humanId' },
    });
    expect(await world.statusOf(id)).toBe('open');
  });
});

it('refuses to pay when the escrow is gone', async () => {
  const world = await openWorld();
  const id = await world.submitted();
  await refund(world.backend.env.db, { subject: `task:${id}`, at: START });
  const answer = await world.rest('agent', 'POST', `/tasks/${id}/approve`, {});
  expect(answer.body).toMatchObject({ error: { code: 'CONFLICT', message: 'No locked escrow found' } });
  expect(await world.statusOf(id)).toBe('submitted');
});

describe('a submission', () => {
  it('has a version and a hash that name exactly this proof', async () => {
    const world = await openWorld();
    const id = await world.rejected();
    const read = async () => (await world.rest('agent', 'GET', `/tasks/${id}`)).body;
    const first = await read();
    expect(first).toMatchObject({ rejectionReason: REASON, submissionVersion: 1 });
    await world.rest('human', 'POST', `/tasks/${id}/submit`, { content: 'Thirty photos.' });
    const second = await read();
    expect(second).toMatchObject({ submissionVersion: 2, submission: { content: 'Thirty photos.', version: 2 } });
    expect(at(second, 'submissionHash')).not.toBe(at(first, 'submissionHash'));
    expect(at(await read(), 'submissionHash')).toBe(at(second, 'submissionHash'));
  });

  it('is shown to the participants only', async () => {
    const world = await openWorld();
    const id = await world.rejected();
    const stranger = await world.register('agent', 'stranger@example.com');
    const { body } = await world.call('GET', `/api/v1/tasks/${id}`, { key: stranger.key });
    expect(body).toMatchObject({ id, status: 'rejected_by_agent' });
    for (const hidden of ['submission', 'submissionHash', 'rejectionReason']) expect(body).not.toHaveProperty(hidden);
  });
});
