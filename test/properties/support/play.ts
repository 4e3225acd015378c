import { expect, vi } from 'vitest';
import { type Dice, dice } from '../../spending/support/random.js';
import type { Scene } from './scene.js';
import { runSchedule, type ScheduleOptions } from './schedule.js';

/**
 * Plays many schedules one after another, prints the figure, and expects that nothing went wrong. Schedule n of a run has
 * the seed of the run plus n, so that a long run can be split: SEED is where to begin, SCHEDULES how many.
 */
export async function play(
  name: string,
  usual: number,
  seed: number,
  open: (roll: Dice) => Promise<Scene>,
  options: (roll: Dice) => ScheduleOptions,
): Promise<void> {
  // A bridge that dies in the middle of its work has much to say about it.
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const count = Number(process.env.SCHEDULES ?? usual);
  const total = { calls: 0, effects: 0, faults: 0, crashes: 0, doubles: 0, lost: 0 };
  const wrong: string[] = [];
  let played = 0;
  for (; played < count && wrong.length < 5; played += 1) {
    // A schedule need not let the event loop turn, and what is cleaned up only there, such as abort signals, would pile up.
    await new Promise((resolve) => setImmediate(resolve));
    const roll = dice(seed + played);
    const scene = await open(roll);
    const report = await runSchedule(roll, scene, options(roll));
    total.calls += report.calls;
    total.effects += report.effects;
    total.faults += report.faults;
    total.crashes += report.crashes;
    total.doubles += report.doubles;
    total.lost += report.lost;
    if (report.violations.length > 0) wrong.push(`seed ${roll.seed}: ${report.violations.join(' | ')}`);
  }
  stderr.mockRestore();
  const { calls, effects, faults, crashes, doubles, lost } = total;
  console.log(
    `figure: ${name}=${played} calls=${calls} effects=${effects} faults=${faults} crashes=${crashes} ` +
      `double-charges=${doubles} lost-acknowledgements=${lost} violations=${wrong.length} seed=${seed}`,
  );
  expect(wrong).toEqual([]);
  expect(played).toBe(count);
}
