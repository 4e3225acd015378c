import type { Timers } from '../timers.js';
import type { ChangeSource } from './change-source.js';
import type { Look } from './watch.js';

/**
 * Looks again and again at what nobody pushes: soon after a change, seldom when nothing happens, and never faster than
 * its budget allows.
 */

export interface PollBudget {
  /** Takes one request out of the budget and answers 0, or says how many milliseconds to wait for one. */
  take(now: number): number;
}

/** One request that tells about many. */
export interface Sieve {
  /** Whether it can tell anything about this key. */
  knows(key: string): boolean;
  /** Of several keys, those that have to be looked at one by one. */
  changedAmong(keys: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface PollerOptions {
  readonly timers: Timers;
  readonly budget: PollBudget;
  readonly sieve?: Sieve;
  /** How often those are looked at that are pushed as well, in milliseconds: a push may get lost. */
  readonly relaxedMs?: number;
}

interface Target {
  readonly key: string;
  readonly look: () => Promise<Look>;
  interval: number;
  dueAt: number;
  /** It has changed, or its look failed: it is looked at whatever the sieve says. */
  owed: boolean;
  /** It is pushed. */
  relaxed: boolean;
}

const SOON_MS = 2_000;
const SELDOM_MS = 30_000;
/** What is final may still be disputed, or taken up again; what is pushed may change without a push. */
const SETTLED_MS = 5 * 60_000;
const SLOWER = 1.5;
/** With a sieve, whoever is due within this part of its interval is looked at together with the others. */
const TOGETHER = 0.25;

export class Poller implements ChangeSource {
  private readonly targets = new Map<string, Target>();
  private callOff: () => void = () => undefined;
  private running = false;
  private stopped = false;

  constructor(private readonly options: PollerOptions) {}

  watch(key: string, look: () => Promise<Look>): () => void {
    this.add(key, look);
    return () => this.remove(key);
  }

  add(key: string, look: () => Promise<Look>): void {
    if (this.stopped || this.targets.has(key)) return;
    const dueAt = this.options.timers.now() + SOON_MS;
    this.targets.set(key, { key, look, interval: SOON_MS, dueAt, owed: false, relaxed: false });
    this.plan();
  }

  /** Says whether it is pushed at the moment. */
  relax(key: string, relaxed: boolean): void {
    const target = this.targets.get(key);
    if (!target || target.relaxed === relaxed) return;
    target.relaxed = relaxed;
    target.interval = relaxed ? this.relaxedMs : SOON_MS;
    target.dueAt = this.options.timers.now() + target.interval;
    this.plan();
  }

  remove(key: string): void {
    if (this.targets.delete(key)) this.plan();
  }

  hurry(): void {
    const soon = this.options.timers.now() + SOON_MS / 2;
    for (const target of this.targets.values()) {
      if (target.relaxed) continue;
      target.interval = SOON_MS;
      target.dueAt = Math.min(target.dueAt, soon);
    }
    this.plan();
  }

  stop(): void {
    this.stopped = true;
    this.targets.clear();
    this.callOff();
  }

  private get relaxedMs(): number {
    return this.options.relaxedMs ?? SETTLED_MS;
  }

  private plan(notBefore = 0): void {
    this.callOff();
    if (this.stopped || this.running || this.targets.size === 0) return;
    const now = this.options.timers.now();
    const next = Math.min(...[...this.targets.values()].map(({ dueAt }) => dueAt));
    this.callOff = this.options.timers.after(Math.max(0, next - now, notBefore), () => void this.round());
  }

  private async round(): Promise<void> {
    this.running = true;
    const wait = await this.lookAtDue().catch(() => SELDOM_MS);
    this.running = false;
    this.plan(wait);
  }

  /** @returns milliseconds until the budget allows more. */
  private async lookAtDue(): Promise<number> {
    const { timers, budget, sieve } = this.options;
    const now = timers.now();
    const early = sieve ? TOGETHER : 0;
    // Who waited longest comes first: a small budget must not always go to the same ones.
    const due = [...this.targets.values()]
      .filter(({ dueAt, interval }) => dueAt - now <= interval * early)
      .toSorted((a, b) => a.dueAt - b.dueAt);
    const wait = await this.sift(due.filter(({ owed }) => !owed));
    if (wait > 0) return wait;
    for (const target of due) {
      if (this.targets.get(target.key) !== target) continue;
      if (!target.owed) {
        this.next(target, { outcome: 'same' });
        continue;
      }
      const wait = budget.take(timers.now());
      if (wait > 0) return wait;
      this.next(target, await target.look());
    }
    return 0;
  }

  /** Marks those that have to be looked at. @returns milliseconds until the budget allows it; 0 when it is done. */
  private async sift(targets: readonly Target[]): Promise<number> {
    const { sieve, budget, timers } = this.options;
    const known = targets.filter(({ key }) => sieve?.knows(key));
    const few = known.length < 2;
    const wait = few ? 0 : budget.take(timers.now());
    if (wait > 0) return wait;
    const keys = known.map(({ key }) => key);
    // When it fails, all are looked at one by one: whatever is wrong shows there.
    const changed = few ? new Set(keys) : await sieve?.changedAmong(keys).catch(() => new Set(keys));
    for (const target of targets) target.owed = !known.includes(target) || changed?.has(target.key) !== false;
    return 0;
  }

  private next(target: Target, { outcome, retryAfterMs = 0 }: Look): void {
    target.owed = outcome === 'failed';
    if (outcome === 'gone') {
      this.targets.delete(target.key);
      return;
    }
    target.interval = target.relaxed && outcome !== 'failed' ? this.relaxedMs : intervalAfter(outcome, target.interval);
    target.dueAt = this.options.timers.now() + Math.max(target.interval, retryAfterMs);
  }
}

function intervalAfter(outcome: Look['outcome'], before: number): number {
  if (outcome === 'changed') return SOON_MS;
  return outcome === 'settled' ? SETTLED_MS : Math.max(before, Math.min(SELDOM_MS, before * SLOWER));
}
