import { describe, expect, it } from 'vitest';
import { at, START } from '../support.js';
import { AGENT, HOUR, HUMAN, openWorld, shanghai, type World } from './world.js';

const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** The same six steps by either wire. */
interface Wire {
  create(world: World): Promise<unknown>;
  applicants(world: World, id: string): Promise<unknown>;
  select(world: World, id: string): Promise<unknown>;
  get(world: World, id: string): Promise<unknown>;
  approve(world: World, id: string): Promise<unknown>;
  wallet(world: World): Promise<unknown>;
}

const envelope = async (world: World, tool: string, input: object): Promise<unknown> => {
  const { status, body } = await world.tool(tool, input);
  expect({ status, error: at(body, 'error') }).toEqual({ status: 200, error: null });
  expect(Object.keys(Object(body)).sort()).toEqual(['error', 'result']);
  return at(body, 'result');
};
const rest = async (world: World, method: string, path: string, body: unknown, status: number) => {
  const answer = await world.rest('agent', method, path, body);
  expect(answer.status).toBe(status);
  return answer.body;
};

const wires: Record<string, Wire> = {
  'the {tool, input} envelope': {
    create: (world) => envelope(world, 'create_task', shanghai),
    applicants: (world, taskId) => envelope(world, 'list_applicants', { taskId }),
    select: (world, taskId) => envelope(world, 'select_applicant', { taskId, humanId: HUMAN }),
    get: (world, taskId) => envelope(world, 'get_task', { taskId }),
    approve: (world, taskId) => envelope(world, 'approve_submission', { taskId }),
    wallet: (world) => envelope(world, 'get_wallet', {}),
  },
  REST: {
    create: (world) => rest(world, 'POST', '/tasks', shanghai, 201),
    applicants: (world, id) => rest(world, 'GET', `/tasks/${id}/applications`, undefined, 200),
    select: (world, id) => rest(world, 'POST', `/tasks/${id}/select`, { humanId: HUMAN }, 200),
    get: (world, id) => rest(world, 'GET', `/tasks/${id}`, undefined, 200),
    approve: (world, id) => rest(world, 'POST', `/tasks/${id}/approve`, {}, 200),
    wallet: (world) => rest(world, 'GET', '/wallet', undefined, 200),
  },
};

const splits = [
  { name: 'the worked example (500 basis points)', fee: 500n, humanPayout: 142.5, platformFee: 7.5 },
  { name: 'the default fee (1 basis point)', fee: undefined, humanPayout: 149.985, platformFee: 0.015 },
];

describe('the Shanghai photo task of the documents, from create to payout', () => {
  for (const [wireName, wire] of Object.entries(wires)) {
    for (const split of splits) {
      it(`goes field by field over ${wireName} with ${split.name}`, async () => {
        const world = await openWorld(split.fee === undefined ? {} : { settings: { humans2aiFee: split.fee } });
        const created = await wire.create(world);
        expect(created).toEqual({
          id: expect.stringMatching(/^task_[0-9a-f]+$/),
          ...shanghai,
          deadline: '2026-03-05T10:00:00.000Z',
          requirements: [],
          status: 'open',
          autoApprove: false,
          escrowId: expect.stringMatching(/^esc_[0-9a-f]+$/),
          agentId: AGENT,
          agentName: 'Your assistant',
          applicantCount: 0,
          maxApplications: 20,
          submissionVersion: 0,
          createdAt: START,
          updatedAt: START,
        });
        const id = String(at(created, 'id'));
        expect(await world.balanceOf('agent')).toEqual({ balance: 11_850, frozen: 150 });

        const second = await world.register('human', 'photographer@example.com');
        await world.backend.advance(200);
        await world.apply(id);
        await world.apply(id, second.idToken);
        expect(await wire.applicants(world, id)).toEqual({
          taskId: id,
          applications: [HUMAN, second.id].map((humanId) => ({
            id: expect.stringMatching(/^app_[0-9a-f]+$/),
            taskId: id,
            humanId,
            humanDisplayId: humanId,
            status: 'pending',
            message: 'I can start tomorrow.',
            appliedAt: iso,
          })),
          total: 2,
        });

        expect(await wire.select(world, id)).toEqual({
          task: expect.objectContaining({
            id,
            status: 'assigned',
            humanId: HUMAN,
            humanDisplayId: HUMAN,
            applicantCount: 2,
            assignedAt: iso,
          }),
          message: 'Applicant selected',
        });
        const statuses = [0, 1].map(async (n) => at(await wire.applicants(world, id), 'applications', n, 'status'));
        expect(await Promise.all(statuses)).toEqual(['accepted', 'rejected']);

        await world.backend.advance(HOUR);
        const attachments = ['https://example.com/photos.zip'];
        await world.rest('human', 'POST', `/tasks/${id}/submit`, { content: 'Thirty photos.', attachments });
        const submitted = await wire.get(world, id);
        expect(submitted).toMatchObject({
          status: 'submitted',
          submission: { content: 'Thirty photos.', attachments, submittedAt: iso, version: 1 },
          submissionVersion: 1,
          submissionHash: expect.stringMatching(/^[0-9a-f]{64}$/),
          submittedAt: iso,
        });

        const payment = { humanPayout: split.humanPayout, platformFee: split.platformFee, total: 150 };
        expect(await wire.approve(world, id)).toEqual({
          task: expect.objectContaining({ id, status: 'completed', completedAt: iso, payment }),
          payment,
          message: 'Task approved and payment released',
        });

        const wallet = await wire.wallet(world);
        expect(wallet).toMatchObject({
          balance: 11_850,
          frozenBalance: 0,
          totalEarned: 0,
          totalSpent: 150,
          currency: '$A9token',
        });
        const escrowId = at(created, 'escrowId');
        expect(at(wallet, 'recentTransactions')).toEqual([
          {
            id: expect.any(String),
            type: 'platform_fee',
            amount: split.platformFee,
            taskId: id,
            escrowId,
            createdAt: iso,
          },
          {
            id: expect.any(String),
            type: 'escrow_release',
            amount: split.humanPayout,
            taskId: id,
            escrowId,
            createdAt: iso,
          },
          { id: expect.any(String), type: 'escrow_lock', amount: 150, taskId: id, escrowId, createdAt: START },
          { id: expect.any(String), type: 'deposit', amount: 11_500, createdAt: START },
          { id: expect.any(String), type: 'signup_bonus', amount: 500, createdAt: START },
        ]);
        expect((await world.rest('human', 'GET', '/wallet')).body).toMatchObject({
          balance: split.humanPayout,
          totalEarned: split.humanPayout,
          totalSpent: 0,
          recentTransactions: [{ type: 'escrow_release', amount: split.humanPayout, taskId: id }],
        });
        expect(await world.ledgerHolds()).toBe(true);
      });
    }
  }
});
