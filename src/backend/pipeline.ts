import type { z } from 'zod';
import type { Envelope } from '../marketplaces/envelope.js';
import type { Route } from '../marketplaces/route.js';
import { type Page, refusal, wrap } from './answers.js';
import { ApiError } from './api-error.js';
import { type Audited, auditDone, auditRefusal, targetOf } from './audit.js';
import { authorize, type Caller } from './auth.js';
import { isoTime } from './clock.js';
import type { Env } from './env.js';
import { claimOf } from './idempotency.js';
import { once } from './once.js';
import type { Limit, LimitState } from './rate-limits.js';
import { check, idempotencyKey, readJson } from './read-request.js';
import { noteOf } from './request-note.js';
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
  /** To be called in its transaction by a handler that opens its own: what it did is written into the audit log. */
  audit(tx: Tx, made: unknown): Promise<void>;
}

export interface HandlerOptions<B extends z.ZodType> {
  /** Whether this call changes something. By default every method but GET does. */
  readonly changes?: (body: z.output<B>) => boolean;
  /** Whether the handler opens its own transactions; then it calls `audit` in them. */
  readonly ownTransaction?: (body: z.output<B>) => boolean;
  /** What is called, where one route serves many tools. */
  readonly action?: (body: z.output<B>) => string;
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
  /** Told which tool is called, where one route serves many. */
  readonly called?: (tool: string) => void;
}

/** What differs between marketplaces in the pipeline. */
export interface Service {
  readonly marketplace: 'agrenting' | 'humans2ai' | 'agentdojo';
  readonly envelope: Envelope;
  readonly implementations: readonly Implementation[];
  limitOf(bucket: string, caller: Caller | undefined, env: Env): Promise<Limit>;
  limitHeaders(state: LimitState): Record<string, string>;
  /** What a caller beyond the limit is told; by default how long to wait. */
  limitText?(seconds: number): string;
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
      const action = options.action?.(sent);
      if (action !== undefined) raw.called?.(action);
      const changes = options.changes?.(sent) ?? route.method !== 'GET';
      const envelope = options.envelope ?? service.envelope;
      const audited = (made?: unknown): Audited => ({
        env,
        marketplace: service.marketplace,
        route,
        action,
        caller: raw.caller,
        address: raw.address,
        key: request.headers.get(service.envelope.keyHeader) ?? undefined,
        target: targetOf(params, sent, made),
      });
      const carryOut = async (): Promise<Response> => {
        const body = options.admit?.(sent, { caller: raw.caller, address: raw.address, env }) ?? sent;
        const headers = new Headers();
        const effects: (() => void)[] = [];
        const now = isoTime(env.clock.now());
        const own = options.ownTransaction?.(body) ?? false;
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
          audit: (within, made) => auditDone(within, audited(made), route.status),
        });
        const answer = async (tx: Tx, key: string | undefined) => {
          const made = await handler(call(tx, key));
          const response = wrap(made, route, envelope, headers);
          if (changes && !own) await auditDone(tx, audited(made), response.status);
          return response;
        };

        if (!changes || own) return await answer(env.db, undefined);
        const key = idempotencyKey(request, service.envelope, codes.invalid);
        const required = options.keyRequired?.(body) ?? route.key === 'required';
        if (key === undefined && required) {
          throw new ApiError(codes.keyMissing, `The ${service.envelope.keyHeader} header is required here.`);
        }
        const claims = options.claims?.(body) ?? route.key !== 'none';
        const content = { params, body: service.identity?.(body) ?? body };
        const account = raw.caller?.account ?? raw.address;
        const claim =
          key === undefined || !claims
            ? undefined
            : claimOf(service.marketplace, account, key, `${route.method} ${route.path}`, content);
        const response = await once(claim, env, envelope, service, now, answer, (tx, status) =>
          auditDone(tx, audited(), status, true),
        );
        for (const effect of effects) effect();
        env.jobs.wake();
        return response;
      };
      if (!changes) return await carryOut();
      return await carryOut().catch(async (error: unknown) => {
        await auditRefusal(audited(), envelope, error);
        throw error;
      });
    },
  };
}

/**
 * Who may call. That somebody who may not tried to change something is written into the audit log.
 * @param counts whether this request is within its limit: refusals beyond it are not written down either.
 */
export async function authorizeCall(
  implementation: Implementation,
  raw: RawCall,
  service: Service,
  env: Env,
  counts: () => Promise<boolean>,
): Promise<void> {
  const { route } = implementation;
  const envelope = implementation.envelope ?? service.envelope;
  try {
    authorize(route, raw.caller, envelope.standard, env.clock.now());
    if (raw.caller) await service.seen?.(raw.caller, env);
  } catch (error) {
    if (raw.caller && route.method !== 'GET' && (await counts())) {
      const { caller, address } = raw;
      const { marketplace } = service;
      const target = targetOf(raw.params, undefined);
      await auditRefusal({ env, marketplace, route, caller, address, key: undefined, target }, envelope, error);
    }
    throw error;
  }
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
  const noted = noteOf(implementation, request, raw, service, env);
  let limitHeaders: Record<string, string> = {};
  const count = async (): Promise<LimitState> => {
    const { bucket } = implementation.route;
    const limit = await service.limitOf(bucket, raw.caller, env);
    const counted = service.perAddress?.(bucket) ? undefined : raw.caller?.credentialId;
    return env.limiter.take(`${service.marketplace}/${bucket}/${counted ?? raw.address}`, limit);
  };
  const respond = async (): Promise<Response> => {
    await authorizeCall(implementation, raw, service, env, async () => (await count()).allowed);
    const state = await count();
    limitHeaders = service.limitHeaders(state);
    if (!state.allowed) {
      const retryAfter = Math.max(1, Math.ceil((state.resetAt - now) / 1_000));
      const text = service.limitText?.(retryAfter) ?? `Rate limit exceeded. Retry after ${retryAfter} seconds.`;
      throw new ApiError(envelope.standard.limited, text, { retryAfter });
    }
    return await implementation.run(request, { ...raw, called: noted.called }, service, env);
  };
  const response = await respond().catch((error: unknown) => {
    noted.refused(error);
    return refusal(error, envelope, isoTime(now));
  });
  const extra = service.extraHeaders?.(implementation.route, request);
  for (const [name, value] of Object.entries({ ...limitHeaders, ...extra })) response.headers.set(name, value);
  noted.answered(response);
  return response;
}

/** The caller of a route that needs one. */
export function callerIn(call: { readonly caller: Caller | undefined }): Caller {
  if (!call.caller) throw new Error('this route is declared public but asks for its caller');
  return call.caller;
}
