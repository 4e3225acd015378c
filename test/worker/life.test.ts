import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hiring } from '../../src/marketplaces/agrenting/contract/hirings.js';
import { HERE, MARK } from '../../src/worker/process-tree.js';
import { dispatchOf } from '../../src/worker/standing.js';
import { isAlive, onLinux } from './support/processes.js';
import { Shop, type Worked } from './support/shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(async () => {
  await shop.close();
});

/** The journal as a worker leaves it that dies after it has begun a program for a hiring. */
async function diedAtWork(id: string, times: number, run = randomUUID(), pid = 999_999_999): Promise<void> {
  const { journal } = shop.worker('echo');
  const dispatch = dispatchOf(hiring.parse(await shop.market.hiring(id)));
  const work = await journal.claim({ hiringId: id, dispatch, price: 500_000_000n, deadlineAt: undefined });
  for (let count = 0; count < times; count += 1) await journal.begin(work?.key ?? '', run, pid);
  await makeOrphan();
}
const makeOrphan = () =>
  shop.database.db
    .updateTable('hirings')
    .set({ owner: `${HERE}|999999999|gone` })
    .execute();

describe('a restart', () => {
  it('goes on with what the worker died in, and says that it is another run', async () => {
    const id = await shop.market.hire('Long work.');
    await diedAtWork(id, 1);
    const worked = shop.worker('obey').start();
    const ring = await shop.bell.ring(0);
    expect(ring.text).toMatch(new RegExp(`^${id} 2 `));
    expect(await worked.event('taken')).toMatchObject({ run: 2 });
    ring.answer('done at last');
    await worked.event('delivered');
    expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
  });

  it('gives up what it died in too often, and tells the hirer', async () => {
    const id = await shop.market.hire('Deadly work.');
    await diedAtWork(id, 2);
    await shop.worker('obey').start().event('failed');
    expect(shop.bell.rings).toEqual([]);
    expect(await shop.market.hiring(id)).toMatchObject({
      failed_reason: 'The agent was interrupted 2 times while it worked on this.',
    });
  });

  it('delivers what was finished, and runs nothing for it', async () => {
    const id = await shop.market.hire('Already done.');
    await diedAtWork(id, 1);
    const { journal } = shop.worker('echo');
    const key = (await journal.latest(id))?.key ?? '';
    await journal.reclaim(key);
    const file = { name: 'a.txt', artifact_type: 'text', content: 'kept' } as const;
    await journal.finish(key, { kind: 'result', output: 'from before' }, [file]);
    await makeOrphan();
    const worked = shop.worker('obey').start();
    await worked.event('delivered');
    expect(shop.bell.rings).toEqual([]);
    expect(await shop.market.hiring(id)).toMatchObject({ task_output: { result: 'from before' } });
    expect(await shop.market.files(id)).toEqual(['a.txt']);
  });

  it('drops what the hirer cancelled in the meantime', async () => {
    const id = await shop.market.hire('Not any more.');
    await diedAtWork(id, 1);
    await shop.market.call('POST', `/hirings/${id}/cancel`, {});
    expect(await shop.worker('obey').start().event('dropped')).toMatchObject({ reason: 'the hirer cancelled it' });
    expect(shop.bell.rings).toEqual([]);
  });

  it.runIf(onLinux)('ends what is left of the earlier run before it begins another one', async () => {
    const id = await shop.market.hire('Still running.');
    const run = randomUUID();
    const env = { PATH: String(process.env.PATH), [MARK]: run };
    const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
      detached: true,
      stdio: 'ignore',
      env,
    });
    await diedAtWork(id, 1, run, left.pid ?? 0);
    const worked = shop.worker('obey').start();
    await shop.until(shop.bell.ring(0), 10);
    expect(isAlive(left.pid ?? 0)).toBe(false);
    (await shop.bell.ring(0)).answer('done');
    await worked.event('delivered');
  });

  it('leaves alone what belongs to another agent with the same journal', async () => {
    const { journal } = shop.worker('echo');
    const other = { hiringId: randomUUID(), dispatch: 'd', price: 1n, deadlineAt: undefined };
    const key = (await journal.claim(other))?.key ?? '';
    await journal.finish(key, { kind: 'result', output: 'theirs' });
    await makeOrphan();
    const worked = shop.worker('echo').start();
    expect(await worked.event('left')).toMatchObject({ reason: 'the marketplace does not show it to this agent' });
    expect(await journal.latest(other.hiringId)).toMatchObject({ state: 'finished', owner: null });
  });
});

