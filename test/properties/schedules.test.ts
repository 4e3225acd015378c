import { describe, it } from 'vitest';
import { seedOfRun, sized } from '../spending/support/random.js';
import { leanTheatre } from './support/lean-scene.js';
import { play } from './support/play.js';

const COUNT = sized(5_500, 600_000, 600);

describe('money moves once', () => {
  it('in random schedules with losses, delays, crashes, several bridges and a forgetful model', async () => {
    const theatre = leanTheatre();
    await play('schedules', COUNT, seedOfRun(20_261_121), theatre.open, (roll) => ({
      steps: 2 + roll.below(5),
      faults: 0.25,
      crashes: 0.12,
    }));
    await theatre.close();
  }, 7_200_000);
});
