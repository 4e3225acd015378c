import type { z } from 'zod';
import type { Envelope, PageInfo } from '../marketplaces/envelope.js';
import type { Route } from '../marketplaces/route.js';
import { ApiError } from './api-error.js';
import { authorize, type Caller } from './auth.js';
import { isoTime } from './clock.js';
import type { Env } from './env.js';
import { type Claim, claimOf, operationKey, remember, replay } from './idempotency.js';
import type { Limit, LimitState } from './rate-limits.js';
import type { Tx } from './store/schema.js';

/** One call of one route, after everything about it was checked. */
export interface Call<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodType,
> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  /** Only routes without callers are reached without one; use `callerIn` elsewhere. */
  readonly caller: Caller | undefined;
  readonly env: Env;
  /** The transaction of a call that changes something; the database itself for one that reads. */
  readonly tx: Tx;
  /** The time of the call, ISO with milliseconds. */
  readonly now: string;
  /** The name under which transfers carry the idempotency key, when the caller sent one. */
  readonly operationKey: string | undefined;
  readonly request: Request;
  /** The network address of the caller. */
  readonly address: string;
  /** Extra headers of the answer. */
  readonly headers: Headers;
  /** Runs after the commit, and not at all when there is none. */
  after(effect: () => void): void;
}

/** A list that knows where it continues. */
export class Page<T> {
  constructor(
    readonly items: T[],
    readonly info: PageInfo,
  ) {}
}

export interface HandlerOptions<B extends z.ZodType> {
  /** Whether this call changes something. By default every method but GET does. */
  readonly changes?: (body: z.output<B>) => boolean;
  /** Another envelope than the marketplace's. */
  readonly envelope?: Envelope;
  /** Whether the key is required for this body; by default as the route says. */
  readonly keyRequired?: (body: z.output<B>) => boolean;
  /** Whether a key is claimed, and an earlier answer replayed, for this body; by default as the route says. */
  readonly claims?: (body: z.output<B>) => boolean;
  /** For a body that itself says what is called: who may call it, how often, and the body as it is read in full. */
  readonly admit?: (body: z.output<B>, admission: Admission) => z.output<B>;
}

export interface Admission {
  readonly caller: Caller | undefined;
  readonly address: string;
  readonly env: Env;
}

/** A route with its handler, as the routing table holds it. */
export interface Implementation {
  readonly route: Route;
  readonly envelope: Envelope | undefined;
  run(request: Request, raw: RawCall, service: Service, env: Env): Promise<Response>;
}

export interface RawCall {
  readonly params: Record<string, string>;
  readonly caller: Caller | undefined;
  readonly address: string;
}

/** What differs between marketplaces in the pipeline. */
export interface Service {
  readonly marketplace: 'agrenting' | 'humans2ai';
  readonly envelope: Envelope;
  readonly implementations: readonly Implementation[];
  limitOf(bucket: string, caller: Caller | undefined, env: Env): Promise<Limit>;
  limitHeaders(state: LimitState): Record<string, string>;
  /** Whether this bucket is counted per address even when a credential is sent. */
  perAddress?(bucket: string): boolean;
  /** What of a body tells one operation from another under an idempotency key; by default all of it. */
  identity?(body: unknown): unknown;
  /** Headers of every answer, also of refusals and replays. */
  extraHeaders?(route: Route, request: Request): Record<string, string>;
  /** Bookkeeping for every authorized call, for example presence. */
  seen?(caller: Caller, env: Env): Promise<void>;
}

/** Binds a handler to its route. Handlers throw ApiError; the pipeline does the rest. */
export function implement<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, D extends z.ZodType>(
  route: Route<P, Q, B, D>,
  handler: (call: Call<P, Q, B>) => Promise<z.input<D> | Page<unknown> | Response>,
  options: HandlerOptions<B> = {},
): Implementation {
  return {
    route,
    envelope: options.envelope,
    async run(request, raw, service, env) {
      const codes = (options.envelope ?? service.envelope).standard;
      const params = check(route.params, raw.params, codes.invalid);
      const query = check(route.query, Object.fromEntries(new URL(request.url).searchParams), codes.invalid);
      const sent = check(
        route.body,
        route.method === 'GET' ? {} : await readJson(request, codes.invalid),
        codes.invalid,
      );
      const body = options.admit?.(sent, { caller: raw.caller, address: raw.address, env }) ?? sent;
      const headers = new Headers();
      const effects: (() => void)[] = [];
      const now = isoTime(env.clock.now());
      const call = (tx: Tx, key: string | undefined): Call<P, Q, B> => ({
        params,
        query,
        body,
        caller: raw.caller,
        env,
        tx,
        now,
        operationKey: key,
        request,
        address: raw.address,
        headers,
        after: (effect) => effects.push(effect),
      });
      const answer = async (tx: Tx, key: string | undefined) =>
        wrap(await handler(call(tx, key)), route, options.envelope ?? service.envelope, headers);

      const changes = options.changes?.(body) ?? route.method !== 'GET';
      if (!changes) return await answer(env.db, undefined);
      const key = idempotencyKey(request, service.envelope, codes.invalid);
      const required = options.keyRequired?.(body) ?? route.key === 'required';
      if (key === undefined && required) {
        throw new ApiError(codes.keyMissing, `The ${service.envelope.keyHeader} header is required here.`);
      }
      const claim =
        key === undefined || !(options.claims?.(body) ?? route.key !== 'none')
          ? undefined
          : claimOf(service.marketplace, raw.caller?.account ?? raw.address, key, `${route.method} ${route.path}`, {
              params,
              body: service.identity?.(body) ?? body,
            });
      const response = await once(claim, env, options.envelope ?? service.envelope, service, now, answer);
      for (const effect of effects) effect();
      env.jobs.wake();
      return response;
    },
  };
}

