import { randomUUID } from 'node:crypto';
import { log, registerSecret } from '../log.js';
import { api } from '../marketplaces/agrenting/api.js';
import { type Hiring, MESSAGE_MAX } from '../marketplaces/agrenting/contract/hirings.js';
import { formatAmount } from '../money.js';
import { cleanLabel } from '../untrusted.js';
import type { Artifact } from './artifacts.js';
import { type Courier, type Delivered, Delivery } from './delivery.js';
import type { Report } from './events.js';
import type { Work } from './journal.js';
import { failure, type Outcome, outcomeText } from './outcome.js';
import { endRun } from './process-tree.js';
import { performTask, type RunOptions } from './run.js';
import { type PendingHiring, taskOf } from './task.js';

/** How every hiring of a worker is done. */
export interface Manner extends Courier, RunOptions {
  readonly timeoutMs: number;
  /** How often a program is begun for one hiring at most, when the worker dies in the middle. */
  readonly attempts: number;
  readonly report: Report;
}

/** Why a run is stopped; "timeout" is the only one after which something is delivered: a failure. */
export type Stop =
  | { readonly kind: 'timeout' | 'shutdown' | 'lost' }
  | { readonly kind: 'dropped'; readonly reason: string };

/** How an assignment ended. */
export type Settled =
  | Delivered
  /** The program or the agent itself is not there: the hiring is left as it is, and no other one should be taken. */
  | { readonly kind: 'no program'; readonly reason: string };

const LATE = 'the deadline is over';
const LEFTOVERS = 'processes of an earlier run cannot be ended';
const WRITE_AGAIN_MS = 5_000;

/** One hiring that is ours, from its claim to its end. */
export class Assignment {
  /** While a program works, it counts against the concurrency. */
  phase: 'working' | 'delivering' = 'working';
  readonly #stopped = new AbortController();
  #why: Stop | undefined;

  /** @param halt fires when everything has to be left at once. */
  constructor(
    private readonly by: Manner,
    readonly work: Work,
    private readonly halt: AbortSignal,
  ) {}

  stop(why: Stop): void {
    this.#why ??= why;
    this.#stopped.abort();
  }

  /** Delivers what was finished before. */
  async deliver(outcome = this.work.outcome): Promise<Settled> {
    this.phase = 'delivering';
    const { by, work } = this;
    const delivery = new Delivery(by, { ...work, outcome }, (facts, waitMs) => {
      const retry_in_s = Math.ceil(waitMs / 1_000);
      by.report({ event: 'waiting', hiring_id: work.hiring_id, reason: facts.message, retry_in_s });
    });
    const delivered = await delivery.run(this.halt);
    if (this.halt.aborted && delivered.kind === 'left') await by.journal.release(work.key, false);
    return delivered;
  }

