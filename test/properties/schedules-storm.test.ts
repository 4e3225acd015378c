import { describe, it } from 'vitest';
import { seedOfRun, sized } from '../spending/support/random.js';
import { leanTheatre } from './support/lean-scene.js';
import { play } from './support/play.js';

const COUNT = sized(3_000, 300_000, 600);

describe('money moves once', () => {
  it('in a storm: every second request is lost, and every third call meets a crash', async () => {
    const theatre = leanTheatre();
    await play('schedules-storm', COUNT, seedOfRun(31_415_926), theatre.open, (roll) => ({
      steps: 2 + roll.below(5),
      faults: 0.5,
      crashes: 0.3,
    }));
    await theatre.close();
  }, 7_200_000);
});
