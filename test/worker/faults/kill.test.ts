import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject } from '../../../src/marketplaces/envelope.js';
import { dice, seedOfRun, soaking } from '../../spending/support/random.js';
import { type Folder, temporaryFolder } from '../../stdio/program.js';
import { Stall } from '../support/stall.js';
import { WorkProcess } from '../support/work-process.js';

/** The built program, killed with SIGKILL at each point and at random ones. */

let folder: Folder;
let stall: Stall;
beforeEach(async () => {
  folder = temporaryFolder();
  stall = await Stall.open(folder.path);
});
afterEach(async () => {
  await stall.close();
  folder.remove();
});

const namesOf = (files: unknown) => (Array.isArray(files) ? files.map((file) => asObject(file)?.name) : []);

/** What must hold of every hiring, however often a worker died in it. */
async function expectDeliveredOnce(ids: readonly string[]): Promise<number> {
  let begun = 0;
  for (const id of ids) {
    const hiring = await stall.hiring(id);
    expect(hiring, id).toMatchObject({ status: 'completed', task_output: { result: `did ${id}` } });
    expect(namesOf(hiring.artifacts)).toEqual(['proof.txt']);
    const log = stall.log(id);
    expect(log, id).not.toContain('OVERLAP');
    expect(log.at(-1), id).toBe('end');
    begun += log.filter((word) => word === 'begin').length;
  }
  // 5.00 USD each, less the fee of 5 %.
  const earned = ((ids.length * 475) / 100).toFixed(2);
  expect(await stall.books()).toEqual({ earned, balanced: true });
  return begun;
}

describe('a worker that is killed', () => {
  it.each([
    ['W0', 'when it has seen a hiring', 1],
    ['W1', 'when it has claimed it', 1],
    ['W2', 'when the process is there', 1],
    ['W3', 'when the run is written down', 1],
    ['W4', 'when the program has begun', 2],
    ['W5', 'when the program has ended', 2],
    ['W6', 'when the result is written down', 1],
    ['W7', 'when the files are delivered', 1],
    ['W8', 'when the result is delivered', 1],
    ['W9', 'when that is written down', 1],
  ])('at %s, %s, delivers it once after a restart', async (point, _, mostRuns) => {
    const ids = await stall.hire(1);
    const killed = new WorkProcess(stall, 'ledger', [], { HIREWIRE_FAILPOINT: point });
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const next = new WorkProcess(stall, 'ledger', ['--once']);
    expect(await next.exited, next.output).toEqual({ code: 0, signal: null });
    expect(await expectDeliveredOnce(ids)).toBeLessThanOrEqual(mostRuns);
  });

  it('at random moments, alone or with another one beside it, delivers everything once', async () => {
    const random = dice(seedOfRun(20_261_121));
    const kills = soaking ? 120 : 14;
    const ids: string[] = [];
    const flags = ['--concurrency', '3', '--attempts', '1000', '--env', 'WORK_MS=40'];
    let alive: WorkProcess[] = [];
    const told: WorkProcess[] = [];
    for (let count = 0; count < kills; count += 1) {
      while (alive.length < 1 + random.below(2)) {
        const worker = new WorkProcess(stall, 'ledger', flags);
        alive.push(worker);
        told.push(worker);
      }
      ids.push(...(await stall.hire(1 + random.below(2))));
      const victim = random.pick(alive);
      // At some event, or between two, or when the other one has left it nothing to do.
      await Promise.race([victim.told(2 + random.below(10)), pause(1_500)]);
      await pause(random.below(60));
      await victim.end('SIGKILL');
      alive = alive.filter((worker) => worker !== victim);
    }
    for (const worker of alive) await worker.end('SIGKILL');
    const last = new WorkProcess(stall, 'ledger', [...flags, '--once']);
    expect(await last.exited, last.output).toEqual({ code: 0, signal: null });
    const begun = await expectDeliveredOnce(ids);
    const delivered = [...told, last].flatMap((worker) => worker.hirings('delivered'));
    // An end that was told twice would be one that was not written down.
    expect(new Set(delivered).size).toBe(delivered.length);
    console.log(
      `figure: seed=${random.seed} kills=${kills} hirings=${ids.length} delivered once=${ids.length} runs=${begun}`,
    );
  });
});

/** Not to wait for anything: the moment of a kill is what is random. */
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('two workers at once', () => {
  it('do every hiring once', async () => {
    const ids = await stall.hire(16);
    const flags = ['--concurrency', '3', '--env', 'WORK_MS=10'];
    const workers = [new WorkProcess(stall, 'ledger', flags), new WorkProcess(stall, 'ledger', flags)];
    const done = () => workers.flatMap((worker) => worker.hirings('delivered'));
    while (done().length < ids.length) {
      await Promise.race(workers.map((worker) => worker.told(worker.events.length + 1)));
    }
    for (const worker of workers) expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(done().toSorted()).toEqual(ids.toSorted());
    expect(await expectDeliveredOnce(ids)).toBe(ids.length);
    console.log(`figure: hirings=${ids.length} by each=${workers.map((worker) => worker.hirings('delivered').length)}`);
  });
});
