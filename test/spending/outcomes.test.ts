import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeError } from '../../src/errors.js';
import { allOperations, moneyOf, operationOf, refusalOf } from './support/bridge.js';
import { lostAnswer, lostWrites, openStage, paying, type Stage } from './support/stage.js';
import { giveBack, pay, payOut } from './support/tools.js';

const MINUTE = 60_000;
let stage: Stage;
beforeEach(async () => {
  stage = await openStage('humans2ai');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stage.close();
});

const works = () => {
  stage.wire = (request) => stage.market.fetch(request);
};
const answers = (response: () => Response) => {
  stage.wire = async (request) => (request.method === 'GET' ? await stage.market.fetch(request) : response());
};
const refusing = (code: string, status: number) =>
  answers(() => Response.json({ error: { code, message: '' } }, { status }));
const theOperation = async () => {
  const [only] = await allOperations(stage.journal);
  if (!only) throw new Error('there is no operation');
  return only;
};

describe('a refusal after a lost answer', () => {
  it.each([
    ['UNAUTHORIZED', 401],
    ['FORBIDDEN', 403],
    ['RATE_LIMITED', 429],
    ['INSUFFICIENT_BALANCE', 400],
    ['VALIDATION_ERROR', 400],
  ])('(%s) settles nothing while the first request may still be on its way', async (code, status) => {
    const bridge = stage.bridge();
    stage.wire = lostAnswer(stage);
    await refusalOf(() => bridge.call(pay, paying()));
    stage.wire = async () => Response.json({ error: { code, message: '' } }, { status });
    const second = await refusalOf(() => bridge.call(pay, paying()));
    expect(second).toMatchObject({ code: 'OUTCOME_UNKNOWN', changed: 'unknown' });
    expect(describeError(second)).not.toContain('Nothing was changed');
    works();
    expect(operationOf(await bridge.call(pay, paying())).outcome).toBe('done');
    expect(await stage.effects()).toBe(1);
  });

  it.each([
    ['UNAUTHORIZED', 401],
    ['INSUFFICIENT_BALANCE', 400],
  ])('(%s) is no refusal when reading shows the effect', async (code, status) => {
    const bridge = stage.bridge();
    stage.wire = lostAnswer(stage);
    await refusalOf(() => bridge.call(pay, paying()));
    refusing(code, status);
    expect(operationOf(await bridge.call(pay, paying()))).toMatchObject({ outcome: 'done', replayed: true });
    expect(await stage.effects()).toBe(1);
  });

  it.each([
    ['INSUFFICIENT_BALANCE', 400, 'refused'],
    ['UNAUTHORIZED', 401, 'unknown'],
    ['RATE_LIMITED', 429, 'unknown'],
  ])('(%s) settles two minutes later exactly if the key was looked up before it', async (code, status, state) => {
    const bridge = stage.bridge();
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying()));
    stage.time += 2 * MINUTE;
    refusing(code, status);
    await refusalOf(() => bridge.call(pay, paying()));
    expect((await theOperation()).state).toBe(state);
  });

  it('is believed at once when it is the stored answer to the key', async () => {
    const bridge = stage.bridge();
    let calls = 0;
    stage.wire = async (request) => {
      if (request.method === 'GET') return await stage.market.fetch(request);
      calls += 1;
      if (calls === 1) throw new TypeError('terminated');
      const headers = { 'idempotent-replayed': 'true' };
      return Response.json({ error: { code: 'INSUFFICIENT_BALANCE', message: '' } }, { status: 400, headers });
    };
    expect(await refusalOf(() => bridge.call(pay, paying()))).toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
      changed: 'no',
    });
    expect((await theOperation()).state).toBe('refused');
  });

  it('in the same call keeps the outcome open: the first request may arrive later, and then it counts', async () => {
    const bridge = stage.bridge();
    const late: Request[] = [];
    let calls = 0;
    stage.wire = async (request) => {
      if (request.method === 'GET') return await stage.market.fetch(request);
      calls += 1;
      if (calls > 1) return await stage.market.fetch(request);
      late.push(request);
      throw new TypeError('terminated');
    };
    const args = paying('yacht', { amount: '150.00' });
    const unknown = await refusalOf(() => bridge.call(pay, args));
    expect(unknown).toMatchObject({ code: 'OUTCOME_UNKNOWN', changed: 'unknown' });
    await stage.market.fund('user:test', 100);
    for (const request of late) await stage.market.fetch(request);
    expect(await stage.effects()).toBe(1);
    expect(operationOf(await bridge.call(pay, args)).outcome).toBe('done');
    expect(await stage.effects()).toBe(1);
  });

  it('about the state is explained by reading: done when it is our own effect', async () => {
    const bridge = stage.bridge();
    const paid = await bridge.call(pay, paying());
    const id = paid.kind === 'result' ? String(paid.result.id) : '';
    stage.wire = lostAnswer(stage);
    await refusalOf(() => bridge.call(giveBack, { id }));
    // This marketplace knows no keys: it judges the repeat by the state.
    refusing('CONFLICT', 409);
    const again = await bridge.call(giveBack, { id });
    expect(again).toMatchObject({ result: { id, status: 'refunded', operation: { outcome: 'done', replayed: true } } });
  });

  it('about the state is not our own effect when an earlier operation had it, however long ago', async () => {
    const bridge = stage.bridge();
    const paid = await bridge.call(pay, paying());
    const id = paid.kind === 'result' ? String(paid.result.id) : '';
    await bridge.call(payOut, { id });
    stage.time += 11 * MINUTE;
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(payOut, { id, idempotency_key: 'a-second-time' }));
    works();
    stage.time += 2 * MINUTE;
    const again = await refusalOf(() => bridge.call(payOut, { id, idempotency_key: 'a-second-time' }));
    expect(again).toMatchObject({ code: 'CONFLICT', changed: 'no' });
  });

  it('about the state is a refusal when reading shows another state', async () => {
    const bridge = stage.bridge();
    const paid = await bridge.call(pay, paying());
    const id = paid.kind === 'result' ? String(paid.result.id) : '';
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(giveBack, { id }));
    works();
    await bridge.call(payOut, { id });
    expect(await refusalOf(() => bridge.call(giveBack, { id }))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    stage.time += 3 * MINUTE;
    expect(await refusalOf(() => bridge.call(giveBack, { id }))).toMatchObject({ code: 'CONFLICT', changed: 'no' });
  });
});

