import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Shop } from './support/shop.js';

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(async () => {
  await shop.close();
});

describe('a hiring', () => {
  it('is taken, done by the program and delivered: the escrow is released once', async () => {
    const id = await shop.market.hire('Count the words.');
    const worked = shop.worker('echo').start();
    expect(await worked.event('delivered')).toEqual({ event: 'delivered', hiring_id: id, price: '5.00' });
    expect(await shop.market.hiring(id)).toMatchObject({
      status: 'completed',
      task_output: { result: 'Done: Count the words.' },
    });
    expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
    expect(worked.worker.tally).toEqual({ delivered: 1, failed: 0, dropped: 0, left: 0, earned: '5.00' });
    expect(await worked.journal.latest(id)).toMatchObject({ state: 'delivered', runs: 1n, owner: null, outcome: null });
  });

  it('is delivered as an object when the program prints one', async () => {
    const id = await shop.market.hire('Summarise.');
    await shop.worker('json').start().event('delivered');
    expect(await shop.market.hiring(id)).toMatchObject({ task_output: { summary: 'short', words: 3 } });
  });

  it('is delivered with the files that the program left, but not with what a link leads to', async () => {
    const id = await shop.market.hire('Draw a chart.');
    const worked = shop.worker('files').start();
    await worked.event('delivered');
    expect(await worked.event('finished')).toMatchObject({ files: 3, left_out: ['passwd.txt (a link)'] });
    expect(await shop.market.files(id)).toEqual(['charts-ring.png', 'data.json', 'note.md']);
    expect(await shop.market.messages(id)).toEqual(['Not delivered: passwd.txt (a link)']);
    expect(await worked.journal.files(String((await worked.journal.latest(id))?.key))).toEqual([]);
  });

  it('fails with what the program said last, and the hirer gets everything back', async () => {
    const id = await shop.market.hire('Read this.');
    const worked = shop.worker('fail').start();
    await worked.event('failed');
    expect(await shop.market.hiring(id)).toMatchObject({
      status: 'failed',
      failed_reason: 'the document is encrypted',
    });
    expect(await shop.market.messages(id)).toEqual(['reading the task\nthe document is encrypted']);
    expect(await shop.market.books(id)).toEqual({ releases: 0, balanced: true });
  });

  it.each([
    ['failSilently', 'The agent ended with code 7.'],
    ['killed', 'The agent was ended from outside.'],
    ['silent', 'The agent ended without a result.'],
    ['floodStdout', 'The agent wrote more than 200000 bytes of output.'],
  ])('of a program that behaves like "%s" fails with a reason', async (behaviour, reason) => {
    const id = await shop.market.hire('Try.');
    expect(await shop.worker(behaviour).start().event('failed')).toMatchObject({ hiring_id: id, reason });
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'failed', failed_reason: reason });
  });

  it('fails when it takes longer than it may', async () => {
    const id = await shop.market.hire('Think.');
    const worked = shop.worker('obey').start();
    await shop.bell.ring(0);
    await shop.clock.advance(60_000);
    await worked.event('failed');
    expect(await shop.market.hiring(id)).toMatchObject({ failed_reason: 'The agent took longer than 60 seconds.' });
  });

  it('that the hirer cancels is stopped, and nothing is delivered', async () => {
    const id = await shop.market.hire('Never mind.');
    const worked = shop.worker('obey').start();
    const { text } = await shop.bell.ring(0);
    await shop.market.call('POST', `/hirings/${id}/cancel`, {});
    await worked.look();
    expect(await worked.event('dropped')).toMatchObject({ reason: 'the hirer cancelled it' });
    expect(isAlive(Number(text.split(' ')[2]))).toBe(false);
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'cancelled', task_output: null });
    expect(shop.market.requests.filter((request) => request.endsWith('/result'))).toEqual([]);
  });

  it('whose deadline passes is stopped, and nothing is delivered', async () => {
    const id = await shop.market.hire('Think for long.');
    await shop.market.setDeadline(id, shop.clock.now() + 600_000);
    const worked = shop.worker('obey', { timeoutMs: 3_600_000 }).start();
    const { text } = await shop.bell.ring(0);
    await shop.clock.advance(600_000);
    expect(await worked.event('dropped')).toMatchObject({ reason: 'the deadline is over' });
    expect(isAlive(Number(text.split(' ')[2]))).toBe(false);
    await shop.market.backend.advance(24 * 3_600_000);
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'failed', task_output: null });
  });

  it('that the hirer tries again after a failure is done again', async () => {
    const id = await shop.market.hire('Twice, please.');
    const worked = shop.worker('obey').start();
    (await shop.bell.ring(0)).answer('4');
    await worked.event('failed');
    await shop.clock.advance(60_000);
    await shop.market.call('POST', `/hirings/${id}/retry`, {});
    await shop.market.backend.advance(100);
    await worked.look();
    const again = await shop.bell.ring(1);
    expect(again.text).toMatch(new RegExp(`^${id} 1 `));
    again.answer('better');
    await worked.event('delivered');
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'completed', task_output: { result: 'better' } });
    expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
  });
});

