import type { Envelope, PageInfo } from '../marketplaces/envelope.js';
import type { Route } from '../marketplaces/route.js';
import { ApiError } from './api-error.js';

/** How what happened becomes an answer: successes, refusals and replays. */

/** A list that knows where it continues. */
export class Page<T> {
  constructor(
    readonly items: T[],
    readonly info: PageInfo,
  ) {}
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

/** What a handler made, in the marketplace's envelope. */
export function wrap(answer: unknown, route: Route, envelope: Envelope, headers: Headers): Response {
  if (answer instanceof Response) return answer;
  const body = answer instanceof Page ? envelope.wrap(answer.items, answer.info) : envelope.wrap(answer);
  headers.set('content-type', JSON_HEADERS['content-type']);
  return new Response(JSON.stringify(body), { status: route.status, headers });
}

/** An earlier answer, given again byte for byte. */
export function replayed(status: number, body: string): Response {
  return new Response(body, { status, headers: { ...JSON_HEADERS, 'idempotent-replayed': 'true' } });
}

/** The failure body of a marketplace. */
export function errorBody(error: ApiError, envelope: Envelope, now: string): unknown {
  const { details } = error.options;
  return envelope.wrapError(
    { code: error.code, message: error.message, ...(details === undefined ? {} : { details }) },
    now,
  );
}

/** Any thrown thing as the marketplace's own error answer. What we did not foresee tells nothing of itself. */
export function refusal(thrown: unknown, envelope: Envelope, now: string): Response {
  const error = thrown instanceof ApiError ? thrown : new ApiError(envelope.standard.internal, 'Something went wrong.');
  const headers = new Headers(JSON_HEADERS);
  if (error.options.retryAfter !== undefined) headers.set('retry-after', String(error.options.retryAfter));
  const status = envelope.codes[error.code]?.status ?? 500;
  return new Response(JSON.stringify(errorBody(error, envelope, now)), { status, headers });
}