describe('two bridges with one journal', () => {
  it("take up one another's open operations, with the same key", async () => {
    const [one, two] = [stage.bridge(), stage.bridge()];
    stage.wire = lostAnswer(stage);
    const lost = await refusalOf(() => one.call(pay, paying()));
    works();
    const settled = await two.operation(String(lost.details?.operation_id));
    expect(settled).toMatchObject({ state: 'done', attempts: 2 });
    expect(operationOf(await one.call(pay, paying('coffee', { idempotency_key: settled?.id })))).toMatchObject({
      replayed: true,
    });
    expect(new Set(stage.writes.map((request) => request.headers.get('idempotency-key'))).size).toBe(1);
    expect(await stage.effects()).toBe(1);
  });

  it('never let a refusal of one overrule the request of the other that is still under way', async () => {
    const [one, two] = [stage.bridge(), stage.bridge()];
    let release = (_: Response): void => undefined;
    let count = 0;
    stage.wire = async (request) => {
      if (request.method === 'GET' && count === 0) return await stage.market.fetch(request);
      if (request.method === 'GET') throw new TypeError('terminated');
      count += 1;
      if (count > 1) return Response.json({ error: { code: 'RATE_LIMITED', message: '' } }, { status: 429 });
      const response = await stage.market.fetch(request);
      return await new Promise<Response>((resolve) => {
        release = () => resolve(response);
      });
    };
    const first = one.call(pay, paying());
    await vi.waitFor(() => expect(count).toBe(1));
    expect(await refusalOf(() => two.call(pay, paying()))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect((await theOperation()).state).toBe('unknown');
    release(new Response());
    expect(operationOf(await first).outcome).toBe('done');
    expect((await theOperation()).state).toBe('done');
  });

  it('send nothing more under a key that the other has settled', async () => {
    const [one, two] = [stage.bridge(), stage.bridge()];
    stage.wire = lostAnswer(stage);
    await refusalOf(() => one.call(pay, paying()));
    const stale = await theOperation();
    works();
    await two.operation(stale.key);
    const sent = stage.writes.length;
    const outcome = await one.gate.executor.execute(stale, moneyOf(pay, paying()), one.context(pay));
    expect(outcome).toMatchObject({ replayed: true, result: { status: 'held' } });
    expect(stage.writes.length).toBe(sent);
  });
});

describe('after a call that nobody heard the end of', () => {
  it('(done, then killed) a repeat gets the first result', async () => {
    const bridge = stage.bridge();
    bridge.killAt('P4');
    await bridge.call(pay, paying('coffee', { idempotency_key: 'a-key' })).catch(() => undefined);
    const [item] = await stage.market.backend.env.db.selectFrom('escrows').select('id').execute();
    const again = await stage.bridge().call(pay, paying('coffee', { idempotency_key: 'a-key' }));
    expect(again).toMatchObject({ result: { id: item?.id, operation: { replayed: true } } });
    const twin = await refusalOf(() => stage.bridge().call(pay, paying()));
    expect(twin).toMatchObject({ code: 'POSSIBLE_DUPLICATE', details: { earlier_result: { id: item?.id } } });
  });

  it.each(['P1', 'P2', 'P3'] as const)('(killed at %s) a restart ends it once', async (point) => {
    const bridge = stage.bridge();
    bridge.killAt(point);
    await bridge.call(pay, paying()).catch(() => undefined);
    expect(bridge.dead).toBe(true);
    await stage.bridge().resume();
    expect(await stage.effects()).toBe(1);
    expect((await theOperation()).state).toBe('done');
  });

  it('what a caller waits for after the payment cannot turn it into an error', async () => {
    const bridge = stage.bridge();
    stage.wire = async (request) => {
      if (request.method === 'GET' && request.url.includes('/items/')) throw new TypeError('terminated');
      return await stage.market.fetch(request);
    };
    const done = await bridge.call(pay, paying('coffee', { wait_seconds: 1 }));
    expect(done).toMatchObject({ result: { status: 'held', operation: { outcome: 'done', replayed: false } } });
  });

  it('a call that was cancelled before it began leaves nothing behind that a resume could send', async () => {
    const bridge = stage.bridge();
    const gone = new AbortController();
    bridge.killAt('P1');
    await bridge.call(pay, paying()).catch(() => undefined);
    gone.abort();
    const refusal = await refusalOf(() => stage.bridge().call(pay, paying(), undefined, gone.signal));
    expect(refusal).toMatchObject({ code: 'CANCELLED', changed: 'no' });
    await stage.bridge().resume();
    expect(await stage.effects()).toBe(0);
  });
});
