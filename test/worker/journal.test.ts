import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenedDatabase, openSqlite } from '../../src/sqlite.js';
import { LEASE_MS, WorkerJournal } from '../../src/worker/journal.js';
import { HERE } from '../../src/worker/process-tree.js';
import { type WorkerTables, workerMigrations } from '../../src/worker/schema.js';
import { TestClock } from './support/clock.js';

const HIRING = { hiringId: 'hiring-1', dispatch: 'dispatch-1', price: 500_000_000n, deadlineAt: undefined };
const RESULT = { kind: 'result', output: 'done' } as const;

let folder: string;
let clock: TestClock;
let database: OpenedDatabase<WorkerTables>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hirewire-journal-'));
  clock = new TestClock();
  database = openSqlite(join(folder, 'worker.db'), workerMigrations);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each is another worker, as another process would be. */
const journal = (origin = 'http://market.test/') => WorkerJournal.over(database, origin, clock.now);
const keyOf = (work: { key: string } | undefined) => work?.key ?? 'nothing';
/** A worker that died: nothing has its process id any more. */
async function orphan(key: string): Promise<void> {
  const raw = openSqlite<WorkerTables>(join(folder, 'worker.db'), workerMigrations);
  await database.db
    .updateTable('hirings')
    .set({ owner: `${HERE}|999999999|gone` })
    .where('key', '=', key)
    .execute();
  await raw.close();
}

describe('a hiring in the journal', () => {
  it('belongs to one worker at a time', async () => {
    const [one, two] = [journal(), journal()];
    const [first, second] = await Promise.all([one.claim(HIRING), two.claim(HIRING)]);
    expect([first, second].filter(Boolean)).toHaveLength(1);
    expect(await two.claim(HIRING)).toBeUndefined();
    expect(await two.begin(keyOf(first), 'run', 1)).toBeUndefined();
    expect(await two.finish(keyOf(first), RESULT)).toBe(false);
    expect(await two.renew([keyOf(first)])).toEqual([keyOf(first)]);
  });

  it('is kept as long as its worker is heard of, and then is free', async () => {
    const [one, two] = [journal(), journal()];
    const key = keyOf(await one.claim(HIRING));
    for (let beat = 0; beat < 5; beat += 1) {
      await clock.advance(LEASE_MS - 1);
      expect(await one.renew([key])).toEqual([]);
      expect(await two.ownerless()).toEqual([]);
    }
    await clock.advance(LEASE_MS);
    expect((await two.ownerless()).map(keyOf)).toEqual([key]);
    expect(await two.reclaim(key)).toMatchObject({ key });
    expect(await one.renew([key])).toEqual([key]);
    expect(await one.begin(key, 'run', 1)).toBeUndefined();
  });

  it('is free at once when the process of its worker is gone', async () => {
    const [one, two] = [journal(), journal()];
    const key = keyOf(await one.claim(HIRING));
    expect(await two.claim(HIRING)).toBeUndefined();
    await orphan(key);
    expect(await two.claim(HIRING)).toMatchObject({ key });
  });

  it('keeps the run that was begun last, so that it can be ended', async () => {
    const [one, two] = [journal(), journal()];
    const key = keyOf(await one.claim(HIRING));
    expect(await one.begin(key, 'run-a', 4711)).toBe(1n);
    await orphan(key);
    expect(await two.claim(HIRING)).toMatchObject({ state: 'running', run: 'run-a', pid: 4711n, runs: 1n });
    expect(await two.begin(key, 'run-b', 4712)).toBe(2n);
  });

  it('that has a result is never run again, whatever anybody writes', async () => {
    const one = journal();
    const key = keyOf(await one.claim(HIRING));
    await one.begin(key, 'run', 1);
    expect(await one.finish(key, RESULT)).toBe(true);
    expect(await one.begin(key, 'run', 2)).toBeUndefined();
    expect(await one.finish(key, { kind: 'failure', reason: 'no' })).toBe(false);
    for (const state of ['taken', 'running'] as const) {
      await expect(database.db.updateTable('hirings').set({ state }).where('key', '=', key).execute()).rejects.toThrow(
        'finished once',
      );
    }
    await one.settle(key, 'delivered', null);
    await expect(database.db.updateTable('hirings').set({ state: 'finished' }).execute()).rejects.toThrow(
      'finished once',
    );
    expect(await one.claim(HIRING)).toBeUndefined();
  });

  it('keeps its files until they are delivered', async () => {
    const one = journal();
    const key = keyOf(await one.claim(HIRING));
    const file = { name: 'a.ts', artifact_type: 'code_block', content: 'x', language: 'typescript' } as const;
    await one.finish(key, RESULT, [file]);
    expect(await one.files(key)).toMatchObject([{ name: 'a.ts', language: 'typescript', content_type: null }]);
    await one.settle(key, 'delivered', null);
    expect(await one.files(key)).toEqual([]);
  });

  it('that was stopped on purpose does not count as begun', async () => {
    const [one, two] = [journal(), journal()];
    const key = keyOf(await one.claim(HIRING));
    await one.begin(key, 'run', 1);
    await one.release(key, true);
    expect(await two.claim(HIRING)).toMatchObject({ runs: 0n });
  });

  it('is another one when the hirer tries again, or at another marketplace', async () => {
    const one = journal();
    const first = await one.claim(HIRING);
    const second = await one.claim({ ...HIRING, dispatch: 'dispatch-2' });
    const third = await journal('http://other.test/').claim(HIRING);
    expect(new Set([keyOf(first), keyOf(second), keyOf(third)]).size).toBe(3);
    expect(await journal('http://third.test/').ownerless()).toEqual([]);
  });

  it('is forgotten a month after it is over', async () => {
    const one = journal();
    const key = keyOf(await one.claim(HIRING));
    await one.settle(key, 'dropped', 'a reason');
    await clock.advance(29 * 24 * 3_600_000);
    await one.prune();
    expect(await one.latest('hiring-1')).toMatchObject({ reason: 'a reason' });
    await clock.advance(2 * 24 * 3_600_000);
    await one.prune();
    expect(await one.latest('hiring-1')).toBeUndefined();
  });
});

it('ten workers claim a hundred hirings: each has one owner', async () => {
  const workers = Array.from({ length: 10 }, () => journal());
  const claims = await Promise.all(
    workers.flatMap((worker) =>
      Array.from({ length: 100 }, (_, id) => worker.claim({ ...HIRING, hiringId: `hiring-${id}` })),
    ),
  );
  const won = claims.flatMap((work) => (work ? [work.hiring_id] : []));
  expect(won).toHaveLength(100);
  expect(new Set(won).size).toBe(100);
  console.log(`figure: claims=${claims.length} won=${won.length} hirings=100`);
});
