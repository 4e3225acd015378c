import { Subscriptions } from '../../../src/bridge/subscriptions.js';
import { AgrentingPush } from '../../../src/marketplaces/agrenting/push.js';
import { type FakeStream, FakeSurface, type Handshake } from '../../bridge/resources/fake-surface.js';
import { VirtualTime } from '../../bridge/resources/virtual-time.js';
import { type Dice, dice } from '../../spending/support/random.js';

/**
 * One random life of a client that subscribes, a marketplace that changes, and a stream between them that is cut,
 * delayed, doubled and reordered. Polling is switched off, so whatever is seen is seen by push.
 */

export interface Figures {
  changes: number;
  told: number;
  cuts: number;
  doubled: number;
  delayed: number;
  handshakes: number;
  pings: number;
}

export const noFigures = (): Figures => ({
  changes: 0,
  told: 0,
  cuts: 0,
  doubled: 0,
  delayed: 0,
  handshakes: 0,
  pings: 0,
});

const nothing = () => undefined;
const NO_POLLING = { add: nothing, remove: nothing, relax: nothing, hurry: nothing, stop: nothing };
const HOUR_MS = 3_600_000;
const UPDATED = { method: 'notifications/resources/updated' };

class Life {
  private readonly time: VirtualTime;
  private readonly surface = new FakeSurface();
  private readonly roll: Dice;
  private readonly uris: string[];
  private readonly version = new Map<string, number>();
  /** The version that the client knows: of its subscription, then of what it was told last. */
  private readonly seen = new Map<string, number>();
  private readonly reading = new Map<string, number>();
  private readonly pings: { readonly id: string; readonly stream: FakeStream; readonly at: number }[] = [];
  private readonly problems: string[] = [];
  private readonly subscriptions: Subscriptions;
  private readonly push: AgrentingPush;
  private stormy = true;
  private running = true;

  constructor(
    seed: number,
    private readonly figures: Figures,
  ) {
    this.roll = dice(seed);
    const random = dice(seed ^ 0x5bd1e995);
    this.time = new VirtualTime(undefined, () => random.below(1_000_000) / 1_000_000);
    this.uris = Array.from({ length: 1 + this.roll.below(4) }, (_, index) => `hiring://${index}/status`);
    this.surface.deliver = (stream, message) => this.deliver(stream, message);
    this.surface.latency = () => this.delay(this.stormy && this.roll.chance(0.3) ? this.roll.below(3_000) : 1);
    this.push = new AgrentingPush({
      surface: 'hirer',
      origin: async () => this.surface,
      poller: NO_POLLING,
      timers: this.time,
      version: 'test',
    });
    this.subscriptions = new Subscriptions({
      read: (uri) => this.read(uri),
      source: async () => this.push,
      notify: (uri) => this.notified(uri),
    });
  }

  async run(): Promise<string[]> {
    this.keepAlive();
    const steps = 8 + this.roll.below(17);
    for (const uri of this.uris) if (this.roll.chance(0.7)) await this.subscribe(uri);
    for (let step = 0; step < steps; step += 1) {
      await this.step();
      await this.time.advance(this.roll.below(this.roll.chance(0.2) ? 90_000 : 2_000));
    }
    // The weather clears; within minutes everything that is watched must be known.
    this.stormy = false;
    await this.time.advance(5 * 60_000);
    for (const [uri, seen] of this.seen) {
      const now = this.version.get(uri) ?? 0;
      if (seen !== now) this.problems.push(`${uri} is at ${now}, and the client knows ${seen}`);
    }
    for (const { id, stream, at } of this.pings) {
      if (stream.isOpen && !stream.pongs.has(id)) this.problems.push(`${id} of ${at} was not answered`);
    }
    this.figures.handshakes += this.surface.handshakes;
    this.running = false;
    this.subscriptions.stop();
    this.push.stop();
    await this.time.advance(HOUR_MS);
    if (this.surface.current) this.problems.push('a stream stayed open after the stop');
    return this.problems;
  }