const inFlight = new WeakMap<Env, Set<string>>();

/** Runs the effect in one transaction with its claim and its stored answer, or replays the stored answer. */
async function once(
  claim: Claim | undefined,
  env: Env,
  envelope: Envelope,
  service: Service,
  now: string,
  answer: (tx: Tx, key: string | undefined) => Promise<Response>,
): Promise<Response> {
  if (!claim) return await env.db.transaction().execute((tx) => answer(tx, undefined));
  const running = inFlight.get(env) ?? new Set<string>();
  inFlight.set(env, running);
  const name = operationKey(claim);
  if (running.has(name)) {
    throw new ApiError(envelope.standard.keyInFlight, 'A request with this idempotency key is still running.', {
      retryAfter: 1,
      retriable: true,
    });
  }
  running.add(name);
  try {
    return await env.db.transaction().execute(async (tx) => {
      const earlier = await replay(tx, claim, envelope.standard);
      if (earlier) return replayed(Number(earlier.status), earlier.body ?? '');
      const response = await answer(tx, name);
      const body = await response.clone().text();
      await remember(tx, claim, { state: 'completed', status: response.status, body, at: now });
      return response;
    });
  } catch (error) {
    if (error instanceof ApiError && service.marketplace === 'agrenting')
      await keepRefusal(claim, env, envelope, error, now);
    throw error;
  } finally {
    running.delete(name);
  }
}

/** Agrenting stores refusals too (failed_final and failed_retriable, contract notes §1.6): a new try needs a new key. */
async function keepRefusal(claim: Claim, env: Env, envelope: Envelope, error: ApiError, now: string): Promise<void> {
  const { keyMismatch, keyExpired, internal } = envelope.standard;
  if ([keyMismatch, keyExpired, internal].includes(error.code)) return;
  const state = error.options.retriable ? 'failed_retriable' : 'failed_final';
  const status = envelope.codes[error.code]?.status ?? 500;
  const body = JSON.stringify(errorBody(error, envelope, now));
  await remember(env.db, claim, { state, status, body, at: now });
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

function replayed(status: number, body: string): Response {
  return new Response(body, { status, headers: { ...JSON_HEADERS, 'idempotent-replayed': 'true' } });
}

function wrap(answer: unknown, route: Route, envelope: Envelope, headers: Headers): Response {
  if (answer instanceof Response) return answer;
  const body = answer instanceof Page ? envelope.wrap(answer.items, answer.info) : envelope.wrap(answer);
  headers.set('content-type', JSON_HEADERS['content-type']);
  return new Response(JSON.stringify(body), { status: route.status, headers });
}

function errorBody(error: ApiError, envelope: Envelope, now: string): unknown {
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

/** Authorization and rate limits, in this order; then the handler. */
export async function serve(
  implementation: Implementation,
  request: Request,
  raw: RawCall,
  service: Service,
  env: Env,
): Promise<Response> {
  const envelope = implementation.envelope ?? service.envelope;
  const now = env.clock.now();
  let limitHeaders: Record<string, string> = {};
  const respond = async (): Promise<Response> => {
    authorize(implementation.route, raw.caller, envelope.standard, now);
    if (raw.caller) await service.seen?.(raw.caller, env);
    const { bucket } = implementation.route;
    const limit = await service.limitOf(bucket, raw.caller, env);
    const counted = service.perAddress?.(bucket) ? undefined : raw.caller?.credentialId;
    const state = env.limiter.take(`${service.marketplace}/${bucket}/${counted ?? raw.address}`, limit);
    limitHeaders = service.limitHeaders(state);
    if (!state.allowed) {
      const retryAfter = Math.max(1, Math.ceil((state.resetAt - now) / 1_000));
      throw new ApiError(envelope.standard.limited, `Rate limit exceeded. Retry after ${retryAfter} seconds.`, {
        retryAfter,
      });
    }
    return await implementation.run(request, raw, service, env);
  };
  const response = await respond().catch((error: unknown) => refusal(error, envelope, isoTime(now)));
  const extra = service.extraHeaders?.(implementation.route, request);
  for (const [name, value] of Object.entries({ ...limitHeaders, ...extra })) response.headers.set(name, value);
  return response;
}

/** The caller of a route that needs one. */
export function callerIn(call: { readonly caller: Caller | undefined }): Caller {
  if (!call.caller) throw new Error('this route is declared public but asks for its caller');
  return call.caller;
}

function check<S extends z.ZodType>(schema: S, value: unknown, code: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiError(code, 'The request is not valid.', { details: fieldProblems(result.error) });
}

/** VALIDATION_ERROR's details: field path → list of sentences. */
export function fieldProblems(error: z.ZodError): Record<string, string[]> {
  const problems: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const field = issue.path.map(String).join('.') || 'body';
    problems[field] = [...(problems[field] ?? []), issue.message];
  }
  return problems;
}

const MAX_BODY = 8 * 1024 * 1024;

async function readJson(request: Request, code: string): Promise<unknown> {
  const text = await request.text();
  if (text.length > MAX_BODY) throw new ApiError(code, 'The body is larger than 8 MiB.');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(code, 'The body is not valid JSON.');
  }
}

function idempotencyKey(request: Request, envelope: Envelope, code: string): string | undefined {
  const key = request.headers.get(envelope.keyHeader);
  if (key === null) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ApiError(code, `${envelope.keyHeader} is 1 to 255 visible ASCII characters.`);
  }
  return key;
}
