import { expect, it } from 'vitest';
import { seedOfRun, soaking } from '../spending/support/random.js';
import { live, noFigures } from './support/push-schedule.js';

const COUNT = soaking ? 200_000 : Number(process.env.N ?? 10_000);

it('a stream that is cut, delayed, doubled and reordered loses no change and tells of none twice', async () => {
  const seed = seedOfRun(20_261_121);
  const figures = noFigures();
  const startedAt = performance.now();
  for (let index = 0; index < COUNT; index += 1) {
    const problems = await live(seed + index, figures);
    expect(problems, `SEED=${seed + index} N=1`).toEqual([]);
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const counted = Object.entries(figures).map(([name, count]) => `${name}=${count}`);
  console.log(`figure: push_schedules=${COUNT} seed=${seed} ${counted.join(' ')} seconds=${seconds}`);
  expect(figures.told).toBeGreaterThan(COUNT);
  expect(figures.cuts).toBeGreaterThan(COUNT);
}, 7_200_000);
