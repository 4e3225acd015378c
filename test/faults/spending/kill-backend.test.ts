import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dice, seedOfRun, sized, soaking } from '../../spending/support/random.js';
import { type Folder, temporaryFolder } from '../../stdio/program.js';
import { insist, say, startBridge, wrongWith } from './caller.js';
import { type Death, type Marketplace, openMarketplace } from './marketplace.js';
import { SCENARIOS } from './scenarios.js';

/** The built backend, killed with SIGKILL around each money call, and then both programs killed at random under load. */

const DEATHS: readonly Death[] = [
  'before it arrives',
  'while it works',
  'after the effect',
  'in the middle of the answer',
];
/** For every commit each death once for one tool, and the worst of them for every tool; all of them with SOAK=1. */
const RUNS = sized(1, 20, 1);
const everyDeathOf = (tool: string) => (soaking || tool === 'hire_agent' ? DEATHS : ['after the effect' as const]);
const KILLS = sized(6, 500, 2);
const SEED = seedOfRun(11_235_813);

let folder: Folder;
let market: Marketplace;
beforeAll(async () => {
  folder = temporaryFolder();
  market = await openMarketplace(folder.path);
});
afterAll(async () => {
  await market.stop();
  folder.remove();
});

describe('a marketplace that is killed', () => {
  it('around the request of each money tool has done it once, and the bridge finds that out', async () => {
    const wrong: string[] = [];
    let cells = 0;
    for (const [tool, prepare] of Object.entries(SCENARIOS)) {
      for (const death of everyDeathOf(tool)) {
        for (let run = 0; run < RUNS; run += 1) {
          const name = `${tool}, ${death}, ${run}`;
          const scenario = await prepare(market, name);
          const journal = temporaryFolder();
          const client = await startBridge(journal.path, market);
          const deaths = market.deaths;
          market.dieAt(death);
          const heard = await say(client, scenario);
          await client.stop();
          if (market.deaths !== deaths + 1) wrong.push(`${name}: it did not die`);
          const known = heard && !heard.isError ? heard : await insist(journal.path, market, scenario);
          for (const what of await wrongWith(journal.path, scenario, known)) wrong.push(`${name}: ${what}`);
          journal.remove();
          cells += 1;
        }
      }
    }
    await market.inspect();
    console.log(
      `figure: backend-kills=${cells} tools=${Object.keys(SCENARIOS).length} points=${DEATHS.length} wrong=${wrong.length} seed=none`,
    );
    expect(wrong).toEqual([]);
  }, 3_600_000);
});

describe('a bridge and a marketplace that are killed at random under load', () => {
  it('lose nothing that was acknowledged and do nothing twice', async () => {
    const roll = dice(SEED);
    const journal = temporaryFolder();
    const wrong: string[] = [];
    const told = new Map<string, string>();
    const prepare = SCENARIOS.hire_agent;
    if (!prepare) throw new Error('there is no such scenario');
    const before = market.deaths;
    let bridgeKills = 0;
    let calls = 0;
    let client = await startBridge(journal.path, market);
    while (market.deaths - before + bridgeKills < KILLS) {
      const names = [1, 2, 3].map((number) => `load ${calls + number}`);
      calls += names.length;
      const scenarios = await Promise.all(names.map((name) => prepare(market, name)));
      const answers = Promise.all(scenarios.map((scenario) => say(client, scenario)));
      // A random moment of the work: the one thing here that only real time can give.
      await new Promise((resolve) => setTimeout(resolve, roll.below(60)));
      let back = Promise.resolve();
      if (roll.chance(0.5)) back = market.crash();
      else {
        client.child.kill('SIGKILL');
        bridgeKills += 1;
      }
      const heard = await answers;
      await back;
      if (client.child.exitCode !== null || client.child.signalCode !== null)
        client = await startBridge(journal.path, market);
      for (const [index, scenario] of scenarios.entries()) {
        let answer = heard[index];
        for (let tries = 0; tries < 20 && (!answer || /OUTCOME_UNKNOWN|UNAVAILABLE/.test(answer.text)); tries += 1) {
          answer = await say(client, scenario);
        }
        told.set(names[index] ?? '', answer?.text ?? 'nothing');
      }
    }
    await client.stop();
    for (const [name, text] of told) {
      const scenario = await prepare(market, name);
      const effects = await scenario.effects();
      const [only = 'none'] = effects;
      if (effects.length !== 1 || !text.includes(only))
        wrong.push(`${name}: ${effects.length} effects, told ${text.slice(0, 200)}`);
    }
    await market.inspect();
    const kills = market.deaths - before;
    console.log(
      `figure: random-kills=${kills + bridgeKills} bridge=${bridgeKills} backend=${kills} calls=${told.size} wrong=${wrong.length} seed=${SEED}`,
    );
    journal.remove();
    expect(wrong).toEqual([]);
  }, 3_600_000);
});
