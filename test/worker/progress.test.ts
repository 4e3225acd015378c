import { beforeEach, describe, expect, it } from 'vitest';
import { Progress } from '../../src/worker/progress.js';
import { START, settled, TestClock } from './support/clock.js';

let clock: TestClock;
let said: { at: number; text: string }[];
let progress: Progress;
beforeEach(() => {
  clock = new TestClock();
  said = [];
  progress = new Progress(clock, async (text) => {
    said.push({ at: clock.now() - START, text });
  });
});
const line = (text: string) => progress.line({ text, cut: false });

describe('progress', () => {
  it('gathers lines that come together into one message, a second after the first', async () => {
    line('one');
    line('two');
    await clock.advance(999);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual([{ at: 1_000, text: 'one\ntwo' }]);
  });

  it('says no more than three messages a minute, and in the end what is left', async () => {
    for (let second = 0; second < 600; second += 1) {
      line(`line ${second}`);
      await clock.advance(1_000);
    }
    line('the last word');
    await progress.finish();
    const perMinute = Array.from({ length: 10 }, (_, minute) => {
      return said.filter(({ at }) => Math.floor(at / 60_000) === minute).length;
    });
    expect(Math.max(...perMinute)).toBeLessThanOrEqual(3);
    expect(said.at(-1)?.text).toMatch(/the last word$/);
    console.log(`figure: lines=601 messages=${said.length} most in a minute=${Math.max(...perMinute)}`);
  });

  it('is shared by many programs: all together say no more than twenty messages a minute', async () => {
    const many = Array.from(
      { length: 30 },
      () => new Progress(clock, async () => void said.push({ at: 0, text: '' }), 30),
    );
    for (let second = 0; second < 600; second += 1) {
      for (const each of many) each.line({ text: `line ${second}`, cut: false });
      await clock.advance(1_000);
    }
    expect(said.length / 10).toBeLessThanOrEqual(20);
  });

  it('keeps the newest lines of a flood and says how many there were before them', async () => {
    for (let count = 1; count <= 100_000; count += 1) line(`line ${count}`);
    await clock.advance(1_000);
    expect(said).toHaveLength(1);
    const shown = said[0]?.text.split('\n') ?? [];
    expect(shown[0]).toBe('(99980 earlier lines left out)');
    expect(shown.at(-1)).toBe('line 100000');
  });

  it('says at most a thousand characters at once', async () => {
    for (let count = 0; count < 20; count += 1) line('x'.repeat(390));
    await clock.advance(1_000);
    expect(said[0]?.text.length).toBeLessThanOrEqual(1_100);
    expect(said[0]?.text).toMatch(/^\(18 earlier lines left out\)\n/);
  });

  it('is over after a hundred messages, but for the last word', async () => {
    for (let count = 0; count < 150; count += 1) {
      line(`step ${count}`);
      await clock.advance(20_000);
    }
    expect(said).toHaveLength(100);
    await progress.finish();
    expect(said).toHaveLength(101);
    expect(said.at(-1)?.text).toMatch(/step 149$/);
  });

  it('that is stopped says nothing more', async () => {
    line('one');
    progress.stop();
    await clock.advance(60_000);
    expect(said).toEqual([]);
  });

  it('does not keep the result waiting when nobody takes the last word', async () => {
    const stuck = new Progress(clock, () => new Promise(() => undefined));
    stuck.line({ text: 'goodbye', cut: false });
    let finished = false;
    void stuck.finish().then(() => {
      finished = true;
    });
    await settled();
    expect(finished).toBe(false);
    await clock.advance(5_000);
    expect(finished).toBe(true);
  });
});
