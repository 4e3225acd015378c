import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../../src/sqlite.js';
import { cleanEnvironment } from '../../../src/worker/environment.js';
import type { WorkerEvent } from '../../../src/worker/events.js';
import type { PendingFeed } from '../../../src/worker/feed.js';
import { type Work, WorkerJournal } from '../../../src/worker/journal.js';
import { type WorkerTables, workerMigrations } from '../../../src/worker/schema.js';
import { Worker, type WorkerOptions } from '../../../src/worker/worker.js';
import { Bell } from './bell.js';
import { settled, TestClock } from './clock.js';
import { Market } from './market.js';

export const AGENT = join(import.meta.dirname, '../fixtures/agent.js');

/** A feed that the test rings. */
class RungFeed implements PendingFeed {
  readonly live = true;
  #wake: () => void = () => undefined;
  #rung = false;

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  async changed(_ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#rung || signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#rung = false;
  }
}

type Named<E extends WorkerEvent['event']> = Extract<WorkerEvent, { readonly event: E }>;

/** A worker over the test's clock, with its events. */
export class Worked {
  readonly events: WorkerEvent[] = [];
  readonly feed = new RungFeed();
  readonly journal: WorkerJournal;
  readonly worker: Worker;
  readonly #waiting: (() => void)[] = [];
  ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly shop: Shop,
    behaviour: string,
    more: Partial<WorkerOptions> = {},
  ) {
    this.journal = WorkerJournal.over(shop.database, 'http://market.test/', shop.clock.now);
    this.worker = new Worker({
      api: shop.market.client(),
      journal: this.journal,
      clock: shop.clock,
      feed: this.feed,
      program: { words: [process.execPath, AGENT, behaviour], shell: false, cwd: shop.folder },
      environment: cleanEnvironment(process.env, { BELL_PORT: shop.bell.port, MODEL_API_KEY: 'model-key-0123456789' }),
      concurrency: 1,
      timeoutMs: 60_000,
      maxOutput: 200_000,
      attempts: 2,
      graceMs: 30_000,
      once: false,
      pass: () => undefined,
      report: (event) => {
        this.events.push(event);
        for (const wake of this.#waiting.splice(0)) wake();
      },
      ...more,
    });
  }

  start(): this {
    this.ended = this.worker.run();
    // Whoever waits for the end hears of it; a test that does not must not fail by it.
    this.ended.catch(() => undefined);
    return this;
  }

  /** The event with this name and number, from 0, as soon as it is told. */
  async event<E extends WorkerEvent['event']>(name: E, index = 0): Promise<Named<E>> {
    const isNamed = (event: WorkerEvent): event is Named<E> => event.event === name;
    for (;;) {
      const found = this.events.filter(isNamed)[index];
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  count(name: WorkerEvent['event']): number {
    return this.events.filter(({ event }) => event === name).length;
  }

  /** Has it look at the list now, and waits until it has. */
  async look(): Promise<void> {
    this.feed.ring();
    await settled();
  }

  /** Ends it as a second signal would, whatever its programs do. */
  async stop(): Promise<void> {
    this.worker.halt();
    await this.shop.until(this.ended.catch(() => undefined));
  }
}

/** Everything that a test of the worker needs, on a clock that it moves. */
export class Shop {
  readonly folder = mkdtempSync(join(tmpdir(), 'hirewire-shop-'));
  /** The journal's file, shared by all workers. */
  readonly database = openSqlite<WorkerTables>(join(this.folder, 'worker.db'), workerMigrations);
  readonly #open: Worked[] = [];

  private constructor(
    readonly clock: TestClock,
    readonly market: Market,
    readonly bell: Bell,
  ) {}

  static async open(): Promise<Shop> {
    const clock = new TestClock();
    return new Shop(clock, await Market.open(clock), await Bell.open());
  }

  /** A worker whose program behaves so (fixtures/agent.js). */
  worker(behaviour: string, more: Partial<WorkerOptions> = {}): Worked {
    const worked = new Worked(this, behaviour, more);
    this.#open.push(worked);
    return worked;
  }

  /**
   * Lets time pass until something has happened. @returns how much of it.
   * @param ms the length of a step; without it, each leads to whoever wakes next, which may be far away.
   */
  async until(happened: Promise<unknown>, ms?: number): Promise<number> {
    const before = this.clock.now();
    let over = false;
    void happened.finally(() => {
      over = true;
    });
    await settled();
    while (!over) await (ms === undefined ? this.clock.step() : this.clock.advance(ms));
    return this.clock.now() - before;
  }

  /** What the journal has of a hiring. */
  async journal(hiringId: string): Promise<Work> {
    const row = this.database.db.selectFrom('hirings').selectAll().where('hiring_id', '=', hiringId);
    return await row.executeTakeFirstOrThrow();
  }

  async close(): Promise<void> {
    for (const worked of this.#open) await worked.stop();
    await this.bell.close();
    await this.database.close();
    await this.market.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
