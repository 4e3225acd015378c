import { ApiError } from '../api-error.js';
import type { Caller } from '../auth.js';
import { admit, type SurfaceRequest, unauthorized } from './admission.js';
import { RPC, RpcError, type RpcMessage, readMessages } from './json-rpc.js';
import { heardFrom } from './presence.js';
import { receive } from './receive.js';
import type { Session } from './session.js';
import { negotiateHttp, speaks } from './versions.js';

/**
 * Streamable HTTP, on the same messages: initialize answers with a session id, requests are answered in JSON, and a
 * GET opens the stream of what the server has to say. A single request without a session is answered too, because
 * clients were seen to post tools/call and nothing else (contract notes §4.1).
 */

const SESSION_HEADER = 'mcp-session-id';

/** Takes messages; the answer has theirs. */
export async function post(arrived: SurfaceRequest): Promise<Response> {
  const { env, surface, request, address } = arrived;
  checkVersion(request);
  const messages = readMessages(await request.text());
  const opens = messages instanceof RpcError ? false : messages.some(isInitialize);
  const count = messages instanceof RpcError ? 1 : messages.length;
  const { caller, headers } = await admit(env, surface, request, address, opens ? 'handshake' : 'message', count);
  if (messages instanceof RpcError) throw messages;
  const session = opens ? await open(arrived, caller) : sessionOf(arrived, caller);
  if (session) await heardFrom(env, session);
  const arrival = { env, surface, caller, address, session, negotiate: negotiateHttp, gone: request.signal };
  const answers = (await Promise.all(messages.map((message) => receive(message, arrival)))).filter(Boolean);
  // A handshake that failed leaves no session behind.
  if (opens && session && answers.some((answer) => answer && 'error' in answer)) env.sessions.close(session);
  const named = session ? { ...headers, [SESSION_HEADER]: session.facts.id } : headers;
  if (answers.length === 0) return new Response(null, { status: 202, headers: named });
  return Response.json(answers.length === 1 && messages.length === 1 ? answers[0] : answers, { headers: named });
}

const isInitialize = (message: RpcMessage): boolean => message.kind === 'request' && message.method === 'initialize';

async function open({ env, surface, request, address }: SurfaceRequest, caller: Caller): Promise<Session> {
  const { account, credentialId } = caller;
  const facts = { id: env.ids.uuid(), surface: surface.name, account, credentialId, transport: 'http' } as const;
  const session = env.sessions.open(facts);
  await surface.connected({ env, caller, address, session, signal: request.signal }, session);
  return session;
}

/** The session that a request names; undefined when it names none. @throws {ApiError} NOT_FOUND, UNAUTHORIZED. */
function sessionOf({ env, surface, request }: SurfaceRequest, caller: Caller): Session | undefined {
  const id = request.headers.get(SESSION_HEADER);
  if (id === null) return undefined;
  const session = env.sessions.find(surface.name, id);
  if (session?.facts.transport !== 'http') throw new ApiError('NOT_FOUND', 'Session does not exist.');
  if (session.facts.account !== caller.account) throw unauthorized('This session belongs to somebody else.');
  return session;
}

/** The stream of a session's server messages; a new one takes the place of an earlier one. */
export async function listen(arrived: SurfaceRequest): Promise<Response> {
  const { env, surface, request, address } = arrived;
  checkVersion(request);
  const { caller, headers } = await admit(env, surface, request, address, 'handshake');
  const session = required(sessionOf(arrived, caller));
  const stream = env.sessions.streamFor(session);
  request.signal.addEventListener('abort', () => stream.end(), { once: true });
  await heardFrom(env, session);
  return stream.response({ ...headers, [SESSION_HEADER]: session.facts.id });
}

/** Ends a session. */
export async function end(arrived: SurfaceRequest): Promise<Response> {
  const { env, surface, request, address } = arrived;
  const { caller, headers } = await admit(env, surface, request, address, 'message');
  env.sessions.close(required(sessionOf(arrived, caller)));
  return new Response(null, { status: 204, headers });
}

function required(session: Session | undefined): Session {
  if (session) return session;
  throw new RpcError(RPC.invalidRequest, `The header ${SESSION_HEADER} is required here: call initialize first.`);
}

function checkVersion(request: Request): void {
  const version = request.headers.get('mcp-protocol-version');
  if (speaks(version)) return;
  throw new RpcError(RPC.invalidRequest, 'The MCP-Protocol-Version of this request is not supported here.');
}
