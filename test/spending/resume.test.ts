import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Resumer } from '../../src/spending/resume.js';
import { allOperations, moneyOf, refusalOf } from './support/bridge.js';
import { lostWrites, openStage, paying, type Stage } from './support/stage.js';
import { pay } from './support/tools.js';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage('agrenting', { units: 10_000 });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await stage.close();
});

const works = () => {
  stage.wire = (request) => stage.market.fetch(request);
};
async function leaveOpen(...notes: string[]): Promise<void> {
  stage.wire = lostWrites(stage);
  for (const note of notes) await refusalOf(() => stage.bridge().call(pay, paying(note)));
}

describe('a start', () => {
  it('takes up everything that an earlier process left open, a few at a time', async () => {
    const notes = Array.from({ length: 40 }, (_, index) => `n${index}`);
    await leaveOpen(...notes);
    let under = 0;
    let most = 0;
    stage.wire = async (request) => {
      under += 1;
      most = Math.max(most, under);
      const response = await stage.market.fetch(request);
      under -= 1;
      return response;
    };
    await stage.bridge().resumer.start();
    expect(await stage.effects()).toBe(40);
    expect(most).toBeLessThanOrEqual(8);
    for (const { state, attempts } of await allOperations(stage.journal))
      expect([state, attempts]).toEqual(['done', 2n]);
  });

  it('with a thousand open operations has settled them within half a minute, and serves calls meanwhile', async () => {
    for (let index = 0; index < 1_000; index += 1) {
      const bridge = stage.bridge();
      bridge.killAt('P1');
      await bridge.call(pay, paying(`open-${index}`, { amount: '1.00' })).catch(() => undefined);
    }
    const bridge = stage.bridge();
    const began = performance.now();
    const settled = bridge.resumer.start();
    const answer = await bridge.call(pay, paying('a new one'));
    const ready = Math.round(performance.now() - began);
    await settled;
    const all = Math.round(performance.now() - began);
    console.log(`figure: open-operations=1000 first-answer-ms=${ready} all-settled-ms=${all} seed=none`);
    expect(answer.kind).toBe('result');
    expect(await stage.effects()).toBe(1_001);
    expect(ready).toBeLessThan(all);
    expect(all).toBeLessThan(30_000);
  }, 60_000);

  it('is not stopped by an operation that cannot be taken up here', async () => {
    await leaveOpen('one', 'two');
    works();
    const bridge = stage.bridge();
    const resumer = new Resumer(bridge.journal, bridge.gate.executor, async ({ args }) => {
      if (args?.includes('one')) throw new Error('the arguments are of an older version');
      return { call: moneyOf(pay, JSON.parse(args ?? '{}')), context: bridge.context(pay) };
    });
    await resumer.start();
    resumer.stop();
    const states = (await allOperations(stage.journal)).map(({ state }) => state);
    expect(states.toSorted()).toEqual(['done', 'unknown']);
  });

  it('leaves operations of another credential alone', async () => {
    await leaveOpen('one');
    works();
    await stage.bridge({ account: { credential: 'another' } }).resumer.start();
    expect(await stage.effects()).toBe(0);
    const refusal = await refusalOf(() =>
      stage.bridge({ account: { credential: 'another' } }).call(pay, paying('one')),
    );
    expect(refusal).toMatchObject({ code: 'OUTCOME_UNKNOWN', message: expect.stringContaining('another credential') });
  });
});

describe('in the background', () => {
  it('an open operation is tried again after 1, 3, 10, 30 and 60 seconds, then every five minutes, until it is settled', async () => {
    await leaveOpen('one');
    const [operation] = await allOperations(stage.journal);
    const tries: number[] = [];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const began = Date.now();
    const bridge = stage.bridge();
    const resumer = new Resumer(bridge.journal, bridge.gate.executor, async () => {
      tries.push(Date.now() - began);
      return undefined;
    });
    resumer.schedule(operation?.key ?? '', 0);
    resumer.schedule(operation?.key ?? '', 0);
    await vi.advanceTimersByTimeAsync(704_000);
    expect(tries.map((ms) => ms / 1_000)).toEqual([1, 4, 14, 44, 104, 404, 704]);
    resumer.stop();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(tries).toHaveLength(7);
  });
});

describe('what is recalled', () => {
  it('is sent only if it is the call that was written down', async () => {
    await leaveOpen('one');
    works();
    const bridge = stage.bridge();
    const [operation] = await allOperations(stage.journal);
    const resumer = new Resumer(bridge.journal, bridge.gate.executor, async () => ({
      call: moneyOf(pay, paying('one', { amount: '2.51' })),
      context: bridge.context(pay),
    }));
    const sent = stage.writes.length;
    expect(await resumer.settle(operation?.key ?? '')).toMatchObject({ state: 'unknown' });
    expect(stage.writes.length).toBe(sent);
    expect(await resumer.settle('no-such-key')).toBeUndefined();
  });
});
