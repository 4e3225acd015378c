import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_WATCHED, Subscriptions } from '../../../src/bridge/subscriptions.js';
import { HirewireError } from '../../../src/errors.js';
import type { Look } from '../../../src/marketplaces/watch.js';
import { settled } from './virtual-time.js';

/** Who is told what, and from when on: the book of subscriptions alone, with readings that a test decides. */

const failure = (code: 'UNAVAILABLE' | 'NOT_FOUND') =>
  new HirewireError({ code, message: 'No.', changed: 'no', next: 'Wait.', retrySafe: true });

class Scene {
  version = 1;
  fails: 'UNAVAILABLE' | 'NOT_FOUND' | undefined;
  /** Readings wait for this. */
  gate: Promise<void> = Promise.resolve();
  readonly told: string[] = [];
  readonly looks = new Map<string, () => Promise<Look>>();
  readonly subscriptions = new Subscriptions({
    read: async () => {
      await this.gate;
      if (this.fails) throw failure(this.fails);
      return { version: String(this.version), settled: false };
    },
    source: async () => ({
      watch: (uri, look) => {
        this.looks.set(uri, look);
        return () => void this.looks.delete(uri);
      },
      hurry: () => undefined,
      stop: () => undefined,
    }),
    notify: (uri) => this.told.push(uri),
  });

  async hint(uri = 'a'): Promise<Look['outcome'] | undefined> {
    return (await this.looks.get(uri)?.())?.outcome;
  }

  /** Readings wait until the returned function is called. */
  close(): () => void {
    let open = () => {};
    this.gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});
const NEVER = new Promise<void>(() => undefined);

describe('a subscription', () => {
  it('begins when it has been read, and tells of what differs from that', async () => {
    await scene.subscriptions.add('client', 'a');
    expect(await scene.hint()).toBe('same');
    scene.version = 2;
    expect(await scene.hint()).toBe('changed');
    expect(await scene.hint()).toBe('same');
    expect(scene.told).toEqual(['a']);
  });

  it('begins with what the client has read before, if it did', async () => {
    scene.subscriptions.wasRead('a', '0');
    await scene.subscriptions.add('client', 'a');
    scene.subscriptions.wasRead('b', '1');
    await scene.subscriptions.add('client', 'b');
    expect(scene.told).toEqual(['a']);
  });

  it('of something that cannot be read is refused, and leaves nothing behind', async () => {
    scene.fails = 'UNAVAILABLE';
    await expect(scene.subscriptions.add('client', 'a')).rejects.toThrow('No.');
    expect(scene.looks.size).toBe(0);
    scene.fails = undefined;
    await scene.subscriptions.add('client', 'a');
    expect(scene.looks.size).toBe(1);
  });

  it('ends while it begins', async () => {
    const open = scene.close();
    const added = scene.subscriptions.add('client', 'a');
    scene.subscriptions.remove('client', 'a');
    open();
    await added;
    expect(scene.looks.size).toBe(0);
  });

  it('ends with its last owner', async () => {
    await scene.subscriptions.add('1', 'a');
    await scene.subscriptions.add('2', 'a');
    scene.subscriptions.removeAll('1');
    expect(scene.looks.size).toBe(1);
    scene.subscriptions.removeAll('2');
    expect(scene.looks.size).toBe(0);
  });

  it('is one of a bounded number', async () => {
    for (let count = 0; count < MAX_WATCHED; count += 1) await scene.subscriptions.add('client', `a${count}`);
    await scene.subscriptions.add('client', 'a0');
    await expect(scene.subscriptions.add('client', 'one more')).rejects.toThrow(`Only ${MAX_WATCHED} resources`);
    scene.subscriptions.remove('client', 'a0');
    await scene.subscriptions.add('client', 'one more');
  });

  it('is never told after the stop, not even by a reading that was under way', async () => {
    await scene.subscriptions.add('client', 'a');
    const open = scene.close();
    scene.version = 2;
    const looked = scene.hint();
    scene.subscriptions.stop();
    open();
    expect(await looked).toBe('gone');
    expect(scene.told).toEqual([]);
  });
});

describe('a stream of subscriptions', () => {
  it('is promised when all has begun', async () => {
    const open = scene.close();
    let promised = false;
    const listening = scene.subscriptions.listen('1', ['a', 'b', 'a'], NEVER).then(() => {
      promised = true;
    });
    await settled();
    expect(promised).toBe(false);
    open();
    await listening;
    expect([...scene.looks.keys()]).toEqual(['a', 'b']);
    expect(scene.told).toEqual([]);
  });

  it('is told once of what begins after the promise, because it may have changed in between', async () => {
    const open = scene.close();
    await scene.subscriptions.listen('1', ['a'], Promise.resolve());
    open();
    await settled();
    expect(scene.told).toEqual(['a']);
    expect(await scene.hint()).toBe('same');
  });

  it('is not told when it ended before that', async () => {
    const open = scene.close();
    await scene.subscriptions.listen('1', ['a'], Promise.resolve());
    scene.subscriptions.removeAll('1');
    open();
    await settled();
    expect(scene.told).toEqual([]);
    expect(scene.looks.size).toBe(0);
  });

  it('waits for what cannot be read now, and leaves out what never can', async () => {
    scene.fails = 'UNAVAILABLE';
    await scene.subscriptions.listen('1', ['a'], NEVER);
    expect(await scene.hint()).toBe('failed');
    scene.fails = undefined;
    expect(await scene.hint()).toBe('changed');
    expect(scene.told).toEqual(['a']);
    scene.fails = 'NOT_FOUND';
    await scene.subscriptions.listen('1', ['b'], NEVER);
    expect([...scene.looks.keys()]).toEqual(['a']);
  });
});
