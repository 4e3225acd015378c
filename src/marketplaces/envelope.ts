import type { ErrorCode } from '../errors.js';

/** How a marketplace wraps successes and failures on the wire. Stated once; the backend wraps, the client unwraps. */
export interface Envelope {
  /** The success body around `data`; `page` is what a cursor list adds. */
  wrap(data: unknown, page?: PageInfo): unknown;
  /** The failure body. */
  wrapError(error: WireError, now: string): unknown;
  /** The data inside a success body. */
  unwrap(body: unknown): unknown;
  /** The failure inside an error body, as far as one can be read; undefined when the body is something else. */
  unwrapError(body: unknown): WireError | undefined;
  /** The request header that carries an idempotency key. */
  readonly keyHeader: string;
  /** The marketplace's error codes: the status each is sent with, and what it is in our own closed list. */
  readonly codes: Readonly<Record<string, { readonly status: number; readonly ours: ErrorCode }>>;
  /** The codes for what the pipeline itself refuses. */
  readonly standard: Standard;
}

export interface Standard {
  readonly invalid: string;
  readonly unauthorized: string;
  readonly forbidden: string;
  /** For an account that was suspended. */
  readonly suspended: string;
  readonly noRoute: string;
  readonly limited: string;
  readonly internal: string;
  readonly keyMissing: string;
  readonly keyMismatch: string;
  readonly keyInFlight: string;
  readonly keyExpired: string;
}

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

export interface PageInfo {
  readonly total: number;
  readonly cursor: string | null;
  readonly hasMore: boolean;
}

/** A JSON object, or undefined. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
