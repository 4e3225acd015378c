import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Ids } from '../clock.js';
import type { RoleName } from './roles.js';
import type { Failure } from './view.js';

/** A browser that signed in. It lives in this process: a restart asks for the role again. */
export interface Visit {
  readonly token: string;
  readonly role: RoleName;
  /** When it began, by the sandbox's clock: some things need a login that is fresh. */
  readonly since: string;
  /** Stands in every form of this visit; a page of somebody else cannot know it. */
  readonly csrf: string;
  /** What the last action came to, until the page that it came from was shown. */
  outcome: Shown | undefined;
}

interface Shown {
  /** The page that tells of it. */
  readonly path: string;
  readonly notice?: string;
  readonly failed?: Failure;
  seen: boolean;
}

/**
 * What a page has to tell of the last action. A page that follows changes by itself goes on telling why something was
 * refused; whoever opens it anew does not see it again.
 */
export function outcomeFor(visit: Visit, path: string, following: boolean): Shown | undefined {
  const { outcome } = visit;
  if (outcome?.path !== path) return undefined;
  if (following) return outcome;
  visit.outcome = outcome.seen ? undefined : { ...outcome, seen: true };
  return visit.outcome;
}

/** A browser sends the cookies of a host to all its ports; two sandboxes on one machine must not take each other's. */
const cookieName = (url: string): string => `hirewire_console_${new URL(url).port || 'default'}`;
/** Whoever signs in once more than this makes the oldest visit end. */
const MOST_VISITS = 500;

export class Visits {
  private readonly byToken = new Map<string, Visit>();

  constructor(private readonly ids: Ids) {}

  open(role: RoleName, since: string): Visit {
    const visit: Visit = { token: this.ids.secret(''), role, since, csrf: this.ids.secret(''), outcome: undefined };
    this.byToken.set(visit.token, visit);
    const [oldest] = this.byToken.keys();
    if (this.byToken.size > MOST_VISITS && oldest !== undefined) this.byToken.delete(oldest);
    return visit;
  }

  of(context: Context): Visit | undefined {
    return this.byToken.get(getCookie(context, cookieName(context.req.url)) ?? '');
  }

  close(visit: Visit): void {
    this.byToken.delete(visit.token);
  }
}

/** No script can read it, and no other site can make a browser send it. */
export const cookieOf = (visit: Visit, url: string): string =>
  `${cookieName(url)}=${visit.token}; Path=/; HttpOnly; SameSite=Strict`;

/**
 * Whether a POST comes from a page of this origin. Browsers say so with every POST; what says nothing is no browser,
 * and is refused too, because only a page of ours has a form to send.
 */
export function isOwnPost(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return false;
  return request.headers.get('origin') === new URL(request.url).origin;
}

/** A path of the console to go back to, or its first page when it is anything else. */
export function ownPath(text = '/'): string {
  const here = 'http://console.invalid';
  if (!URL.canParse(text, here)) return '/';
  // As a browser would read it: dots are followed, backslashes are slashes.
  const { origin, pathname, search } = new URL(text, here);
  const ours = pathname === '/' || pathname.startsWith('/console/');
  return origin === here && ours ? `${pathname}${search}` : '/';
}
