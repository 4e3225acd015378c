import { beforeEach, describe, expect, it } from 'vitest';
import { AgrentingPush } from '../../../src/marketplaces/agrenting/push.js';
import { Poller } from '../../../src/marketplaces/poller.js';
import { Watch } from '../../../src/marketplaces/watch.js';
import { FakeSurface } from './fake-surface.js';
import { VirtualTime } from './virtual-time.js';

/** The push client against a surface that is well, away, broken, refusing or silent. Time passes when the test says so. */

const STATUS = 'hiring://1/status';
const OTHER = 'hiring://2/status';

class Scene {
  readonly time = new VirtualTime();
  readonly surface = new FakeSurface();
  readonly versions = new Map<string, number>();
  readonly told: string[] = [];
  reads = 0;
  readonly push: AgrentingPush;

  constructor() {
    this.push = new AgrentingPush({
      surface: 'hirer',
      origin: async () => this.surface,
      poller: new Poller({ timers: this.time, budget: { take: () => 0 } }),
      timers: this.time,
      version: '1.2.3',
    });
  }

  /** As a client does: from now on changes are told. */
  async watch(uri: string): Promise<() => void> {
    const read = async () => {
      this.reads += 1;
      return { version: String(this.versions.get(uri) ?? 0), settled: false };
    };
    const watch = new Watch(read, () => this.told.push(uri));
    await watch.begin();
    const leave = this.push.watch(uri, () => watch.look());
    await this.time.advance(0);
    return leave;
  }

  change(uri: string): void {
    this.versions.set(uri, (this.versions.get(uri) ?? 0) + 1);
  }

  /** Everything that a surface does of a change. */
  async changeAndPush(uri: string): Promise<void> {
    this.change(uri);
    this.surface.updated(uri);
    await this.time.advance(0);
  }

