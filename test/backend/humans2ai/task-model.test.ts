import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TaskStatus } from '../../../src/marketplaces/humans2ai/contract/replies.js';
import { amountFromJson, amountToJson, shareOf } from '../../../src/money.js';
import { seedOfRun, sized } from '../../spending/support/random.js';
import { at } from '../support.js';
import { DAY, HOUR, HUMAN, openWorld, REASON, type Role, type World } from './world.js';

/**
 * Random schedules of steps and of time against a model of contract notes §4. After every step the status of each task
 * and every balance are as the model says, and the ledger sums to zero.
 */

interface ModelTask {
  id: string;
  status: TaskStatus;
  readonly budget: bigint;
  readonly autoApprove: boolean;
  readonly deadline: number;
  /** Whether it was ever open to everybody, whether the human applied and was chosen. */
  live: boolean;
  applied: boolean;
  chosen: boolean;
  /** When time will pay or expire it, if nothing else happens. */
  autoAt: number;
  lapseAt: number;
}

interface Model {
  now: number;
  readonly tasks: ModelTask[];
  free: bigint;
  frozen: bigint;
  paid: bigint;
}

const FEE = 1n;
const refunds: readonly TaskStatus[] = ['expired', 'refunded'];

function settle(model: Model, task: ModelTask, to: TaskStatus, percent = 100n): void {
  gone.add(`${task.status} → ${to}`);
  task.status = to;
  model.frozen -= task.budget;
  if (refunds.includes(to)) model.free += task.budget;
  else {
    const paid = shareOf(task.budget, percent * 100n);
    model.paid += paid - shareOf(paid, FEE);
    model.free += task.budget - paid;
  }
}

/** What the passing of time does, in order. */
function pass(model: Model, ms: number): void {
  model.now += ms;
  for (const task of model.tasks) {
    if (['pending_review', 'open', 'assigned'].includes(task.status) && task.deadline <= model.now) {
      settle(model, task, 'expired');
    }
    if (task.status === 'submitted' && task.autoApprove && task.autoAt <= model.now) settle(model, task, 'completed');
    if (task.status === 'rejected_by_agent' && task.lapseAt <= model.now) settle(model, task, 'expired');
  }
}

type Move = (model: Model, task: ModelTask) => TaskStatus | undefined;
interface Step {
  readonly as: Role;
  readonly path: string;
  readonly body: object;
  /** The state that the step leads to, or undefined when it must be refused. */
  readonly leads: Move;
}

const when =
  (from: TaskStatus | readonly TaskStatus[], to: TaskStatus): Move =>
  (_, task) =>
    [from].flat().includes(task.status) ? to : undefined;
const steps: Record<string, Step> = {
  cancel: { as: 'agent', path: 'cancel', body: {}, leads: when(['open', 'pending_review'], 'expired') },
  select: {
    as: 'agent',
    path: 'select',
    body: { humanId: HUMAN },
    leads: (model, task) => (task.applied ? when('open', 'assigned')(model, task) : undefined),
  },
  submit: {
    as: 'human',
    path: 'submit',
    body: { content: 'Proof.' },
    leads: when(['assigned', 'rejected_by_agent'], 'submitted'),
  },
  approve: { as: 'agent', path: 'approve', body: {}, leads: when('submitted', 'completed') },
  reject: { as: 'agent', path: 'reject', body: { reason: REASON }, leads: when('submitted', 'rejected_by_agent') },
  dispute: { as: 'human', path: 'dispute', body: { reason: 'No.' }, leads: when('rejected_by_agent', 'disputed') },
};
const rulings: Record<string, Step> = {
  open: { as: 'admin', path: 'approve', body: {}, leads: when('pending_review', 'open') },
  decline: { as: 'admin', path: 'decline', body: {}, leads: when('pending_review', 'expired') },
  release: { as: 'admin', path: 'ruling', body: { outcome: 'release' }, leads: when('disputed', 'completed') },
  refund: { as: 'admin', path: 'ruling', body: { outcome: 'refund' }, leads: when('disputed', 'refunded') },
  split: {
    as: 'admin',
    path: 'ruling',
    body: { outcome: 'split', humanPercent: 40 },
    leads: when('disputed', 'completed'),
  },
};

const everyStep: Readonly<Record<string, Step>> = { ...steps, ...rulings };

/** Which edges of the machine the schedules have gone along, so that nobody mistakes short walks for a proof. */
const gone = new Set<string>();

type Command =
  | { kind: 'create'; budget: number; autoApprove: boolean; days: number }
  | { kind: 'apply'; on: number }
  | { kind: 'step'; name: string; on: number }
  | { kind: 'allowed'; pick: number; on: number }
  | { kind: 'wait'; hours: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      budget: fc.oneof(
        fc.constantFrom(1, 150, 5_000, 5_000.00000001, 7_000),
        fc.integer({ min: 100_000_000, max: 20_000_000_000 }).map((n) => n / 100_000_000),
      ),
      autoApprove: fc.boolean(),
      days: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('apply' as const), on: fc.nat(2) }) },
  // Most steps are among those that are allowed now, or no schedule would ever come far.
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('allowed' as const), pick: fc.nat(5), on: fc.nat(2) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      name: fc.constantFrom(...Object.keys(steps), ...Object.keys(rulings)),
      on: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.constantFrom(1, 24, 71, 72, 73) }),
  },
);

