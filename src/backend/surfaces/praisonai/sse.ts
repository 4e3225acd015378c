import type { Env } from '../../env.js';
import { EventStream, KEEP_ALIVE } from '../event-stream.js';
import { errorOf, RPC, RpcError, type RpcMessage, readMessages } from '../json-rpc.js';
import type { Session } from '../session.js';
import { DOCUMENTED, invalidRequest, PYTHON_SDK } from './dialects.js';
import { respond } from './methods.js';

/** HTTP with Server-Sent Events as the Python SDK does it (contract notes §6.2), and as PraisonAI's page prints it (§6.1). */

const NO_STORE = { 'cache-control': 'no-store' };
const encoder = new TextEncoder();

/** One event, with the line ends of that SDK. */
const event = (name: string, data: string): Uint8Array => encoder.encode(`event: ${name}\r\ndata: ${data}\r\n\r\n`);

/** Sessions whose handshake is over. */
const initialized = new WeakSet<Session>();

/** Opens a session; the first event says where to post to. */
export function connect(env: Env, request: Request, prefix: string): Response {
  const id = env.ids.uuid().replaceAll('-', '');
  const facts = { id, surface: 'praisonai', account: 'anybody', credentialId: 'none', transport: 'sse' } as const;
  const session = env.sessions.open(facts);
  const stream = env.sessions.streamFor(session);
  stream.write(event('endpoint', `${prefix}/messages/?session_id=${id}`));
  request.signal.addEventListener('abort', () => env.sessions.close(session), { once: true });
  return stream.response(NO_STORE);
}

/** Takes a message of a session; the answer goes out on its stream. Refusals are plain text. */
export async function post(env: Env, request: Request): Promise<Response> {
  const id = new URL(request.url).searchParams.get('session_id');
  if (id === null) return new Response('session_id is required', { status: 400 });
  if (!/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(id)) {
    return new Response('Invalid session ID', { status: 400 });
  }
  const session = env.sessions.find('praisonai', id.replaceAll('-', '').toLowerCase());
  if (session?.facts.transport !== 'sse') return new Response('Could not find session', { status: 404 });
  const messages = readMessages(await request.text());
  const [message, other] = messages instanceof RpcError ? [] : messages;
  if (!message || other) return new Response('Could not parse message', { status: 400 });
  void take(env, session, message);
  return new Response('Accepted', { status: 202 });
}

async function take(env: Env, session: Session, message: RpcMessage): Promise<void> {
  if (message.kind === 'answer') return;
  if (message.kind === 'notification') {
    if (message.method === 'notifications/initialized') initialized.add(session);
    const { requestId } = message.params;
    const isCancel = message.method === 'notifications/cancelled';
    if (isCancel && (typeof requestId === 'string' || typeof requestId === 'number')) {
      session.running.get(requestId)?.abort();
    }
    return;
  }
  const tell = (answer: object) => session.send(event('message', JSON.stringify(answer)));
  if (!initialized.has(session) && message.method !== 'initialize' && message.method !== 'ping') {
    tell(errorOf(message.id, invalidRequest()));
    return;
  }
  const controller = new AbortController();
  session.running.set(message.id, controller);
  const answer = await respond(PYTHON_SDK, message, env, controller.signal);
  session.running.delete(message.id);
  if (!controller.signal.aborted) tell(answer);
}

/** The page's POST: the answer is in its body, whoever asks. */
export async function postDocumented(env: Env, request: Request): Promise<Response> {
  const messages = readMessages(await request.text());
  if (messages instanceof RpcError) {
    const text = messages.code === RPC.parse ? 'Parse error' : 'Invalid request';
    return Response.json(errorOf(null, new RpcError(messages.code, text)));
  }
  const [message] = messages;
  if (message?.kind !== 'request') return new Response(null, { status: 202 });
  return Response.json(await respond(DOCUMENTED, message, env, request.signal));
}

const PING_MS = 30_000;

/** The stream of the example that answers so: it never says where to post to, and no SDK can use it. */
export function connectDocumented(env: Env, request: Request): Response {
  let stopPinging = () => {};
  const stream = new EventStream(() => stopPinging());
  const ping = () => {
    stopPinging = env.alarms.set(PING_MS, () => {
      if (stream.write(data({ type: 'ping' })) && stream.write(KEEP_ALIVE)) ping();
    });
  };
  const data = (value: object) => encoder.encode(`data: ${JSON.stringify(value)}\n\n`);
  stream.write(data({ tools: DOCUMENTED.tools.map((tool) => DOCUMENTED.listed(tool)) }));
  ping();
  request.signal.addEventListener('abort', () => stream.end(), { once: true });
  return stream.response(NO_STORE);
}