  methods(stream = this.surface.current): (string | undefined)[] {
    return stream?.received.map(({ method }) => method) ?? [];
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe('a session with the marketplace', () => {
  it('shakes hands as documented, subscribes, looks, and tells of what is pushed', async () => {
    await scene.watch(STATUS);
    expect(scene.methods()).toEqual(['initialize', 'notifications/initialized', 'resources/subscribe']);
    const [initialize] = scene.surface.current?.received ?? [];
    expect(initialize?.params).toMatchObject({ protocolVersion: '2024-11-05', clientInfo: { name: 'hirewire' } });
    expect(scene.told).toEqual([]);
    await scene.changeAndPush(STATUS);
    expect(scene.told).toEqual([STATUS]);
  });

  it('is one for all that is watched', async () => {
    await scene.watch(STATUS);
    await scene.watch(OTHER);
    expect(scene.surface.handshakes).toBe(1);
    await scene.changeAndPush(OTHER);
    await scene.changeAndPush(STATUS);
    expect(scene.told).toEqual([OTHER, STATUS]);
  });

  it('polls what is pushed only now and then, and so finds what was not pushed', async () => {
    await scene.watch(STATUS);
    const reads = scene.reads;
    const minutes = async (count: number) => {
      for (let n = 0; n < 4 * count; n += 1) {
        await scene.time.advance(15_000);
        scene.surface.current?.raw(': keep-alive\n\n');
      }
    };
    await minutes(60);
    expect(scene.reads - reads).toBe(12);
    scene.change(STATUS);
    await minutes(6);
    expect(scene.told).toEqual([STATUS]);
    expect(scene.surface.handshakes).toBe(1);
  });

  it('tells nothing twice, however often it is pushed, and nothing that is not watched', async () => {
    await scene.watch(STATUS);
    await scene.changeAndPush(STATUS);
    for (let n = 0; n < 5; n += 1) scene.surface.updated(STATUS);
    scene.surface.current?.subscribed.add(OTHER);
    await scene.changeAndPush(OTHER);
    expect(scene.told).toEqual([STATUS]);
  });

  it('answers pings at once, with an empty result, and refuses other requests', async () => {
    scene.push.hold();
    await scene.time.advance(0);
    scene.surface.current?.send({ id: 'ping-1', method: 'ping' });
    scene.surface.current?.send({ id: 7, method: 'sampling/createMessage', params: {} });
    await scene.time.advance(0);
    const answers = scene.surface.current?.received.filter(({ method }) => method === undefined);
    expect(answers).toEqual([
      { jsonrpc: '2.0', id: 'ping-1', result: {} },
      { jsonrpc: '2.0', id: 7, error: { code: -32_601, message: 'Method not found' } },
    ]);
  });

  it('unsubscribes, and leaves some time after nobody watches any more', async () => {
    const leave = await scene.watch(STATUS);
    leave();
    await scene.time.advance(0);
    expect(scene.methods()).toContain('resources/unsubscribe');
    await scene.changeAndPush(STATUS);
    expect(scene.told).toEqual([]);
    expect(scene.surface.current?.isOpen).toBe(true);
    await scene.time.advance(31_000);
    expect(scene.surface.current).toBeUndefined();
    expect(scene.surface.handshakes).toBe(1);
    await scene.watch(STATUS);
    await scene.changeAndPush(STATUS);
    expect(scene.told).toEqual([STATUS]);
  });

  it('stays subscribed although an older unsubscription arrives late', async () => {
    const { surface, time } = scene;
    const leave = await scene.watch(STATUS);
    const slow: (() => void)[] = [];
    surface.latency = () => new Promise((resolve) => slow.push(resolve));
    leave();
    await scene.watch(STATUS);
    surface.latency = async () => undefined;
    await time.advance(100);
    for (const arrive of slow.toReversed()) arrive();
    await time.advance(100);
    expect(surface.current?.subscribed.has(STATUS)).toBe(true);
    await scene.changeAndPush(STATUS);
    expect(scene.told).toEqual([STATUS]);
  });

  it('stops for good: no stream, no timer that does anything, no attempt', async () => {
    await scene.watch(STATUS);
    scene.push.stop();
    await scene.time.advance(3_600_000);
    expect(scene.surface.current).toBeUndefined();
    expect(scene.surface.handshakes).toBe(1);
  });
});

describe('a stream that is lost', () => {
  it.each(['break', 'close'] as const)('comes back (%s): subscribed again, and looked at again', async (how) => {
    await scene.watch(STATUS);
    scene.surface.current?.cut(how);
    scene.change(STATUS);
    await scene.time.advance(1_500);
    expect(scene.surface.handshakes).toBe(2);
    expect(scene.told).toEqual([STATUS]);
    await scene.changeAndPush(STATUS);
    expect(scene.told).toEqual([STATUS, STATUS]);
  });

  it('is noticed by its silence', async () => {
    await scene.watch(STATUS);
    await scene.time.advance(49_000);
    expect(scene.surface.handshakes).toBe(1);
    await scene.time.advance(4_000);
    expect(scene.surface.handshakes).toBe(2);
  });

  it('comes back with growing waits, full of jitter, and never faster than 60 handshakes a minute', async () => {
    const times: number[] = [];
    scene = new Scene();
    const { surface, time } = scene;
    surface.script.push(...Array.from({ length: 200 }, () => 'down' as const));
    const fetch = surface.fetch.bind(surface);
    surface.fetch = async (url, request) => {
      if (request.method === 'GET') times.push(time.now());
      return await fetch(url, request);
    };
    await scene.watch(STATUS);
    await time.advance(20 * 60_000);
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    // Half of the largest wait, because chance is always a half here.
    expect(waits.slice(0, 6)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(Math.max(...waits)).toBe(30_000);
    expect(times.filter((at) => at - (times[0] ?? 0) < 60_000).length).toBeLessThan(60);
  });

  it('is polled meanwhile', async () => {
    scene.surface.script.push(...Array.from({ length: 50 }, () => 'down' as const));
    await scene.watch(STATUS);
    scene.change(STATUS);
    await scene.time.advance(3_000);
    expect(scene.told).toEqual([STATUS]);
  });

  it.each(['hang', 'silent'] as const)('is given up after ten seconds when it does not begin (%s)', async (what) => {
    scene.surface.script.push(what);
    await scene.watch(STATUS);
    await scene.time.advance(9_000);
    expect(scene.surface.handshakes).toBe(1);
    await scene.time.advance(2_000);
    expect(scene.surface.handshakes).toBe(2);
    expect(scene.methods()).toContain('resources/subscribe');
  });

  it('is opened anew when the server has forgotten the session', async () => {
    await scene.watch(STATUS);
    scene.surface.postStatus = 404;
    scene.surface.current?.send({ id: 1, method: 'ping' });
    await scene.time.advance(0);
    scene.surface.postStatus = undefined;
    await scene.time.advance(1_000);
    expect(scene.surface.handshakes).toBe(2);
  });
});

describe('a marketplace that refuses', () => {
  it.each([401, 403])('is not asked again after %s, by anybody', async (status) => {
    scene.surface.script.push(status);
    await scene.watch(STATUS);
    await scene.watch(OTHER);
    scene.push.hold();
    await scene.time.advance(24 * 3_600_000);
    expect(scene.surface.handshakes).toBe(1);
  });

  it('without this surface is polled, soon after a change and seldom when nothing happens', async () => {
    scene.surface.script.push(...Array.from({ length: 100 }, () => 404));
    await scene.watch(STATUS);
    await scene.time.advance(600_000);
    const quiet = scene.reads;
    // 2, 3, 4.5 … seconds, then every 30.
    expect(quiet).toBeGreaterThan(20);
    expect(quiet).toBeLessThan(35);
    scene.change(STATUS);
    for (let seconds = 0; scene.told.length === 0 && seconds <= 30; seconds += 1) await scene.time.advance(1_000);
    expect(scene.told).toEqual([STATUS]);
    const before = scene.reads;
    await scene.time.advance(10_000);
    expect(scene.reads - before).toBeGreaterThanOrEqual(2);
    expect(scene.surface.handshakes).toBe(1);
  });

  it('to push one resource is polled for this one only', async () => {
    scene.surface.refused.add(STATUS);
    await scene.watch(STATUS);
    await scene.watch(OTHER);
    scene.change(STATUS);
    await scene.time.advance(3_000);
    expect(scene.told).toEqual([STATUS]);
    await scene.changeAndPush(OTHER);
    expect(scene.told).toEqual([STATUS, OTHER]);
    expect(scene.surface.handshakes).toBe(1);
  });

  it('to take so many messages gets them again later', async () => {
    await scene.watch(STATUS);
    scene.surface.postStatus = 429;
    scene.surface.current?.send({ id: 'p', method: 'ping' });
    await scene.time.advance(5_000);
    scene.surface.postStatus = undefined;
    await scene.time.advance(6_000);
    expect(scene.surface.current?.pongs.has('p')).toBe(true);
    expect(scene.surface.handshakes).toBe(1);
  });
});

describe('a surface that sends what it should not', () => {
  it.each([
    ['another origin as its endpoint', 'event: endpoint\ndata: http://elsewhere.test/mcp/messages/1\n\n'],
    ['no address as its endpoint', 'event: endpoint\ndata: http://\n\n'],
    ['an event without end', `event: message\ndata: ${'x'.repeat(300_000)}`],
  ])('%s: nothing follows it, and the stream is closed', async (_, text) => {
    scene.surface.script.push('silent');
    scene.push.hold();
    await scene.time.advance(0);
    const [stream] = scene.surface.streams;
    stream?.raw(text);
    await scene.time.advance(0);
    expect(stream?.isOpen).toBe(false);
    expect(scene.methods(stream)).toEqual([]);
  });

  it.each(['{', '[]', '"text"', 'null', '{"id":{}}', '{"method":5}', '{"method":"notifications/resources/updated"}'])(
    '%s: it goes on',
    async (data) => {
      await scene.watch(STATUS);
      scene.surface.current?.event('message', data);
      await scene.changeAndPush(STATUS);
      expect(scene.told).toEqual([STATUS]);
      expect(scene.surface.handshakes).toBe(1);
    },
  );
});

describe('a look that fails', () => {
  it('is repeated until the change was seen', async () => {
    const { push, time, surface } = scene;
    let failing = 3;
    let version = 0;
    const told: number[] = [];
    const watch = new Watch(
      async () => {
        if (version > 0 && failing-- > 0) throw new Error('the marketplace is away');
        return { version: String(version), settled: false };
      },
      () => told.push(version),
    );
    await watch.begin();
    push.watch(STATUS, () => watch.look());
    await time.advance(0);
    version = 1;
    surface.updated(STATUS);
    await time.advance(30_000);
    expect(told).toEqual([1]);
  });
});