  /** Ends it without a delivery, also what an earlier worker left running. */
  async drop(reason: string): Promise<Settled> {
    if (!(await this.#endLeftovers())) return await this.#leave(LEFTOVERS, false);
    await this.by.journal.settle(this.work.key, 'dropped', reason);
    return { kind: 'dropped', reason };
  }

  /** Does the work, unless it was begun too often, and delivers it. */
  async perform(item: PendingHiring, hiring: Hiring | undefined): Promise<Settled> {
    if (!(await this.#endLeftovers())) return await this.#leave(LEFTOVERS, false);
    const { by, work } = this;
    if (work.runs >= BigInt(by.attempts)) {
      const times = by.attempts === 1 ? 'once' : `${by.attempts} times`;
      return await this.#finish(failure(`The agent was interrupted ${times} while it worked on this.`), []);
    }
    const task = taskOf(item, hiring, Number(work.runs) + 1);
    const forget = task.secrets.map(registerSecret);
    const over = new AbortController();
    let runs: bigint | undefined;
    try {
      void this.#watchTime(over.signal);
      const done = await performTask(by, task, {
        signal: this.#stopped.signal,
        say: (text) => this.#say(text),
        begin: async (run, pid) => {
          runs = await by.journal.begin(work.key, run, pid);
          if (runs === undefined) this.#why ??= { kind: 'lost' };
          else this.#told(item, Number(runs));
          return runs !== undefined;
        },
      });
      over.abort();
      if (done.kind === 'no program') {
        await by.journal.release(work.key, true);
        return done;
      }
      if (done.kind === 'no answer') return await this.#leave(done.reason, !done.counts);
      if (done.kind !== 'outcome') return await this.#afterStop(runs !== undefined);
      const { outcome, files, leftOut } = done;
      by.report({ event: 'finished', hiring_id: work.hiring_id, files: files.length, left_out: leftOut });
      return await this.#finish(outcome, files);
    } finally {
      over.abort();
      for (const each of forget) each();
    }
  }

  #told(item: PendingHiring, run: number): void {
    const { hiring_id, price } = this.work;
    const capability = cleanLabel(item.capability_requested ?? '', 60);
    this.by.report({ event: 'taken', hiring_id, capability, price: formatAmount(price), run });
  }

  /** Ends what an earlier owner began. Nothing is begun while that is still there. */
  async #endLeftovers(): Promise<boolean> {
    const { run, pid } = this.work;
    return run === null || pid === null || (await endRun({ run, pid: Number(pid) }, this.by.clock));
  }

  /** Stops the run when its time, or the hiring's, is over. */
  async #watchTime(over: AbortSignal): Promise<void> {
    const { clock, timeoutMs } = this.by;
    const deadline = this.work.deadline_at === null ? Number.POSITIVE_INFINITY : Number(this.work.deadline_at);
    const end = Math.min(clock.now() + timeoutMs, deadline);
    while (!over.aborted && clock.now() < end) await clock.sleep(end - clock.now(), over);
    if (!over.aborted) this.stop(clock.now() >= deadline ? { kind: 'dropped', reason: LATE } : { kind: 'timeout' });
  }

  async #afterStop(begun: boolean): Promise<Settled> {
    const why = this.#why ?? { kind: 'shutdown' };
    if (why.kind === 'timeout') {
      const reason = `The agent took longer than ${Math.round(this.by.timeoutMs / 1_000)} seconds.`;
      return await this.#finish(failure(reason), []);
    }
    if (why.kind === 'dropped') return await this.drop(why.reason);
    if (why.kind === 'lost') return { kind: 'left', reason: 'another worker has it' };
    return await this.#leave('the worker was stopped', begun);
  }

  /** Writes the outcome down, then delivers it. A disk that is full for a while costs time, not the work. */
  async #finish(outcome: Outcome, files: readonly Artifact[]): Promise<Settled> {
    const { journal, clock } = this.by;
    while (!this.halt.aborted) {
      const ours = await journal.finish(this.work.key, outcome, files).catch((error: unknown) => {
        log('error', `what hiring ${this.work.hiring_id} came to cannot be written down; trying again`, error);
        return undefined;
      });
      if (ours === true) return await this.deliver(outcomeText(outcome));
      if (ours === false) return { kind: 'left', reason: 'another worker has it' };
      await clock.sleep(WRITE_AGAIN_MS, this.halt);
    }
    return { kind: 'left', reason: 'the worker was stopped' };
  }

  async #leave(reason: string, uncount: boolean): Promise<Settled> {
    await this.by.journal.release(this.work.key, uncount);
    return { kind: 'left', reason };
  }

  async #say(text: string): Promise<void> {
    const { hiring_id } = this.work;
    this.by.report({ event: 'progress', hiring_id, text });
    const content = text.slice(0, MESSAGE_MAX);
    const keyed = { key: randomUUID(), signal: this.halt };
    await this.by.api.call(api.addHiringMessage, { params: { id: hiring_id }, body: { content } }, keyed);
  }
}
