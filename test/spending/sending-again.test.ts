import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allOperations, operationOf, refusalOf } from './support/bridge.js';
import { lostAnswer, lostWrites, openStage, paying, type Stage } from './support/stage.js';
import { pay } from './support/tools.js';

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
const theOperation = async () => {
  const [only] = await allOperations(stage.journal);
  if (!only) throw new Error('there is no operation');
  return only;
};

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
