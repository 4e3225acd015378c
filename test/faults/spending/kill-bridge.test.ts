import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sized } from '../../spending/support/random.js';
import { type Folder, temporaryFolder } from '../../stdio/program.js';
import { insist, operationsIn, say, startBridge, wrongWith } from './caller.js';
import { type Marketplace, openMarketplace } from './marketplace.js';
import { SCENARIOS } from './scenarios.js';

/** The built bridge, killed with SIGKILL at each labelled point of each money tool, and its call repeated. */

const POINTS = ['P0', 'P1', 'P2', 'P3', 'P4', 'P5'] as const;
const RUNS = sized(1, 20, 1);
const AT_ONCE = 2;

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

const cells = Object.entries(SCENARIOS).flatMap(([tool, prepare]) =>
  POINTS.flatMap((point) => Array.from({ length: RUNS }, (_, run) => ({ tool, prepare, point, run }))),
);
/** How many effects there must be at the moment of the death. */
const AT_DEATH: Readonly<Record<(typeof POINTS)[number], number>> = { P0: 0, P1: 0, P2: 0, P3: 1, P4: 1, P5: 1 };
const STATES: Readonly<Record<(typeof POINTS)[number], string>> = {
  P0: '',
  P1: 'prepared',
  P2: 'sent',
  P3: 'sent',
  P4: 'done',
  P5: 'done',
};

describe('a bridge that is killed', () => {
  it(`at ${POINTS.join(', ')} of ${Object.keys(SCENARIOS).length} tools has paid once, and the repeat hears the first result`, async () => {
    const wrong: string[] = [];
    let kills = 0;
    const waiting = [...cells];
    const work = async () => {
      for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
        const name = `${cell.tool} ${cell.point} ${cell.run}`;
        const scenario = await cell.prepare(market, name);
        const own = temporaryFolder();
        const client = await startBridge(own.path, market, cell.point);
        const heard = await say(client, scenario);
        if (heard) {
          wrong.push(`${name}: it did not die, and said ${heard.text.slice(0, 300)}`);
          await client.stop();
        } else if ((await client.exited).signal !== 'SIGKILL') wrong.push(`${name}: it ended by itself`);
        kills += 1;
        const made = (await scenario.effects()).length;
        if (made !== AT_DEATH[cell.point]) wrong.push(`${name}: ${made} effects at its death`);
        const states = (await operationsIn(own.path)).map(({ state }) => state).join(' ');
        if (states !== STATES[cell.point]) wrong.push(`${name}: the journal says "${states}" at its death`);
        const repeat = await insist(own.path, market, scenario);
        for (const what of await wrongWith(own.path, scenario, repeat)) wrong.push(`${name}: ${what}`);
        own.remove();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await market.inspect();
    console.log(
      `figure: bridge-kills=${kills} tools=${Object.keys(SCENARIOS).length} points=${POINTS.length} wrong=${wrong.length} seed=none`,
    );
    expect(wrong).toEqual([]);
  }, 3_600_000);
});
