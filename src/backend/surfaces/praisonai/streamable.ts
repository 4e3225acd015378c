import type { Env } from '../../env.js';
import { errorOf, RPC, RpcError, type RpcRequest, readMessages } from '../json-rpc.js';
import type { Session } from '../session.js';
import { HTTP_STREAM } from './dialects.js';
import { respond } from './methods.js';

/** Streamable HTTP as `praisonai mcp serve` does it (contract notes §6.4). */

const SESSION = 'mcp-session-id';
const VERSION = 'mcp-protocol-version';
/** It agrees on 2024-11-05 too, but takes the header with these two only. */
const HEADER_VERSIONS: readonly string[] = ['2025-11-25', '2025-03-26'];
const TTL_MS = 3_600_000;
const MOST_SESSIONS = 1_000;
const SERVER_ERROR = -32_000;
const LOCAL = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Answers whatever comes to /mcp. */
export async function serve(env: Env, request: Request): Promise<Response> {
  const origin = request.headers.get('origin');
  if (origin !== null && !LOCAL.test(origin)) return refused(403, RPC.invalidRequest, 'Forbidden: Invalid Origin');
  const version = request.headers.get(VERSION);
  if (version !== null && !HEADER_VERSIONS.includes(version)) {
    return refused(400, RPC.invalidRequest, `Unsupported protocol version: ${version.slice(0, 40)}`);
  }
  if (request.method === 'OPTIONS') return new Response(null, { status: 204 });
  const id = request.headers.get(SESSION);
  const session = id === null ? undefined : sessionOf(env, id);
  if (id !== null && !session) return Response.json({ error: 'Session not found' }, { status: 404 });
  if (session) session.usedAt = env.clock.now();
  if (request.method === 'POST') return await post(env, request);
  if (!session) return Response.json({ error: 'Session required' }, { status: 400 });
  if (request.method === 'DELETE') {
    env.sessions.close(session);
    return new Response(null, { status: 204 });
  }
  if (request.method !== 'GET') return new Response('Method Not Allowed', { status: 405 });
  const stream = env.sessions.streamFor(session);
  request.signal.addEventListener('abort', () => stream.end(), { once: true });
  return stream.response({ [SESSION]: session.facts.id });
}

function sessionOf(env: Env, id: string): Session | undefined {
  const session = env.sessions.find('praisonai', id);
  return session?.facts.transport === 'http' ? session : undefined;
}

async function post(env: Env, request: Request): Promise<Response> {
  const messages = readMessages(await request.text());
  if (messages instanceof RpcError) {
    return Response.json(errorOf(null, messages), { status: messages.code === RPC.parse ? 400 : 200 });
  }
  const [message, other] = messages;
  // A list of messages is more than it can take.
  if (!message || other) return new Response('Internal Server Error', { status: 500 });
  if (message.kind !== 'request') return new Response(null, { status: 202 });
  if (message.method === 'initialize') return await open(env, message, request);
  const text = JSON.stringify(await respond(HTTP_STREAM, message, env, request.signal));
  const streams = request.headers.get('accept')?.includes('text/event-stream') === true;
  if (!streams) return new Response(text, { headers: { 'content-type': 'application/json' } });
  return new Response(`id: ${env.ids.uuid()}\ndata: ${text}\n\n`, { headers: { 'content-type': 'text/event-stream' } });
}

async function open(env: Env, message: RpcRequest, request: Request): Promise<Response> {
  if (env.sessions.of('praisonai', ACCOUNT).length >= MOST_SESSIONS) {
    return refused(503, SERVER_ERROR, 'Too many sessions');
  }
  const id = env.ids.uuid();
  const facts = { id, surface: 'praisonai', account: ACCOUNT, credentialId: 'none', transport: 'http' } as const;
  env.sessions.open({ ...facts, idleMs: TTL_MS });
  const agreed = HTTP_STREAM.negotiate(message.params.protocolVersion);
  const headers = { [SESSION]: id, [VERSION]: agreed };
  return Response.json(await respond(HTTP_STREAM, message, env, request.signal), { headers });
}

const ACCOUNT = 'anybody over HTTP';

const refused = (status: number, code: number, text: string): Response =>
  Response.json(errorOf(null, new RpcError(code, text)), { status });