describe('concurrency', () => {
  it('is respected, and everything is done in the end', async () => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await shop.market.hire(`Task ${count}.`));
    const worked = shop.worker('obey', { concurrency: 2 }).start();
    const rung: (string | undefined)[] = [];
    for (let count = 0; count < 5; count += 1) {
      const ring = await shop.bell.ring(count);
      expect(worked.worker.working).toBeLessThanOrEqual(2);
      rung.push(ring.text.split(' ')[0]);
      if (count > 0) (await shop.bell.ring(count - 1)).answer('done');
    }
    (await shop.bell.ring(4)).answer('done');
    await worked.event('delivered', 4);
    // Two that are started at a time may come up in either order.
    expect(rung.toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
  });
});

describe('a marketplace that is away', () => {
  it('for an hour gets the result when it is back, once', async () => {
    const id = await shop.market.hire('Worth waiting for.');
    let away = false;
    let lost = 0;
    shop.market.weather = async (_, pass) => {
      if (!away) return await pass();
      lost += 1;
      throw new TypeError('fetch failed');
    };
    const worked = shop.worker('obey').start();
    const ring = await shop.bell.ring(0);
    away = true;
    ring.answer('at last');
    await worked.event('waiting');
    const back = shop.clock.now() + 3_600_000;
    while (shop.clock.now() < back) await shop.clock.step();
    expect(worked.count('delivered')).toBe(0);
    away = false;
    await shop.until(worked.event('delivered'));
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'completed', task_output: { result: 'at last' } });
    expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
    console.log(`figure: hours away=1 requests lost=${lost} tries told=${worked.count('waiting')} releases=1`);
  });

  it('that takes every request but loses every second answer is paid for once', async () => {
    const id = await shop.market.hire('Once.');
    const keys: string[] = [];
    let count = 0;
    shop.market.weather = async (request, pass) => {
      const key = request.headers.get('x-idempotency-key');
      if (key && !request.url.endsWith('/messages')) keys.push(key);
      const response = await pass();
      count += 1;
      if (request.method === 'POST' && count % 2 === 0) throw new TypeError('the answer was lost');
      return response;
    };
    const worked = shop.worker('files').start();
    await worked.event('finished');
    await shop.until(worked.event('delivered'));
    expect(await shop.market.files(id)).toHaveLength(3);
    expect(await shop.market.books(id)).toEqual({ releases: 1, balanced: true });
    expect(new Set(keys).size).toBe(2);
  });

  it('until the deadline is over gets nothing any more', async () => {
    const id = await shop.market.hire('Too late.');
    let away = false;
    shop.market.weather = async (request, pass) => {
      if (away && request.url.endsWith('/result')) throw new TypeError('fetch failed');
      return await pass();
    };
    const worked = shop.worker('obey').start();
    const ring = await shop.bell.ring(0);
    away = true;
    ring.answer('late');
    await worked.event('waiting');
    await shop.market.backend.advance(24 * 3_600_000);
    await shop.until(worked.event('dropped'));
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'failed', task_output: null });
    expect(await worked.journal.latest(id)).toMatchObject({ state: 'dropped', outcome: null });
  });

  it('is told about once, and so is that it is back', async () => {
    let away = true;
    shop.market.weather = async (_, pass) => {
      if (away) throw new TypeError('fetch failed');
      return await pass();
    };
    const worked = shop.worker('echo').start();
    expect(await worked.event('trouble')).toMatchObject({ reason: 'The connection to the marketplace broke.' });
    await worked.look();
    await worked.look();
    expect(worked.count('trouble')).toBe(1);
    away = false;
    await worked.look();
    await worked.event('recovered');
  });
});

describe('a marketplace that refuses', () => {
  it('the result gets a failure, so that the hirer is not kept waiting', async () => {
    const id = await shop.market.hire('Strange.');
    shop.market.weather = async (request, pass) => (request.url.endsWith('/result') ? refused(422) : await pass());
    const worked = shop.worker('echo').start();
    await worked.event('waiting');
    await shop.until(worked.event('failed'));
    const { reason } = await worked.event('failed');
    expect(reason).toBe('The marketplace did not accept the result of the work.');
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'failed', failed_reason: reason });
  });

  it('the key ends the worker with a sentence that says what to check', async () => {
    shop.market.weather = async () => refused(401);
    const worked = shop.worker('echo').start();
    await expect(worked.ended).rejects.toThrow('does not accept this credential. Check AGRENTING_AGENT_KEY');
  });
});

describe('a program that is not there', () => {
  it('ends the worker, and leaves the hiring for the next start', async () => {
    const id = await shop.market.hire('Anything.');
    const gone = { words: ['/nowhere/agent'], shell: false, cwd: shop.folder };
    const worked = shop.worker('echo', { program: gone }).start();
    await expect(worked.ended).rejects.toThrow('could not be started (ENOENT)');
    expect(await shop.market.hiring(id)).toMatchObject({ status: 'in_progress' });
    await shop.worker('echo').start().event('delivered');
  });
});

const refused = (status: number): Response =>
  Response.json(
    { data: null, errors: [{ code: status === 401 ? 'UNAUTHORIZED' : 'VALIDATION_ERROR', message: 'no' }] },
    { status },
  );

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