async function create(world: World, model: Model, wanted: Extract<Command, { kind: 'create' }>): Promise<void> {
  const budget = amountFromJson(wanted.budget);
  const deadline = model.now + wanted.days * DAY;
  const facts = { budget: wanted.budget, autoApprove: wanted.autoApprove, deadline: new Date(deadline).toISOString() };
  if (budget > model.free) {
    await expect(world.createTask(facts)).rejects.toThrow('INSUFFICIENT_BALANCE');
    return;
  }
  const status = budget > amountFromJson(5_000) ? 'pending_review' : 'open';
  const { autoApprove } = wanted;
  const id = await world.createTask(facts);
  model.tasks.push({
    id,
    status,
    budget,
    autoApprove,
    deadline,
    live: status === 'open',
    applied: false,
    chosen: false,
    autoAt: 0,
    lapseAt: 0,
  });
  model.free -= budget;
  model.frozen += budget;
}

async function take(world: World, model: Model, task: ModelTask, name: string): Promise<void> {
  const step = everyStep[name];
  if (!step) throw new Error(name);
  const path = name in rulings ? `/admin/tasks/${task.id}/${step.path}` : `/tasks/${task.id}/${step.path}`;
  const answer = await world.rest(step.as, 'POST', path, step.body);
  const to = step.leads(model, task);
  if (to === undefined) {
    const refused = step.as === 'human' && !task.live ? 404 : step.as === 'human' && !task.chosen ? 403 : 409;
    expect(answer.status, answer.text).toBe(refused);
    return;
  }
  expect(answer.status, `${name} ${task.status}: ${answer.text}`).toBe(200);
  if (['completed', 'expired', 'refunded'].includes(to)) settle(model, task, to, name === 'split' ? 40n : 100n);
  else {
    gone.add(`${task.status} → ${to}`);
    task.status = to;
  }
  task.live ||= to === 'open';
  task.chosen ||= to === 'assigned';
  if (to === 'submitted') task.autoAt = model.now + 72 * HOUR;
  if (to === 'rejected_by_agent') task.lapseAt = Math.max(model.now + 72 * HOUR, task.deadline);
}

async function run(world: World, model: Model, wanted: Command): Promise<void> {
  if (wanted.kind === 'create') return await create(world, model, wanted);
  if (wanted.kind === 'wait') {
    await world.backend.advance(wanted.hours * HOUR);
    return pass(model, wanted.hours * HOUR);
  }
  const task = model.tasks[wanted.on];
  if (!task) return;
  if (wanted.kind === 'step') return await take(world, model, task, wanted.name);
  if (wanted.kind === 'allowed') {
    const names = Object.keys(everyStep).filter((name) => everyStep[name]?.leads(model, task));
    const name = names[wanted.pick % names.length];
    return name === undefined ? undefined : await take(world, model, task, name);
  }
  const { status } = await world.apply(task.id);
  const taken = task.status === 'open' && !task.applied;
  expect(status).toBe(taken ? 201 : task.live ? 409 : 404);
  task.applied ||= taken;
}

async function compare(world: World, model: Model): Promise<void> {
  expect(await world.ledgerHolds()).toBe(true);
  for (const task of model.tasks) expect(await world.statusOf(task.id)).toBe(task.status);
  expect(await world.balanceOf('agent')).toEqual({
    balance: amountToJson(model.free),
    frozen: amountToJson(model.frozen),
  });
  expect(at((await world.rest('human', 'GET', '/wallet')).body, 'balance')).toBe(amountToJson(model.paid));
}

const RUNS = sized(200, 5_000, 50);

it('every schedule of steps and of time does to tasks and money what the model says', {
  timeout: 120_000,
}, async () => {
  // A fixed seed: whether every transition was seen must not depend on luck.
  const seed = seedOfRun(20_261_121);
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 40 }), async (commands) => {
      const world = await openWorld({ settings: { rateLimits: false } });
      // Nobody of the sandbox acts here.
      await world.backend.env.db.updateTable('h2a_users').set({ behaviour: null }).execute();
      const now = world.backend.env.clock.now();
      const model: Model = { now, tasks: [], free: amountFromJson(12_000), frozen: 0n, paid: 0n };
      await create(world, model, { kind: 'create', budget: 150, autoApprove: false, days: 3 });
      await run(world, model, { kind: 'apply', on: 0 });
      for (const wanted of commands) {
        await run(world, model, wanted);
        await compare(world, model);
      }
      await world.backend.close();
    }),
    { numRuns: RUNS, seed },
  );
  console.log(`figure: task-schedules=${RUNS} transitions=${gone.size} seed=${seed}`);
  expect([...gone].sort()).toEqual([
    'assigned → expired',
    'assigned → submitted',
    'disputed → completed',
    'disputed → refunded',
    'open → assigned',
    'open → expired',
    'pending_review → expired',
    'pending_review → open',
    'rejected_by_agent → disputed',
    'rejected_by_agent → expired',
    'rejected_by_agent → submitted',
    'submitted → completed',
    'submitted → rejected_by_agent',
  ]);
});
