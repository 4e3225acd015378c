import type { z } from 'zod';
import type { Route } from '../../../src/marketplaces/route.js';

/** What earlier answers of a sequence left behind: credentials, ids, tokens. */
export class Known {
  private readonly values = new Map<string, string>();

  get(name: string): string {
    const value = this.values.get(name);
    if (value === undefined) throw new Error(`no earlier case has kept "${name}"`);
    return value;
  }

  set(name: string, value: string): void {
    this.values.set(name, value);
  }
}

export interface Sent {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  /** A string is sent as it is. */
  readonly body?: unknown;
  /** The idempotency key. Good calls of routes that take one get one by themselves. */
  readonly key?: string;
}

/** One call of one route and what must come of it. Written once, run over every transport. */
export interface Case {
  readonly marketplace: 'agrenting' | 'humans2ai' | 'agentdojo';
  readonly route: Route;
  readonly title: string;
  /** The name of a kept credential; none is sent without it. */
  readonly as: string | undefined;
  send(known: Known): Sent;
  /** The error code that the call must fail with; without it the call must succeed. */
  readonly fails?: string | undefined;
  /** Kept for later cases: a name, and the path to it in the answer's body. */
  readonly keep?: Readonly<Record<string, string>> | undefined;
  /** How far the clock is moved before the call; milliseconds. */
  readonly after?: number | undefined;
  /** What the body must look like, byte for byte. */
  readonly text?: RegExp | undefined;
  /** Whether the answer to the same call with the same key must be the stored one. */
  readonly replays: boolean;
  /** What the data must parse as, where the route leaves it open. */
  readonly data?: z.ZodType | undefined;
}

interface Extras {
  readonly fails?: string;
  readonly keep?: Readonly<Record<string, string>>;
  readonly after?: number;
  readonly text?: RegExp;
}

type Sender<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> = (known: Known) => {
  params?: z.input<P>;
  query?: Partial<z.input<Q>>;
  body?: z.input<B>;
  key?: string;
};

/** A call of a route, its arguments checked by the compiler. */
export type Say = <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, D extends z.ZodType>(
  route: Route<P, Q, B, D>,
  title: string,
  as: string | undefined,
  send?: Sender<P, Q, B>,
  extras?: Extras,
) => Case;

export function casesFor(marketplace: Case['marketplace']): Say {
  return (route, title, as, send = () => ({}), extras = {}) => ({
    marketplace,
    route,
    title,
    as,
    send: (known) => send(known),
    replays: extras.fails === undefined && route.key !== 'none',
    ...extras,
  });
}
