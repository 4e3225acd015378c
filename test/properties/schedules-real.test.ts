import { describe, it } from 'vitest';
import { seedOfRun, sized } from '../spending/support/random.js';
import { play } from './support/play.js';
import { realTheatre } from './support/real-scene.js';

const COUNT = sized(1_500, 100_000, 100);

describe('money moves once', () => {
  it("with the product's own tools and the whole reference backend, whose agents and humans act meanwhile", async () => {
    const theatre = realTheatre();
    await play('schedules-real', COUNT, seedOfRun(27_182_818), theatre.open, (roll) => ({
      steps: 3 + roll.below(6),
      faults: 0.25,
      crashes: 0.12,
    }));
    await theatre.close();
  }, 7_200_000);
});
