import { describe, expect, it } from 'vitest';
import { RateLimitState } from '../../../src/http/rate-limit-state.js';
import { BURST, HourlyBudget, PER_HOUR } from '../../../src/marketplaces/humans2ai/push.js';
import { Poller } from '../../../src/marketplaces/poller.js';
import type { Look } from '../../../src/marketplaces/watch.js';
import { VirtualTime } from './virtual-time.js';

/** Polls that adapt, and stay inside every limit. Time passes when the test says so. */

const HOUR = 3_600_000;
const FREE = { take: () => 0 };

/** Most of these times that lie within any hour. */
function mostInAnHour(times: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [index, at] of times.entries()) {
    while (at - (times[from] ?? at) >= HOUR) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

describe('a poll', () => {
  const open = (answer: (at: number) => Look['outcome'] | Look) => {
    const time = new VirtualTime();
    const poller = new Poller({ timers: time, budget: FREE });
    const looks: number[] = [];
    const startedAt = time.now();
    poller.add('a', async () => {
      const at = time.now() - startedAt;
      looks.push(at);
      const look = answer(at);
      return typeof look === 'string' ? { outcome: look } : look;
    });
    const waits = () => looks.map((at, index) => at - (looks[index - 1] ?? 0));
    return { time, poller, looks, waits };
  };

  it('comes two seconds after a change, and backs off to thirty', async () => {
    const { time, waits } = open((at) => (at < 5_000 ? 'changed' : 'same'));
    await time.advance(180_000);
    expect(waits().map((ms) => ms / 1_000)).toEqual([2, 2, 2, 3, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30, 30, 30]);
  });

  it('is rare for what is final, and ends for what is gone', async () => {
    const final = open(() => 'settled');
    await final.time.advance(HOUR);
    expect(final.looks).toHaveLength(12);
    const gone = open(() => 'gone');
    await gone.time.advance(HOUR);
    expect(gone.looks).toHaveLength(1);
    expect(gone.time.size).toBe(0);
  });

  it('waits as long as it is asked to', async () => {
    const { time, waits } = open(() => ({ outcome: 'failed', retryAfterMs: 100_000 }));
    await time.advance(500_000);
    expect(waits().slice(1)).toEqual([100_000, 100_000, 100_000, 100_000]);
  });

  it('comes soon after something was done here', async () => {
    const { time, poller, looks } = open(() => 'same');
    await time.advance(HOUR);
    const before = looks.length;
    poller.hurry();
    await time.advance(1_000);
    expect(looks.length).toBe(before + 1);
  });

  it('stops, and leaves no timer', async () => {
    const { time, poller, looks } = open(() => 'same');
    await time.advance(10_000);
    const before = looks.length;
    poller.stop();
    await time.advance(HOUR);
    expect(looks.length).toBe(before);
    expect(time.size).toBe(0);
  });
});

describe('many polls', () => {
  it('ask one list about all, and look only at what it shows as changed', async () => {
    const time = new VirtualTime();
    const looked: string[] = [];
    let lists = 0;
    let changed = new Set<string>();
    const poller = new Poller({
      timers: time,
      budget: FREE,
      sieve: {
        knows: (key) => key !== 'other',
        changedAmong: async (keys) => {
          lists += 1;
          return new Set(keys.filter((key) => changed.has(key)));
        },
      },
    });
    const keys = Array.from({ length: 40 }, (_, index) => `task ${index}`);
    for (const key of [...keys, 'other']) {
      poller.add(key, async () => {
        looked.push(key);
        return { outcome: 'same' };
      });
    }
    await time.advance(10 * 60_000);
    expect(new Set(looked)).toEqual(new Set(['other']));
    expect(lists).toBeLessThan(40);
    changed = new Set(['task 7']);
    await time.advance(31_000);
    expect(looked).toContain('task 7');
    expect(looked).not.toContain('task 8');
  });

  it('look at a change once the budget allows it, although the list shows it only once', async () => {
    const time = new VirtualTime();
    let budget = 1;
    let shown = false;
    const looked: string[] = [];
    const take = () => {
      if (budget === 0) return 60_000;
      budget -= 1;
      return 0;
    };
    const changedAmong = async (keys: readonly string[]) => {
      const changed = shown ? [] : keys;
      shown = true;
      return new Set(changed);
    };
    const poller = new Poller({ timers: time, budget: { take }, sieve: { knows: () => true, changedAmong } });
    for (const key of ['a', 'b']) {
      poller.add(key, async () => {
        looked.push(key);
        return { outcome: 'same' };
      });
    }
    await time.advance(10_000);
    expect(looked).toEqual([]);
    budget = 2;
    await time.advance(60_000);
    expect(looked).toEqual(['a', 'b']);
  });
});

describe('the budget of Humans2AI', () => {
  it.each([1, 5, 200])('keeps %s resources that change all the time inside 300 requests in any hour', async (count) => {
    const time = new VirtualTime();
    const times: number[] = [];
    const poller = new Poller({ timers: time, budget: new HourlyBudget(time.now(), new RateLimitState()) });
    const looks = new Map<string, number>();
    for (let index = 0; index < count; index += 1) {
      poller.add(`task ${index}`, async () => {
        times.push(time.now());
        looks.set(`task ${index}`, (looks.get(`task ${index}`) ?? 0) + 1);
        return { outcome: 'changed' };
      });
    }
    await time.advance(6 * HOUR);
    const most = mostInAnHour(times);
    console.log(`figure: polled=${count} requests=${times.length} most_in_an_hour=${most} of 500`);
    expect(most).toBeLessThanOrEqual(BURST + PER_HOUR);
    // Each of them gets its turn.
    expect(looks.size).toBe(count);
    expect(Math.max(...looks.values()) - Math.min(...looks.values())).toBeLessThanOrEqual(BURST);
  });

  it('leaves the rest to tools when the marketplace says that little is left, until the window ends', async () => {
    const time = new VirtualTime();
    const limits = new RateLimitState();
    const budget = new HourlyBudget(time.now(), limits);
    expect(budget.take(time.now())).toBe(0);
    const resetAt = time.now() + 10 * 60_000;
    const reset = { 'x-ratelimit-reset': new Date(resetAt).toISOString() };
    limits.note(new Headers({ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '100', ...reset }), time.now());
    expect(budget.take(time.now())).toBe(10 * 60_000);
    expect(budget.take(resetAt + 1)).toBe(0);
    limits.note(new Headers({ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '101', ...reset }), time.now());
    expect(budget.take(time.now())).toBe(0);
  });
});