  private keepAlive(): void {
    this.surface.current?.raw(': keep-alive\n\n');
    if (this.running) this.time.after(15_000, () => this.keepAlive());
  }

  private async step(): Promise<void> {
    const uri = this.roll.pick(this.uris);
    const dieRoll = this.roll.below(100);
    if (dieRoll < 50) this.change(uri);
    else if (dieRoll < 66) this.cut();
    else if (dieRoll < 74) await this.subscribe(uri);
    else if (dieRoll < 78) this.unsubscribe(uri);
    else if (dieRoll < 88) this.ping();
    else if (dieRoll < 94) this.surface.current?.send({ ...UPDATED, params: { uri } });
    else this.surface.script.push(this.roll.pick<Handshake>(['down', 'hang', 'silent', 500, 503, 'down']));
  }

  private change(uri: string): void {
    this.version.set(uri, (this.version.get(uri) ?? 0) + 1);
    if (this.seen.has(uri)) this.figures.changes += 1;
    this.surface.updated(uri);
  }

  private cut(): void {
    if (!this.surface.current) return;
    this.figures.cuts += 1;
    // In the middle of an event, sometimes.
    if (this.roll.chance(0.3)) this.surface.current.raw('event: message\ndata: {"jsonrpc":"2.0","method":"notif');
    this.surface.current.cut(this.roll.pick(['break', 'close'] as const));
  }

  private async subscribe(uri: string): Promise<void> {
    if (this.seen.has(uri)) return;
    const subscribed = this.subscriptions.add('client', uri).then(() => {
      // What the answer promises: of every change from now on, the client is told.
      this.seen.set(uri, Math.max(this.seen.get(uri) ?? 0, this.reading.get(uri) ?? 0));
    });
    subscribed.catch(() => undefined);
    await this.time.advance(10_000);
    await subscribed.catch(() => this.seen.delete(uri));
  }

  private unsubscribe(uri: string): void {
    this.subscriptions.remove('client', uri);
    this.seen.delete(uri);
    this.reading.delete(uri);
  }

  private ping(): void {
    const stream = this.surface.current;
    if (!stream) return;
    this.figures.pings += 1;
    const id = `ping-${this.figures.pings}`;
    this.pings.push({ id, stream, at: this.time.now() });
    stream.send({ id, method: 'ping' });
  }

  private async read(uri: string): Promise<{ version: string; settled: boolean }> {
    await this.delay(this.roll.below(this.stormy ? 2_000 : 20));
    const version = this.version.get(uri) ?? 0;
    if (this.stormy && this.roll.chance(0.1)) throw new Error('the marketplace is away');
    // Its answer takes a while as well: a change that comes meanwhile is not in it.
    await this.delay(this.roll.below(this.stormy ? 2_000 : 20));
    this.reading.set(uri, version);
    return { version: String(version), settled: false };
  }

  private notified(uri: string): void {
    this.figures.told += 1;
    const version = this.reading.get(uri) ?? 0;
    const before = this.seen.get(uri);
    if (before === undefined) this.problems.push(`${uri} was told although nobody subscribed`);
    else if (version <= before) this.problems.push(`${uri} was told of ${version} after ${before}`);
    this.seen.set(uri, version);
  }

  private deliver(stream: FakeStream, message: object): void {
    const late = this.stormy && this.roll.chance(0.4) ? this.roll.below(8_000) : 1;
    const copies = this.stormy && this.roll.chance(0.25) ? 2 : 1;
    if (late > 1) this.figures.delayed += 1;
    if (copies > 1) this.figures.doubled += 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.time.after(late + (copy === 0 ? 0 : this.roll.below(5_000)), () => stream.send(message));
    }
  }

  private delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.time.after(ms, resolve));
  }
}

/** @returns what went wrong; nothing when every change was seen and none twice. */
export async function live(seed: number, figures: Figures): Promise<string[]> {
  return await new Life(seed, figures).run();
}
