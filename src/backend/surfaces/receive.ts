import { ApiError } from '../api-error.js';
import type { Caller } from '../auth.js';
import { probeAnswered } from '../domain/probes.js';
import type { Env } from '../env.js';
import { errorOf, RPC, RpcError, type RpcMessage, type RpcRequest, resultOf } from './json-rpc.js';
import { answerTo, type Negotiate } from './methods.js';
import type { Session } from './session.js';
import type { Surface } from './surface.js';

/** What a message arrived with. */
export interface Arrival {
  readonly env: Env;
  readonly surface: Surface;
  readonly caller: Caller;
  readonly address: string;
  readonly session: Session | undefined;
  readonly negotiate: Negotiate;
  /** Aborted when nobody waits for the answer any more; the end of a session does the same for its requests. */
  readonly gone?: AbortSignal;
}

/** Takes one message. @returns what to answer, if it was a request. Never fails. */
export async function receive(message: RpcMessage, arrival: Arrival): Promise<object | undefined> {
  if (message.kind === 'request') return await respond(message, arrival);
  const { session, env } = arrival;
  if (!session) return undefined;
  if (message.kind === 'answer') {
    const purpose = session.answered(message.id);
    if (purpose && message.ok) await probeAnswered(env, session.facts.account, purpose);
  } else if (message.method === 'notifications/cancelled') {
    const { requestId } = message.params;
    if (typeof requestId === 'string' || typeof requestId === 'number') session.running.get(requestId)?.abort();
  }
  // notifications/initialized and its alias, and whatever else a client tells, need no answer.
  return undefined;
}

async function respond(request: RpcRequest, arrival: Arrival): Promise<object> {
  const { env, surface, caller, address, session, negotiate, gone } = arrival;
  const controller = new AbortController();
  const abort = () => controller.abort();
  gone?.addEventListener('abort', abort, { once: true });
  session?.running.set(request.id, controller);
  const call = { env, caller, address, session, signal: controller.signal };
  try {
    return resultOf(request.id, await answerTo(surface, request, call, negotiate));
  } catch (error) {
    return errorOf(request.id, protocolError(error, request, env));
  } finally {
    gone?.removeEventListener('abort', abort);
    session?.running.delete(request.id);
  }
}

/** Refusals outside of tools (a scope, a resource of others) are parameters that do not hold. */
function protocolError(error: unknown, request: RpcRequest, env: Env): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof ApiError) {
    return new RpcError(RPC.invalidParams, error.code === 'NOT_FOUND' ? 'Hiring not found' : error.message);
  }
  env.report(`MCP ${request.method}`, error);
  return new RpcError(RPC.internal, 'Internal error');
}
