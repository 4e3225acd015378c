import type { RateLimitState } from '../../http/rate-limit-state.js';
import type { Timers } from '../../timers.js';
import type { ApiClient } from '../api-client.js';
import type { ChangeSource } from '../change-source.js';
import { type PollBudget, Poller, type Sieve } from '../poller.js';
import { ownTasks } from './resources.js';

/** Humans2AI pushes nothing, so what is watched is polled, and only that. */

const HOUR_MS = 3_600_000;
/** The documented limit of the endpoint that tools and polling share is 500 an hour (contract notes §1.6). */
export const BURST = 60;
export const PER_HOUR = 240;
/** What is left to tools when the marketplace's own count runs low. */
const RESERVE = 0.2;

/** At most BURST at once and PER_HOUR in the long run, so never more than 300 in any hour; less when the marketplace says so. */
export class HourlyBudget implements PollBudget {
  private tokens = BURST;
  private at: number;

  constructor(
    now: number,
    private readonly limits: RateLimitState,
  ) {
    this.at = now;
  }

  take(now: number): number {
    const perMs = PER_HOUR / HOUR_MS;
    this.tokens = Math.min(BURST, this.tokens + Math.max(0, now - this.at) * perMs);
    this.at = now;
    const pause = this.untilReset(now);
    if (pause > 0) return pause;
    if (this.tokens < 1) return Math.ceil((1 - this.tokens) / perMs);
    this.tokens -= 1;
    return 0;
  }

  private untilReset(now: number): number {
    const { limit, remaining, resetAt } = this.limits;
    if (limit === undefined || remaining === undefined || remaining > limit * RESERVE) return 0;
    // What it said about a window that is over says nothing about this one.
    return resetAt === undefined ? 0 : Math.min(HOUR_MS, Math.max(0, resetAt - now));
  }
}

/** Of many tasks, one list tells which have changed. */
class TaskSieve implements Sieve {
  private readonly seen = new Map<string, string>();

  constructor(private readonly api: ApiClient) {}

  knows(key: string): boolean {
    return taskOf(key) !== undefined;
  }

  async changedAmong(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const tasks = await ownTasks({ api: this.api, signal: new AbortController().signal });
    // Without a time of change a list cannot tell.
    const dated = tasks.flatMap((task) => (task.updatedAt ? [[task.id, JSON.stringify(task)] as const] : []));
    const now = new Map(dated);
    const changed = new Set<string>();
    for (const key of keys) {
      const listed = now.get(taskOf(key) ?? '');
      if (listed === undefined || listed !== this.seen.get(key)) changed.add(key);
      // Only of those that were asked for: a change that is remembered here is looked at.
      if (listed !== undefined) this.seen.set(key, listed);
    }
    return changed;
  }
}

const taskOf = (uri: string): string | undefined => /^task:\/\/([^/]+)$/.exec(uri)?.[1];

/** What tells of changes on one account of Humans2AI. */
export function humans2aiChanges(
  { api, limits }: { readonly api: ApiClient; readonly limits: RateLimitState },
  timers: Timers,
): ChangeSource {
  return new Poller({ timers, budget: new HourlyBudget(timers.now(), limits), sieve: new TaskSieve(api) });
}
