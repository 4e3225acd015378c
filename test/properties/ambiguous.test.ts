import { describe, expect, it, vi } from 'vitest';
import { HirewireError } from '../../src/errors.js';
import { envelope as agrenting } from '../../src/marketplaces/agrenting/envelope.js';
import { envelope as humans2ai } from '../../src/marketplaces/humans2ai/envelope.js';
import { openBridge, openJournalFile, operationOf } from '../spending/support/bridge.js';
import { FAULTS, faultyNetwork } from '../spending/support/faults.js';
import { openMarket, START } from '../spending/support/market.js';
import { dice, seedOfRun, sized } from '../spending/support/random.js';
import { leanTools, pay } from '../spending/support/tools.js';

const OPERATIONS = sized(10_000, 100_000, 500);
const BATCH = 500;
const SEED = seedOfRun(14_142_135);

describe('a lost answer', () => {
  it('ends as done once, or as an unknown outcome that get_operation settles, and never with a fresh key', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const roll = dice(SEED);
    const count = { ok: 0, unknown: 0, settled: 0, refused: 0, freshKeys: 0, doubles: 0, missing: 0 };
    const faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0]));
    for (let from = 0; from < OPERATIONS; from += BATCH) {
      let time = START + from;
      const manners = roll.pick(['agrenting', 'humans2ai'] as const);
      const market = await openMarket(manners, { now: () => time });
      await market.fund('user:test', 1_000_000);
      const journal = openJournalFile();
      const envelope = manners === 'agrenting' ? agrenting : humans2ai;
      /** How many keys each operation was sent under. */
      const keys = new Map<string, number>();
      const known = new Set<string>();
      let current = '';
      const watched = async (request: Request) => {
        const key = request.headers.get(envelope.keyHeader);
        if (key !== null && !known.has(key)) keys.set(current, (keys.get(current) ?? 0) + 1);
        if (key !== null) known.add(key);
        return await network.fetch(request);
      };
      const network = faultyNetwork((request) => market.fetch(request), roll, { writes: 0.7, reads: 0 });
      const bridge = openBridge({ journal, now: () => time, envelope, tools: leanTools, fetch: watched });
      const effectOf = new Map<string, number>();
      const open: string[] = [];
      for (let index = 0; index < BATCH; index += 1) {
        current = `n${index}`;
        const args = { note: current, payee: 'did:a', amount: '1.00' };
        try {
          const answer = await bridge.call(pay, args);
          if (operationOf(answer).outcome === 'done') count.ok += 1;
        } catch (error) {
          if (!(error instanceof HirewireError)) throw error;
          const { code, details } = error.facts;
          if (code !== 'OUTCOME_UNKNOWN') count.refused += 1;
          else {
            count.unknown += 1;
            open.push(String(details?.operation_id));
          }
        }
      }
      await network.deliver();
      network.rate = { writes: 0, reads: 0 };
      time += 180_000;
      current = 'settling';
      for (const key of open) if ((await bridge.operation(key))?.state === 'done') count.settled += 1;
      for (const { note } of (await market.effects(0n)).effects) effectOf.set(note, (effectOf.get(note) ?? 0) + 1);
      for (let index = 0; index < BATCH; index += 1) {
        const made = effectOf.get(`n${index}`) ?? 0;
        if (made > 1) count.doubles += 1;
        if (made < 1) count.missing += 1;
        if ((keys.get(`n${index}`) ?? 0) > 1) count.freshKeys += 1;
      }
      count.freshKeys += keys.get('settling') ?? 0;
      for (const fault of FAULTS) faults[fault] = (faults[fault] ?? 0) + network.injected[fault];
      await market.audit();
      await journal.close();
      await market.close();
    }
    stderr.mockRestore();
    console.log(
      `figure: ambiguous-operations=${OPERATIONS} ok=${count.ok} unknown=${count.unknown} settled=${count.settled} ` +
        `double-charges=${count.doubles} lost=${count.missing} fresh-keys=${count.freshKeys} faults=${JSON.stringify(faults)} seed=${SEED}`,
    );
    expect(count).toMatchObject({ refused: 0, doubles: 0, missing: 0, freshKeys: 0 });
    expect(count.ok + count.unknown).toBe(OPERATIONS);
    expect(count.settled).toBe(count.unknown);
    expect(count.unknown).toBeGreaterThan(OPERATIONS / 20);
  }, 1_800_000);
});
