import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HiringAction, transition } from '../../../src/backend/domain/hiring-states.js';
import { audit } from '../../../src/backend/domain/ledger.js';
import { HIRING_STATUSES } from '../../../src/marketplaces/agrenting/contract/hirings.js';
import { parseAmount } from '../../../src/money.js';
import { at } from '../support.js';
import { type Caller, data, openSandbox, type Sandbox, text } from './helpers.js';

const RUNS = 300;

/** What the documents say: who may do what to a hiring in which state, and what becomes of it and its price. */
type Step = 'probe' | 'result' | 'failure' | 'cancel' | 'retry' | 'deadline' | 'ask' | 'artifact';
type Held = 'held' | 'back' | 'paid';
const MODEL: Record<string, Partial<Record<Step, [status: string, money: Held]>>> = {
  queued: {
    probe: ['in_progress', 'held'],
    failure: ['failed', 'back'],
    cancel: ['cancelled', 'back'],
    deadline: ['failed', 'back'],
  },
  in_progress: {
    result: ['completed', 'paid'],
    failure: ['failed', 'back'],
    cancel: ['cancelled', 'back'],
    deadline: ['failed', 'back'],
  },
  failed: { retry: ['queued', 'held'] },
  completed: {},
  cancelled: {},
};
/** What changes no state, and where it is allowed. */
const ALLOWED_IN: Partial<Record<Step, readonly string[]>> = {
  ask: ['queued', 'in_progress'],
  artifact: ['in_progress'],
};
const DAY = 24 * 3_600_000;

describe('a hiring under any schedule', () => {
  let sandbox: Sandbox;
  let worker: Caller;
  let did: string;
  beforeAll(async () => {
    sandbox = await openSandbox();
    const agent = await sandbox.register({ base_price: '0.01' });
    worker = agent.call;
    did = agent.did;
  });
  afterAll(() => sandbox.backend.close());

  const act: Record<Exclude<Step, 'probe' | 'deadline'>, (id: string) => ReturnType<Caller>> = {
    result: (id) => worker('POST', `/hirings/${id}/result`, { output: 'done' }),
    failure: (id) => worker('POST', `/hirings/${id}/failure`, { reason: 'no' }),
    cancel: (id) => sandbox.hirer('POST', `/hirings/${id}/cancel`),
    retry: (id) => sandbox.hirer('POST', `/hirings/${id}/retry`, {}),
    ask: (id) => worker('POST', `/hirings/${id}/messages`, { content: 'Really?', kind: 'question' }),
    artifact: (id) =>
      worker('POST', `/hirings/${id}/artifacts`, { artifacts: [{ artifact_type: 'text', name: 'a', content: 'b' }] }),
  };

  /** Takes one step and says whether the backend allowed it. */
  async function take(step: Step, id: string): Promise<boolean> {
    if (step === 'probe' || step === 'deadline') {
      // The agent is heard from before and after, so that its presence never decides.
      await worker('GET', '/hirings/pending');
      await sandbox.backend.advance(step === 'probe' ? 1_000 : DAY);
      await worker('GET', '/hirings/pending');
      return true;
    }
    return (await act[step](id)).status < 300;
  }

  const units = async (call: Caller, field: string) => parseAmount(text(await call('GET', '/ledger/balance'), field));

  it(`does what the model does in ${RUNS} random schedules, and the ledger holds after every step`, async () => {
    const steps = fc.array(
      fc.constantFrom<Step>(
        'probe',
        'probe',
        'result',
        'failure',
        'cancel',
        'retry',
        'retry',
        'deadline',
        'ask',
        'artifact',
      ),
      { minLength: 1, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 99 }), async (schedule, cents) => {
        const price = `0.${String(cents).padStart(2, '0')}`;
        const before = { hirer: await units(sandbox.hirer, 'available'), agent: await units(worker, 'available') };
        await worker('GET', '/hirings/pending');
        const id = await sandbox.hire(did, { price });
        const model: { status: string; money: Held; attempt: number } = { status: 'queued', money: 'held', attempt: 1 };
        for (const step of schedule) {
          const followed = follow(model.status, step);
          const allowed = await take(step, id);
          if (step !== 'probe' && step !== 'deadline')
            expect(`${step}: ${allowed}`).toBe(`${step}: ${followed.allowed}`);
          if (followed.next) [model.status, model.money] = followed.next;
          if (step === 'retry' && followed.next) model.attempt += 1;
          await check(id, model, before, parseAmount(price));
        }
        // Nothing of one schedule is left over in the next.
        if (!['completed', 'cancelled', 'failed'].includes(model.status)) await act.cancel(id);
      }),
      { numRuns: RUNS, seed: 20_260_302 },
    );
  }, 120_000);

  /** What the model says to a step. A deadline comes to a queued hiring after its probe, which is due earlier. */
  function follow(status: string, step: Step): { allowed: boolean; next: [string, Held] | undefined } {
    const next = MODEL[status]?.[step];
    return { next, allowed: next !== undefined || (ALLOWED_IN[step]?.includes(status) ?? false) };
  }

  async function check(
    id: string,
    model: { status: string; money: Held; attempt: number },
    before: { hirer: bigint; agent: bigint },
    price: bigint,
  ): Promise<void> {
    const read = await sandbox.read(id);
    expect(at(read, 'status')).toBe(model.status);
    expect(at(read, 'trace_attempt')).toBe(model.attempt);
    expect(at(read, 'final')).toBe(['completed', 'cancelled', 'failed'].includes(model.status));
    const fee = (price * 500n + 5_000n) / 10_000n;
    expect(await units(sandbox.hirer, 'available')).toBe(before.hirer - (model.money === 'back' ? 0n : price));
    expect(await units(sandbox.hirer, 'escrow')).toBe(model.money === 'held' ? price : 0n);
    expect(await units(worker, 'available')).toBe(before.agent + (model.money === 'paid' ? price - fee : 0n));
    const { sums, escrowGap, negative } = await audit(sandbox.backend.env.db);
    expect([sums.USD, escrowGap, negative]).toEqual([0n, 0n, 0n]);
    expect(
      Number(data(await sandbox.hirer('GET', `/hirings?status=${model.status}&limit=1`), 'total')),
    ).toBeGreaterThan(0);
  }
});

describe('the table of transitions', () => {
  const MONEY: Record<string, string> = { completed: 'release', failed: 'refund', cancelled: 'refund', queued: 'hold' };
  const ACTIONS: HiringAction[] = ['start', 'complete', 'fail', 'cancel', 'retry', 'dispute', 'settle'];

  it('leaves completed, cancelled and refunded hirings where they are, except for a dispute', () => {
    const from = (status: string) => ACTIONS.filter((action) => transition(status, action) !== undefined);
    expect(from('completed')).toEqual(['dispute']);
    expect(from('cancelled')).toEqual([]);
    expect(from('refunded')).toEqual([]);
    expect(from('unheard-of')).toEqual([]);
  });

  it('gives the money away exactly where a hiring ends, and holds it exactly where one begins again', () => {
    for (const status of HIRING_STATUSES) {
      for (const action of ACTIONS) {
        const rule = transition(status, action);
        const expected = rule && MONEY[rule.to];
        if (rule) expect(`${action} ${rule.money}`).toBe(`${action} ${expected ?? 'keep'}`);
      }
    }
  });
});
