import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dice, seedOfRun, soaking } from '../spending/support/random.js';
import { leanTheatre } from './support/lean-scene.js';
import { runSchedule } from './support/schedule.js';

const SCHEDULES = soaking ? 1_000_000 : Number(process.env.N ?? 9_000);
const SEED = seedOfRun(20_261_121);

// A bridge that dies in the middle of its work has much to say about it.
beforeAll(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));
afterAll(() => vi.restoreAllMocks());

describe('money moves once', () => {
  it(`in ${SCHEDULES} random schedules with losses, delays, crashes, several bridges and a forgetful model`, async () => {
    const theatre = leanTheatre();
    const total = { calls: 0, effects: 0, crashes: 0, faults: 0, doubles: 0, lost: 0 };
    const wrong: string[] = [];
    for (let index = 0; index < SCHEDULES; index += 1) {
      const seed = SEED + index;
      const roll = dice(seed);
      const scene = await theatre.open(roll);
      const report = await runSchedule(roll, scene, { steps: 3 + roll.below(6), faults: 0.25, crashes: 0.12 });
      total.calls += report.calls;
      total.effects += report.effects;
      total.crashes += report.crashes;
      total.faults += report.faults;
      total.doubles += report.doubles;
      total.lost += report.lost;
      if (report.violations.length > 0) wrong.push(`seed ${seed}: ${report.violations.join(' | ')}`);
      if (wrong.length > 5) break;
    }
    await theatre.close();
    const { calls, effects, crashes, faults, doubles, lost } = total;
    console.log(
      `figure: schedules=${SCHEDULES} calls=${calls} effects=${effects} faults=${faults} crashes=${crashes} ` +
        `double-charges=${doubles} lost-acknowledgements=${lost} violations=${wrong.length} seed=${SEED}`,
    );
    expect(wrong).toEqual([]);
  }, 3_600_000);
});
