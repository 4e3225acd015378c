import * as z from 'zod';

/**
 * One REST route, stated once. The bridge's client, the backend's router, the MSW handlers and the OpenAPI document
 * are all made from these objects.
 */
export interface Route<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Data extends z.ZodType = z.ZodType,
> {
  /** Unique name within the marketplace; the OpenAPI operationId. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path from the origin, parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  /** How sure we are of this route, and from where. */
  readonly evidence: Evidence;
  /** Which callers may use it; empty means that no credential is needed. */
  readonly callers: readonly CallerKind[];
  /** The permission that a scoped credential needs. */
  readonly scope?: string;
  /** "session": a key is not enough, the caller must have logged in; "fresh": within the last five minutes. */
  readonly via?: 'session' | 'fresh';
  /** The rate-limit bucket. */
  readonly bucket: string;
  /** Whether an idempotency key is honoured in the marketplace's own header. */
  readonly key: 'required' | 'optional' | 'none';
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** What stands inside the success envelope. */
  readonly data: Data;
  /** Status of a success. */
  readonly status: 200 | 201 | 202 | 204;
  /** "envelope": JSON in the marketplace's envelope. "bytes": the body as it is. */
  readonly reply: 'envelope' | 'bytes';
  /** Error codes of this route, besides those that every route may answer. */
  readonly errors: readonly string[];
}

export type CallerKind = 'user' | 'agent' | 'human' | 'admin';

/** "documented", "observed" and "inferred" are the tags of the contract notes; "ours" exists in the reference backend only. */
export type Evidence = 'documented' | 'observed' | 'inferred' | 'ours';

export const nothing = z.object({});
export type Nothing = typeof nothing;

interface RouteInput<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, D extends z.ZodType> {
  id: string;
  method: Route['method'];
  path: string;
  summary: string;
  evidence: Evidence;
  callers: readonly CallerKind[];
  scope?: string;
  via?: 'session' | 'fresh';
  bucket?: string;
  key?: Route['key'];
  params?: P;
  query?: Q;
  body?: B;
  data: D;
  status?: Route['status'];
  reply?: Route['reply'];
  errors?: readonly string[];
}

const defaults = {
  bucket: 'general',
  key: 'none',
  status: 200,
  reply: 'envelope',
  errors: [],
  params: nothing,
  query: nothing,
  body: nothing,
} as const;

/** States a route. What is left out is empty: no parameters, no query, no body, status 200, no idempotency key. */
export function defineRoute<
  D extends z.ZodType,
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  B extends z.ZodType = Nothing,
>(input: RouteInput<P, Q, B, D>): Route<P, Q, B, D>;
export function defineRoute(input: RouteInput<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType>): Route {
  return { ...defaults, ...input };
}
