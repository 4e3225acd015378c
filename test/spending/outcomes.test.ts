import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeError } from '../../src/errors.js';
import { allOperations, moneyOf, operationOf, refusalOf } from './support/bridge.js';
import { lostAnswer, lostWrites, openStage, paying, type Stage } from './support/stage.js';
import { giveBack, pay, payOut } from './support/tools.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
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

describe('23 hours later', () => {
  it('nothing is sent again; what reading finds is done, what it does not find stays open', async () => {
    const bridge = stage.bridge();
    stage.wire = lostAnswer(stage);
    await refusalOf(() => bridge.call(pay, paying('arrived')));
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying('never-arrived')));
    works();
    const sent = stage.writes.length;
    stage.time += 23 * HOUR + 1;
    expect(operationOf(await bridge.call(pay, paying('arrived'))).outcome).toBe('done');
    const open = await refusalOf(() => bridge.call(pay, paying('never-arrived')));
    expect(open).toMatchObject({ code: 'OUTCOME_UNKNOWN', retrySafe: false });
    await bridge.resume();
    expect(stage.writes.length).toBe(sent);
    expect(await stage.effects()).toBe(1);
  });

  it('to the millisecond', async () => {
    const bridge = stage.bridge();
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying()));
    works();
    stage.time += 23 * HOUR;
    expect(operationOf(await bridge.call(pay, paying())).outcome).toBe('done');
  });

  it('an error of reading is no statement about the payment', async () => {
    const bridge = stage.bridge();
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying()));
    stage.time += 24 * HOUR;
    stage.wire = async () => Response.json({ error: { code: 'FORBIDDEN', message: '' } }, { status: 403 });
    expect(await refusalOf(() => bridge.call(pay, paying()))).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      changed: 'unknown',
    });
  });

  it('reading does not take the effect of a twin for this one', async () => {
    const bridge = stage.bridge();
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying()));
    works();
    await bridge.call(pay, paying('coffee', { idempotency_key: 'the-twin' }));
    stage.time += 24 * HOUR;
    expect(await refusalOf(() => bridge.call(pay, paying()))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  it('what was written down and never begun is over', async () => {
    const bridge = stage.bridge();
    bridge.killAt('P1');
    await bridge.call(pay, paying()).catch(() => undefined);
    stage.time += 24 * HOUR;
    expect(await refusalOf(() => stage.bridge().call(pay, paying()))).toMatchObject({
      code: 'KEY_REFUSED',
      changed: 'no',
    });
    await stage.bridge().call(pay, paying());
    expect(await stage.effects()).toBe(1);
  });

  it('a clock that was set back cannot make an old operation young', async () => {
    const bridge = stage.bridge();
    stage.time += 10 * HOUR;
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying()));
    works();
    stage.time -= 2 * HOUR;
    const sent = stage.writes.length;
    expect(await refusalOf(() => bridge.call(pay, paying()))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(stage.writes.length).toBe(sent);
  });
});

describe('a call with a secret', () => {
  it('is never sent again without it, and the secret is written down nowhere', async () => {
    const bridge = stage.bridge();
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying('repo', { secret: 'ghp_canary' })));
    works();
    const sent = stage.writes.length;
    await bridge.resume();
    expect(await refusalOf(() => bridge.call(pay, paying('repo')))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(stage.writes.length).toBe(sent);
    const kept = JSON.stringify(await theOperation(), (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(kept).not.toContain('ghp_canary');
    expect(operationOf(await bridge.call(pay, paying('repo', { secret: 'ghp_canary' }))).outcome).toBe('done');
    expect(await stage.effects()).toBe(1);
  });

  it('is settled by reading where its effect can be seen', async () => {
    const bridge = stage.bridge();
    stage.wire = lostAnswer(stage);
    await refusalOf(() => bridge.call(pay, paying('repo', { secret: 'ghp_canary' })));
    works();
    await stage.bridge().resume();
    expect((await theOperation()).state).toBe('done');
  });

  it('is not sent with one under the key of a call that had none', async () => {
    const bridge = stage.bridge();
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying('repo')));
    works();
    const sent = stage.writes.length;
    await refusalOf(() => bridge.call(pay, paying('repo', { secret: 'ghp_canary' })));
    expect(stage.writes.length).toBe(sent);
  });
});

describe('--read-only', () => {
  it('sends nothing of what an earlier bridge left open, and only reads', async () => {
    const bridge = stage.bridge();
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying()));
    works();
    const sent = stage.writes.length;
    const reader = stage.bridge({ readOnly: true });
    await reader.resume();
    expect(await reader.operation((await theOperation()).key)).toMatchObject({ state: 'unknown' });
    expect(stage.writes.length).toBe(sent);
  });
});
