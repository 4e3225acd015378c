import { describe, it } from 'vitest';
import { seedOfRun, soaking } from '../spending/support/random.js';
import { play } from './support/play.js';
import { realTheatre } from './support/real-scene.js';

const COUNT = soaking ? 20_000 : Number(process.env.N ?? 1_000);

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
