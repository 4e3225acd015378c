import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, temporaryFolder } from '../../stdio/program.js';
import type { RawClient } from '../../stdio/raw-client.js';
import { operationsIn, say, startBridge } from './caller.js';
import { type Marketplace, openMarketplace } from './marketplace.js';
import { SCENARIOS } from './scenarios.js';

/** Two bridges of one user, as two hosts start them: two processes over one journal. */

let folder: Folder;
let journal: Folder;
let market: Marketplace;
let bridges: RawClient[];
beforeAll(async () => {
  folder = temporaryFolder();
  journal = temporaryFolder();
  market = await openMarketplace(folder.path);
  const flags = ['--max-per-day', '100 USD'];
  bridges = await Promise.all([1, 2].map(() => startBridge(journal.path, market, undefined, flags)));
});
afterAll(async () => {
  await Promise.all(bridges.map((bridge) => bridge.stop()));
  await market.stop();
  for (const one of [folder, journal]) one.remove();
});

const prepare = async (note: string) => {
  const hire = SCENARIOS.hire_agent;
  if (!hire) throw new Error('there is no such scenario');
  return await hire(market, note);
};

describe('two bridges at once', () => {
  it('that are told the same thing do it once, and both hear the same result', async () => {
    let wrong = 0;
    for (let round = 0; round < 5; round += 1) {
      const scenario = await prepare(`told twice ${round}`);
      const heard = await Promise.all(
        [0, 1, 0, 1, 0, 1].map((at) => bridges[at]).map((one) => one && say(one, scenario)),
      );
      const effects = await scenario.effects();
      const [only = 'none'] = effects;
      if (effects.length !== 1 || heard.some((answer) => !answer?.text.includes(only))) wrong += 1;
    }
    expect(wrong).toBe(0);
  }, 120_000);

  it('cannot spend more in a day than one of them', async () => {
    const before = (await operationsIn(journal.path)).length;
    const notes = Array.from({ length: 16 }, (_, index) => `limited ${index}`);
    const scenarios = await Promise.all(notes.map(prepare));
    const heard = await Promise.all(
      scenarios.map((scenario, index) => {
        const bridge = bridges[index % 2];
        return bridge && say(bridge, scenario);
      }),
    );
    const operations = await operationsIn(journal.path);
    const spent = operations.reduce((sum, { amount }) => sum + amount, 0n) / 100_000_000n;
    const refused = heard.filter((answer) => answer?.text.includes('LIMIT_EXCEEDED')).length;
    console.log(`figure: two-bridges day-limit=100 spent=${spent} refused=${refused} of 16 seed=none`);
    // Nine dollars a hire: eleven of them, whoever asks.
    expect(spent).toBe(99n);
    expect(refused).toBe(16 - (operations.length - before));
    await market.inspect();
  }, 120_000);
});
