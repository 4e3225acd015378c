import { describe, expect, it } from 'vitest';
import { Alarms } from '../../src/backend/alarms.js';
import { Background } from '../../src/backend/background.js';
import { MovableClock } from '../../src/backend/clock.js';
import { openBackend } from './support.js';

describe('alarms', () => {
  it('ring in the order in which they are due when the clock is moved, each once', () => {
    const clock = new MovableClock({ now: () => 0 });
    const alarms = new Alarms(clock);
    const rung: string[] = [];
    alarms.set(300, () => rung.push('c'));
    alarms.set(100, () => rung.push('a'));
    const cancel = alarms.set(150, () => rung.push('cancelled'));
    alarms.set(200, () => {
      rung.push('b');
      alarms.set(100, () => rung.push('set by b'));
    });
    cancel();
    clock.advance(99);
    expect(rung).toEqual([]);
    clock.advance(201);
    expect(rung).toEqual(['a', 'b', 'c']);
    clock.advance(100);
    expect(rung).toEqual(['a', 'b', 'c', 'set by b']);
    alarms.set(1, () => rung.push('stopped'));
    alarms.stop();
    clock.advance(1_000);
    expect(rung).toHaveLength(4);
  });

  it('ring by themselves where time passes', async () => {
    const alarms = new Alarms(new MovableClock({ now: () => Date.now() }));
    await new Promise<void>((resolve) => {
      alarms.set(1, resolve);
    });
  });
});

describe('background work', () => {
  it('is reported when it fails, aborted when the backend closes, and then no longer started', async () => {
    const failed: string[] = [];
    const background = new Background((what) => failed.push(what));
    background.run('failing', async () => {
      throw new Error('no');
    });
    await background.idle();
    expect(failed).toEqual(['failing']);
    let aborted = false;
    background.run('waiting', async (signal) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
      aborted = true;
      throw new Error('aborted');
    });
    await background.stop();
    background.run('late', async () => {
      failed.push('ran late');
    });
    expect([aborted, failed]).toEqual([true, ['failing']]);
  });
});

describe('effects after the commit', () => {
  it('happen once the transaction is committed, and not at all when it is rolled back', async () => {
    const { backend } = await openBackend();
    const { db, events } = backend.env;
    const done: string[] = [];
    await db.transaction().execute(async (tx) => {
      events.afterCommit(tx, () => done.push('committed'));
      expect(done).toEqual([]);
    });
    expect(done).toEqual(['committed']);
    const broken = db.transaction().execute(async (tx) => {
      events.afterCommit(tx, () => done.push('rolled back'));
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    await db.transaction().execute(async () => undefined);
    expect(done).toEqual(['committed']);
    events.afterCommit(db, () => done.push('without a transaction'));
    expect(done).toHaveLength(2);
    await backend.close();
  });
});
