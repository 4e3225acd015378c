import { setImmediate } from 'node:timers/promises';
import type { Selectable } from 'kysely';
import { type Clock, isoTime, type MovableClock } from './clock.js';
import type { Db, JobRow, Tx } from './store/schema.js';

/** A job as its handler sees it. */
export interface Job {
  readonly id: bigint;
  readonly kind: string;
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly dueAt: string;
}

/** Does the work outside a transaction if it must wait for something, and commits through `effect`. */
export type JobHandler = (job: Job, effect: Effect) => Promise<void>;
/** Runs `work` in the transaction that also removes the job: it happens once, whoever else runs the same job. */
export type Effect = (work: (tx: Tx) => Promise<void>) => Promise<void>;

/** Longest delay that a timer takes. */
const MAX_DELAY = 2 ** 31 - 1;
const FAILED_AGAIN_MS = 5_000;
/** The database answers within the turn of the event loop, so many jobs in a row would let nobody else have theirs. */
const LONGEST_TURN_MS = 5;

/**
 * Things that happen at a time, kept in the database: an actor's next move, a deadline, an availability probe. They
 * run when their time has come by the injected clock, driven by a timer or by `runDue`.
 */
export class Jobs {
  private readonly handlers = new Map<string, JobHandler>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> | undefined;
  private live = false;
  private again = false;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly onError: (job: Job, error: unknown) => void,
  ) {}

  handle(kind: string, handler: JobHandler): void {
    this.handlers.set(kind, handler);
  }

  async schedule(
    tx: Tx,
    job: { kind: string; subject: string; inMs: number; payload?: Record<string, unknown> },
  ): Promise<void> {
    const due_at = isoTime(this.clock.now() + job.inMs);
    const payload = JSON.stringify(job.payload ?? {});
    await tx.insertInto('jobs').values({ due_at, kind: job.kind, subject: job.subject, payload }).execute();
  }

  async cancel(tx: Tx, subject: string, kind: string): Promise<void> {
    await tx.deleteFrom('jobs').where('subject', '=', subject).where('kind', '=', kind).execute();
  }

  /** Runs what is due, also what becomes due by it. @returns how many jobs ran. */
  async runDue(): Promise<number> {
    if (this.running) {
      this.again = true;
      return await this.running;
    }
    this.running = this.drain().finally(() => {
      this.running = undefined;
    });
    return await this.running;
  }

  /** Moves the clock, stopping at each job's own time on the way. @returns how many jobs ran. */
  async advance(clock: MovableClock, ms: number): Promise<number> {
    const target = clock.now() + ms;
    let count = await this.runDue();
    for (;;) {
      const next = await this.db
        .selectFrom('jobs')
        .select('due_at')
        .orderBy('due_at')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      const due = next ? Date.parse(next.due_at) : Number.POSITIVE_INFINITY;
      const stop = Math.min(Math.max(due, clock.now()), target);
      clock.advance(stop - clock.now());
      if (due > target) return count;
      count += await this.runDue();
    }
  }

  private async drain(): Promise<number> {
    let count = 0;
    let since = performance.now();
    do {
      this.again = false;
      for (let job = await this.next(); job; job = await this.next()) {
        await this.runOne(job);
        count += 1;
        if (performance.now() - since < LONGEST_TURN_MS) continue;
        await setImmediate();
        since = performance.now();
      }
    } while (this.again);
    return count;
  }

  private async next(): Promise<Selectable<JobRow> | undefined> {
    return await this.db
      .selectFrom('jobs')
      .selectAll()
      .where('due_at', '<=', isoTime(this.clock.now()))
      .orderBy('due_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
  }

  private async runOne(row: Selectable<JobRow>): Promise<void> {
    const payload: Record<string, unknown> = JSON.parse(row.payload);
    const job: Job = { id: row.id, kind: row.kind, subject: row.subject, payload, dueAt: row.due_at };
    const effect: Effect = (work) =>
      this.db.transaction().execute(async (tx) => {
        const gone = await tx.deleteFrom('jobs').where('id', '=', job.id).returning('id').executeTakeFirst();
        if (gone) await work(tx);
      });
    try {
      await this.handlers.get(job.kind)?.(job, effect);
      await effect(async () => undefined);
    } catch (error) {
      this.onError(job, error);
      const later = isoTime(this.clock.now() + FAILED_AGAIN_MS);
      await this.db.updateTable('jobs').set({ due_at: later }).where('id', '=', job.id).execute();
    }
  }

  /** From now on jobs run by themselves. The timer never keeps the process alive. */
  start(): void {
    this.live = true;
    this.wake();
  }

  stop(): void {
    this.live = false;
    clearTimeout(this.timer);
  }

  /** Resolves when no job is running any more. */
  async idle(): Promise<void> {
    await this.running?.catch(() => undefined);
  }

  /** To be called after a commit that may have scheduled something. */
  wake(): void {
    if (!this.live) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tick(), 0);
    this.timer.unref();
  }

  private async tick(): Promise<void> {
    if (!this.live) return;
    await this.runDue().catch(() => undefined);
    if (!this.live) return;
    const next = await this.db
      .selectFrom('jobs')
      .select('due_at')
      .orderBy('due_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (!next || !this.live) return;
    const delay = Math.max(1, Math.min(Date.parse(next.due_at) - this.clock.now(), MAX_DELAY));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tick(), delay);
    this.timer.unref();
  }
}
