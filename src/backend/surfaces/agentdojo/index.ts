import { envelope } from '../../../marketplaces/agentdojo/envelope.js';
import { refusal } from '../../answers.js';
import { ApiError } from '../../api-error.js';
import { type Caller, callerOf, findCredential, hasScope } from '../../auth.js';
import { isoTime } from '../../clock.js';
import { type DojoServer, findServer, RESERVED_SLUGS, serverScope, usedServer } from '../../domain/dojo-servers.js';
import type { Env } from '../../env.js';
import { limitFor, limitText } from '../../routes/agentdojo/limits.js';
import { RPC, RpcError } from '../json-rpc.js';
import { answer, failure, readRequest } from './messages.js';
import { dojoResult } from './methods.js';

/**
 * MCP with the servers of AgentDojo: plain JSON-RPC, one POST one message, no session and no stream.
 *
 *   POST /mcp/{slug} and /{slug}    the documents print both
 *
 * No slug may be the name of another path of this backend, so the path alone decides.
 */
export function createAgentdojo(env: Env): (request: Request, address: string) => Promise<Response> | undefined {
  return (request, address) => {
    const slug = slugIn(request);
    if (slug === undefined) return undefined;
    return serve(env, request, slug, address).catch((error: unknown) => {
      if (!(error instanceof ApiError)) env.report('AgentDojo request', error);
      return refusal(error, envelope, isoTime(env.clock.now()));
    });
  };
}

const PATH = /^(\/agentdojo)?(\/mcp)?\/([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)\/?$/;

function slugIn(request: Request): string | undefined {
  const [, prefix, mcp, slug] = PATH.exec(new URL(request.url).pathname) ?? [];
  if (slug === undefined || RESERVED_SLUGS.includes(slug)) return undefined;
  // A bare word at the root is a slug for whoever posts to it only.
  return prefix !== undefined || mcp !== undefined || request.method === 'POST' ? slug : undefined;
}

async function serve(env: Env, request: Request, slug: string, address: string): Promise<Response> {
  const now = isoTime(env.clock.now());
  const caller = callerOf(await findCredential(env.db, request.headers), 'agentdojo', now, address);
  countRequest(env, caller?.credentialId ?? address);
  if (!caller) throw new ApiError('UNAUTHORIZED', 'There is no valid key.');
  if (request.method !== 'POST') throw new ApiError('METHOD_NOT_ALLOWED', 'Method not allowed');
  const server = await findServer(env.db, caller.account, slug);
  refuseForeign(caller, server);
  const message = readRequest(await request.text());
  await usedServer(env.db, server.id, now);
  if ('wrong' in message) return Response.json(failure(message.id, message.wrong));
  const { id, method, params } = message;
  if (id === undefined) return new Response(null, { status: 202 });
  return await env.db
    .transaction()
    .execute((tx) => dojoResult(server, method, params, tx))
    .then(
      (result) => Response.json(answer(id, result)),
      (error: unknown) => Response.json(failure(id, protocolError(env, method, error))),
    );
}

/** @throws {ApiError} NOT_FOUND for a slug that is none, UNAUTHORIZED for the key of another server. */
function refuseForeign(caller: Caller, server: DojoServer | undefined): asserts server {
  if (server && hasScope(caller, serverScope(server.id))) return;
  if (!hasScope(caller, '*')) throw new ApiError('UNAUTHORIZED', 'This key is for another server.');
  throw new ApiError('NOT_FOUND', 'Server not found');
}

/** @throws {ApiError} RATE_LIMITED. */
function countRequest(env: Env, who: string): void {
  const state = env.limiter.take(`agentdojo/protocol/${who}`, limitFor('protocol'));
  if (state.allowed) return;
  const retryAfter = Math.max(1, Math.ceil((state.resetAt - env.clock.now()) / 1_000));
  throw new ApiError('RATE_LIMITED', limitText(retryAfter), { retryAfter });
}

function protocolError(env: Env, method: string, error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  env.report(`AgentDojo ${method}`, error);
  return new RpcError(RPC.internal, 'Internal error');
}