describe('two workers with one journal', () => {
  it('never have the same hiring, and do all of them between them', async () => {
    const ids = [];
    for (let count = 0; count < 8; count += 1) ids.push(await shop.market.hire(`Task ${count}.`));
    const workers = [shop.worker('obey', { concurrency: 2 }), shop.worker('obey', { concurrency: 2 })];
    for (const worked of workers) worked.start();
    const seen: string[] = [];
    for (let count = 0; count < 8; count += 1) {
      const ring = await shop.bell.ring(count);
      seen.push(ring.text.split(' ')[0] ?? '');
      ring.answer('done');
      for (const worked of workers) worked.feed.ring();
    }
    while (workers.reduce((sum, worked) => sum + worked.count('delivered'), 0) < 8)
      await Promise.race(workers.map(next));
    expect(seen.toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
    console.log(`figure: hirings=8 begun=${seen.length} by each=${workers.map((worked) => worked.count('delivered'))}`);
  });

  it('hand over when one is not heard of any more: its program is ended before the other begins', async () => {
    const id = await shop.market.hire('Handed over.');
    const one = shop.worker('obey').start();
    const first = await shop.bell.ring(0);
    // As after a night in which the computer slept: the lease is over, and the other one looks first.
    const two = shop.worker('obey');
    await shop.database.db.updateTable('hirings').set({ lease_until: 0n }).execute();
    two.start();
    await shop.until(shop.bell.ring(1), 10);
    expect(isAlive(Number(first.text.split(' ')[2]))).toBe(false);
    expect(await one.event('left')).toMatchObject({ reason: 'another worker has it' });
    (await shop.bell.ring(1)).answer('by the other');
    await two.event('delivered');
    expect(await shop.market.hiring(id)).toMatchObject({ task_output: { result: 'by the other' } });
    expect(one.count('delivered') + one.count('failed')).toBe(0);
  });
});

describe('a worker that is asked to stop', () => {
  it('finishes what runs and takes nothing more', async () => {
    const id = await shop.market.hire('Almost done.');
    const later = await shop.market.hire('For later.');
    const worked = shop.worker('obey').start();
    await shop.bell.ring(0);
    expect(worked.worker.working).toBe(1);
    worked.worker.drain();
    expect(await worked.event('stopping')).toEqual({ event: 'stopping', running: 1, grace_s: 30 });
    (await shop.bell.ring(0)).answer('done');
    await worked.ended;
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'completed' });
    expect(await shop.market.hiring(later)).toMatchObject({ status: 'in_progress' });
    expect(worked.worker.tally).toMatchObject({ delivered: 1, left: 0 });
  });

  it('leaves what is not finished within the grace for the next start, and does not count it', async () => {
    const id = await shop.market.hire('Takes long.');
    const worked = shop.worker('obey', { attempts: 1 }).start();
    await shop.bell.ring(0);
    worked.worker.drain();
    await shop.clock.advance(30_000);
    await shop.until(worked.ended);
    expect(await worked.event('left')).toMatchObject({ reason: 'the worker was stopped' });
    expect(await worked.journal.latest(id)).toMatchObject({ state: 'running', owner: null, runs: 0n });
    const next = shop.worker('obey', { attempts: 1 }).start();
    (await shop.bell.ring(1)).answer('done');
    await next.event('delivered');
  });

  it('twice leaves everything at once', async () => {
    await shop.market.hire('Takes long.');
    const worked = shop.worker('obey').start();
    const { text } = await shop.bell.ring(0);
    worked.worker.drain();
    worked.worker.halt();
    await worked.ended;
    expect(isAlive(Number(text.split(' ')[2]))).toBe(false);
    expect(worked.worker.tally).toMatchObject({ delivered: 0, left: 1 });
  });

  it('while it cannot deliver keeps the result for the next start', async () => {
    const id = await shop.market.hire('Undelivered.');
    shop.market.weather = async (request, pass) => {
      if (request.url.endsWith('/result')) throw new TypeError('fetch failed');
      return await pass();
    };
    const worked = shop.worker('echo').start();
    await worked.event('waiting');
    worked.worker.halt();
    await worked.ended;
    expect(await worked.journal.latest(id)).toMatchObject({ state: 'finished', owner: null });
    shop.market.weather = async (_, pass) => await pass();
    await shop.worker('obey').start().event('delivered');
    expect(await shop.market.hiring(id)).toMatchObject({ task_output: { result: 'Done: Undelivered.' } });
  });
});

describe('once', () => {
  it('does what waits and ends', async () => {
    for (let count = 0; count < 3; count += 1) await shop.market.hire(`Task ${count}.`);
    const worked = shop.worker('echo', { once: true }).start();
    await worked.ended;
    expect(worked.worker.tally).toMatchObject({ delivered: 3, left: 0, earned: '15.00' });
  });

  it('ends at once when nothing waits, and with an error when the marketplace cannot be reached', async () => {
    await shop.worker('echo', { once: true }).start().ended;
    shop.market.weather = () => Promise.reject(new TypeError('fetch failed'));
    await expect(shop.worker('echo', { once: true }).start().ended).rejects.toThrow(
      'The connection to the marketplace broke',
    );
  });
});

describe('secrets', () => {
  it('of a push-mode hiring reach the program and nothing else', async () => {
    const token = 'ghp_canary0123456789abcdefghij';
    const id = await shop.market.hire('Fix the bug.', {
      delivery_mode: 'push',
      repo_url: 'https://github.com/me/repo',
      repo_access_token: token,
    });
    const worked = shop.worker('leak').start();
    await worked.event('delivered');
    const shown = await shop.market.hiring(id);
    expect(shown).toMatchObject({ task_output: { result: 'pushed with [redacted] model-key-0123456789' } });
    expect(await shop.market.messages(id)).toEqual([
      'cloning with [redacted] model-key-0123456789\ncloning with [redacted]\nNot delivered: log.bin (it holds a credential)',
    ]);
    const journal = ['worker.db', 'worker.db-wal']
      .map((name) => readFileSync(join(shop.folder, name), 'latin1'))
      .join('');
    const canaries = [token, shop.market.agentKey];
    for (const canary of canaries) {
      expect(JSON.stringify(shown)).not.toContain(canary);
      expect(JSON.stringify(worked.events)).not.toContain(canary);
      expect(journal).not.toContain(canary);
    }
    expect(journal).toContain(id);
    console.log(`figure: canaries=${canaries.length} journal bytes=${journal.length} leaks=0`);
  });
});

const next = (worked: Worked): Promise<unknown> => worked.event('delivered', worked.count('delivered'));
