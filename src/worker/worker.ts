import { toFacts } from '../errors.js';
import { log } from '../log.js';
import { formatAmount } from '../money.js';
import { Assignment, type Manner, type Settled } from './assignment.js';
import type { Tally } from './events.js';
import { Pace, type PendingFeed } from './feed.js';
import { LEASE_MS, type Work } from './journal.js';
import { type Desk, Lookout } from './lookout.js';

export interface WorkerOptions extends Manner {
  readonly feed: PendingFeed;
  /** Take what waits now, see it through, and end. */
  readonly once: boolean;
  /** How long running programs may go on after the first request to stop. Milliseconds. */
  readonly graceMs: number;
}

/** The worker cannot go on, and trying again would not help. The message says what to do. */
export class WorkerError extends Error {
  override name = 'WorkerError';
}

/** Results that wait for a delivery; with more of them, no further work is begun. */
const UNDELIVERED_MAX = 20;
/** What no waiting can change, as long as it was never otherwise. */
const HOPELESS: readonly string[] = ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_CONFIGURED'];

/** Takes hirings as they come, has them done, and delivers what came of them. */
export class Worker {
  readonly #active = new Map<string, Assignment>();
  readonly #pace: Pace;
  readonly #lookout: Lookout;
  readonly #halt = new AbortController();
  readonly #counts = { delivered: 0, failed: 0, dropped: 0, left: 0 };
  #earned = 0n;
  #draining = false;
  #reached = false;
  #trouble: string | undefined;
  /** With `once`: the last look found nothing to do. */
  #idle = false;
  #fatal: WorkerError | undefined;
  #nudge = new AbortController();

  constructor(private readonly by: WorkerOptions) {
    this.#pace = new Pace(by.clock);
    this.#lookout = new Lookout(by, this.#desk(), this.#halt.signal);
  }

  get tally(): Tally {
    return { ...this.#counts, earned: formatAmount(this.#earned) };
  }

  get working(): number {
    return this.#inPhase('working').length;
  }

  /** Takes nothing more, lets what runs come to its end within the grace, then leaves the rest. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.by.report({ event: 'stopping', running: this.working, grace_s: Math.round(this.by.graceMs / 1_000) });
    void this.by.clock.sleep(this.by.graceMs, this.#halt.signal).then(() => this.halt());
    this.#wake();
  }

  /** Leaves everything at once, as the next start can go on with it. */
  halt(): void {
    this.#draining = true;
    this.#halt.abort();
    for (const assignment of this.#active.values()) assignment.stop({ kind: 'shutdown' });
    this.#wake();
  }

  /**
   * Works until it is asked to stop, or with `once` until nothing is left to do.
   * @throws {WorkerError}
   */
  async run(): Promise<void> {
    const over = new AbortController();
    const beating = this.#beat(over.signal);
    try {
      await this.by.journal.prune();
      while (!this.#isOver()) {
        await this.#look();
        if (!this.#isOver()) await this.#pause();
      }
    } finally {
      this.halt();
      while (this.#active.size > 0) await this.#pause();
      over.abort();
      await beating;
    }
    if (this.#fatal) throw this.#fatal;
  }

  #isOver(): boolean {
    if (this.#fatal || this.#halt.signal.aborted) return true;
    return this.#idle || (this.#draining && this.#active.size === 0);
  }

  async #look(): Promise<void> {
    const before = this.#active.size;
    try {
      await this.#lookout.look(!this.#draining);
    } catch (error) {
      if (!this.#halt.signal.aborted) this.#failed(error);
      return;
    }
    this.#reached = true;
    if (this.#trouble !== undefined) this.by.report({ event: 'recovered' });
    this.#trouble = undefined;
    if (this.#active.size === before) this.#pace.nothing();
    else this.#pace.news();
    this.#idle = this.by.once && this.#active.size === 0;
  }

  #failed(error: unknown): void {
    const facts = toFacts(error);
    if (facts.code === 'INTERNAL') log('error', 'the worker met an error of its own', error);
    const hopeless = !this.#reached && HOPELESS.includes(facts.code);
    if (hopeless || this.by.once) {
      const next = hopeless
        ? 'Check AGRENTING_AGENT_KEY and AGRENTING_URL: an agent sells with its own key.'
        : facts.next;
      this.#fatal = new WorkerError(`${facts.message} ${next}`, { cause: error });
      return;
    }
    this.#pace.failed(facts.retryAfter);
    if (this.#trouble !== facts.code) this.by.report({ event: 'trouble', reason: facts.message });
    this.#trouble = facts.code;
  }

  #desk(): Desk {
    return {
      assignment: (hiringId) => this.#active.get(hiringId),
      working: () => this.#inPhase('working'),
      room: () => {
        const full = this.#inPhase('delivering').length >= UNDELIVERED_MAX;
        return full || this.#fatal ? 0 : this.by.concurrency - this.working;
      },
      begin: (work, how) => this.#begin(work, how),
    };
  }

  #inPhase(phase: Assignment['phase']): Assignment[] {
    return [...this.#active.values()].filter((assignment) => assignment.phase === phase);
  }

  #begin(work: Work, how: (assignment: Assignment) => Promise<Settled>): void {
    const assignment = new Assignment(this.by, work, this.#halt.signal);
    this.#active.set(work.hiring_id, assignment);
    void how(assignment)
      .catch(async (error: unknown): Promise<Settled> => {
        log('error', `hiring ${work.hiring_id} met an error of the worker's own`, error);
        await this.by.journal.release(work.key, false).catch(() => undefined);
        return { kind: 'left', reason: 'the worker met an error of its own' };
      })
      .then((settled) => {
        this.#active.delete(work.hiring_id);
        this.#settled(work, settled);
        this.#pace.news();
        this.#wake();
      });
  }

  #settled(work: Work, { kind, reason }: Settled): void {
    const { hiring_id } = work;
    if (kind === 'no program') {
      this.#counts.left += 1;
      const what =
        'ask' in this.by.program
          ? `The agent of --agent cannot be used: ${reason}`
          : `The program of --exec is not there any more: ${reason}.`;
      this.#fatal = new WorkerError(`${what} Its hirings were left as they are.`);
      return;
    }
    this.#counts[kind] += 1;
    if (kind === 'left') this.#lookout.setAside(hiring_id);
    if (kind === 'delivered') this.#earned += work.price;
    const price = formatAmount(work.price);
    this.by.report(kind === 'delivered' ? { event: kind, hiring_id, price } : { event: kind, hiring_id, reason });
  }

  /** Tells the other workers, and ourselves, that what we have is still ours. */
  async #beat(over: AbortSignal): Promise<void> {
    for (;;) {
      await this.by.clock.sleep(LEASE_MS / 3, over);
      if (over.aborted) return;
      const ours = [...this.#active.values()];
      const lost = await this.by.journal.renew(ours.map(({ work }) => work.key)).catch((error: unknown): string[] => {
        log('error', 'the journal cannot be written', error);
        return [];
      });
      for (const assignment of ours) if (lost.includes(assignment.work.key)) assignment.stop({ kind: 'lost' });
    }
  }

  async #pause(): Promise<void> {
    const { feed } = this.by;
    const nudge = this.#nudge.signal;
    if (!nudge.aborted) await feed.changed(this.#pace.next(this.#active.size > 0, feed.live), nudge);
    this.#nudge = new AbortController();
  }

  #wake(): void {
    this.#nudge.abort();
  }
}
