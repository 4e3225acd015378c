import type { Child } from 'hono/jsx';
import { Time } from './time.js';

export interface Moment {
  readonly at: string;
  readonly what: Child;
  /** What it did to the money, or that it did not. */
  readonly tone?: 'held' | 'good' | 'bad' | 'back' | 'plain';
  readonly detail?: Child;
}

/** What happened, oldest first. Moments of the same millisecond keep their order. */
export const Timeline = ({ moments, now }: { moments: readonly Moment[]; now: number }) => (
  <ol class="timeline">
    {moments
      .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
      .map(({ at, what, tone = 'plain', detail }) => (
        <li class={tone}>
          <span class="when">
            <Time at={at} now={now} />
          </span>
          <div>
            <p>{what}</p>
            {detail ?? ''}
          </div>
        </li>
      ))}
  </ol>
);
