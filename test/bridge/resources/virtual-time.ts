import type { Timers } from '../../../src/timers.js';

/** Everything that was made ready to run has run, and what that made ready. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that passes when a test says so. Whatever is due runs in its order, each with all that follows from it. */
export class VirtualTime implements Timers {
  private waiting: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  private order = 0;

  constructor(
    private time = Date.parse('2026-11-21T00:00:00Z'),
    readonly random: () => number = () => 0.5,
  ) {}

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), order: this.order++, run };
    this.waiting.push(timer);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== timer);
    };
  }

  /** How many timers wait. */
  get size(): number {
    return this.waiting.length;
  }

  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    await settled();
    for (let next = this.pop(until); next; next = this.pop(until)) {
      this.time = Math.max(this.time, next.at);
      next.run();
      await settled();
    }
    this.time = until;
  }

  private pop(until: number) {
    let first: (typeof this.waiting)[number] | undefined;
    for (const timer of this.waiting) {
      if (timer.at > until) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    if (first) this.waiting = this.waiting.filter((timer) => timer !== first);
    return first;
  }
}
