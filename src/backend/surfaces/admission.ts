import { envelope } from '../../marketplaces/agrenting/envelope.js';
import { refusal } from '../answers.js';
import { ApiError } from '../api-error.js';
import { type Caller, callerOf, findCredential } from '../auth.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { Limit } from '../rate-limits.js';
import { errorOf, RpcError } from './json-rpc.js';
import type { Surface } from './surface.js';

/** Who may talk to a surface, and how often; and refusals that are HTTP answers. */

const MINUTE = 60_000;
/** The documented 60 and 600 a minute, "doubled in the sandbox"; this backend is nothing else. */
const LIMITS: Record<'handshake' | 'message', Limit> = {
  handshake: { max: 120, windowMs: MINUTE },
  message: { max: 1_200, windowMs: MINUTE },
};

/** A request to a surface. */
export interface SurfaceRequest {
  readonly env: Env;
  readonly surface: Surface;
  readonly request: Request;
  /** The network address of the caller. */
  readonly address: string;
  /** What stands before the surface's own path, "" or "/agrenting": the client is sent back under it. */
  readonly prefix: string;
}

export interface Admitted {
  readonly caller: Caller;
  /** The state of the limit, for the answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Agents present X-API-Key, Api-Key or Bearer, in this order; hirers a user token as Bearer and nothing else.
 * Requests are counted per credential, and per address where there is none.
 * @throws {ApiError} UNAUTHORIZED, RATE_LIMIT_EXCEEDED.
 */
export async function admit(
  env: Env,
  surface: Surface,
  request: Request,
  address: string,
  bucket: keyof typeof LIMITS,
  count = 1,
): Promise<Admitted> {
  const kind = surface.name === 'agent' ? 'agent' : 'user';
  const headers =
    kind === 'agent' ? request.headers : new Headers({ authorization: request.headers.get('authorization') ?? '' });
  const now = env.clock.now();
  const caller = callerOf(await findCredential(env.db, headers), 'agrenting', isoTime(now), address);
  const state = env.limiter.take(
    `mcp/${surface.name}/${bucket}/${caller?.credentialId ?? address}`,
    LIMITS[bucket],
    count,
  );
  if (!state.allowed) {
    const retryAfter = Math.max(1, Math.ceil((state.resetAt - now) / 1_000));
    const text = `Rate limit exceeded. Retry after ${retryAfter} seconds.`;
    throw new ApiError('RATE_LIMIT_EXCEEDED', text, { retryAfter });
  }
  if (caller?.kind !== kind) throw new ApiError('UNAUTHORIZED', 'Missing, invalid or revoked credential.');
  return {
    caller,
    headers: { 'x-ratelimit-limit': String(state.limit), 'x-ratelimit-remaining': String(state.remaining) },
  };
}

export const unauthorized = (text: string): ApiError => new ApiError('UNAUTHORIZED', text);

/** Any thrown thing as an HTTP answer: JSON-RPC's own for what is no message, the marketplace's for the rest. */
export function refuse(env: Env, thrown: unknown): Response {
  if (thrown instanceof RpcError) return Response.json(errorOf(null, thrown), { status: 400 });
  if (!(thrown instanceof ApiError)) env.report('MCP request', thrown);
  return refusal(thrown, envelope, isoTime(env.clock.now()));
}
