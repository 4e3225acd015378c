import { describe, expect, it } from 'vitest';
import { Pace, polling } from '../../src/worker/feed.js';
import { START, TestClock } from './support/clock.js';

const clock = new TestClock();
const waits = (pace: Pace, count: number, working: boolean, live = false) =>
  Array.from({ length: count }, () => {
    const wait = pace.next(working, live);
    pace.nothing();
    return wait;
  });

describe('the pace of looking', () => {
  it('is quick after news and slow when nothing happens, and keeps the agent online', () => {
    const pace = new Pace(clock);
    expect(waits(pace, 11, false)).toEqual([
      1_000, 1_000, 2_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000, 15_000, 15_000,
    ]);
    pace.news();
    expect(pace.next(false, false)).toBe(1_000);
  });

  it('notices a cancellation within five seconds', () => {
    expect(Math.max(...waits(new Pace(clock), 50, true))).toBe(5_000);
  });

  it('looks once a minute when changes are told', () => {
    const pace = new Pace(clock);
    expect(waits(pace, 3, false, true)).toEqual([1_000, 60_000, 60_000]);
  });

  it('stays far below the lowest documented limit of 50 requests a minute', () => {
    let most = 0;
    for (const random of [0, 0.5, 0.999]) {
      const pace = new Pace({ ...clock, now: clock.now, sleep: () => Promise.resolve(), random: () => random });
      let at = 0;
      let looks = 0;
      for (; at < 60_000; looks += 1) {
        at += pace.next(true, false);
        pace.nothing();
      }
      most = Math.max(most, looks);
    }
    expect(most).toBeLessThanOrEqual(20);
    console.log(`figure: looks in the first minute=${most}`);
  });

  it('backs off from trouble, as long as the marketplace asks for', () => {
    const pace = new Pace(clock);
    const failing = Array.from({ length: 8 }, () => {
      pace.failed(undefined);
      return pace.next(false, false);
    });
    expect(failing).toEqual([1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 60_000, 60_000]);
    pace.failed(300);
    expect(pace.next(true, false)).toBe(300_000);
    pace.nothing();
    expect(pace.next(false, false)).toBeLessThanOrEqual(1_000);
  });
});

it('without pushes, a change is looked for by the clock, or when somebody wakes the worker', async () => {
  const feed = polling(clock);
  const stop = new AbortController();
  let woken = 0;
  void feed.changed(5_000, stop.signal).then(() => {
    woken += 1;
  });
  await clock.advance(4_999);
  expect(woken).toBe(0);
  await clock.advance(1);
  expect(woken).toBe(1);
  const waiting = feed.changed(5_000, stop.signal);
  stop.abort();
  await waiting;
  expect(clock.now()).toBe(START + 5_000);
});
