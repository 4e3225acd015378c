import type { MovableClock } from './clock.js';

/** Longest delay that a timer takes. */
const MAX_DELAY = 2 ** 31 - 1;

/**
 * Things of this process that happen at a time and need not survive it: a keep-alive, the end of a wait. What must
 * survive is a job (jobs.ts). They follow the injected clock: a real timer where time passes, and at once when the
 * clock is moved. None of them keeps the process alive.
 */
export class Alarms {
  private readonly pending = new Set<Alarm>();

  constructor(private readonly clock: MovableClock) {
    clock.onMove(() => this.ringDue());
  }

  /** Calls `ring` once in `ms` milliseconds. @returns cancels it. */
  set(ms: number, ring: () => void): () => void {
    const alarm: Alarm = { dueAt: this.clock.now() + ms, ring, timer: undefined };
    this.pending.add(alarm);
    this.arm(alarm);
    return () => this.drop(alarm);
  }

  /** Drops them all. */
  stop(): void {
    for (const alarm of this.pending) this.drop(alarm);
  }

  private arm(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    const delay = Math.max(1, Math.min(alarm.dueAt - this.clock.now(), MAX_DELAY));
    alarm.timer = setTimeout(() => this.ringIfDue(alarm), delay);
    alarm.timer.unref();
  }

  /** In the order in which they were due, whatever was set first. */
  private ringDue(): void {
    const due = [...this.pending].filter(({ dueAt }) => dueAt <= this.clock.now());
    for (const alarm of due.toSorted((a, b) => a.dueAt - b.dueAt)) if (this.pending.has(alarm)) this.ringIfDue(alarm);
  }

  private ringIfDue(alarm: Alarm): void {
    if (this.clock.now() < alarm.dueAt) {
      this.arm(alarm);
      return;
    }
    this.drop(alarm);
    alarm.ring();
  }

  private drop(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    this.pending.delete(alarm);
  }
}

interface Alarm {
  readonly dueAt: number;
  readonly ring: () => void;
  timer: NodeJS.Timeout | undefined;
}
