import { ApiError } from '../api-error.js';
import { admit, type SurfaceRequest, unauthorized } from './admission.js';
import { sseEvent, sseMessage } from './event-stream.js';
import { RpcError, type RpcMessage, readMessages } from './json-rpc.js';
import { heardFrom } from './presence.js';
import { receive } from './receive.js';
import { negotiateSse } from './versions.js';

/** HTTP with Server-Sent Events, the transport of both guides: a stream to the client, and POSTs back. */

/** Opens a session and its stream: first where to post to, then every message. The session ends with the stream. */
export async function connect({ env, surface, request, address, prefix }: SurfaceRequest): Promise<Response> {
  const { caller, headers } = await admit(env, surface, request, address, 'handshake');
  const { account, credentialId } = caller;
  const facts = { id: env.ids.uuid(), surface: surface.name, account, credentialId, transport: 'sse' } as const;
  const session = env.sessions.open(facts);
  const stream = env.sessions.streamFor(session);
  stream.write(sseEvent('endpoint', `${prefix}${surface.path}/messages/${facts.id}`));
  request.signal.addEventListener('abort', () => env.sessions.close(session), { once: true });
  await surface.connected({ env, caller, address, session, signal: request.signal }, session);
  await heardFrom(env, session);
  return stream.response(headers);
}

/** Takes messages of a session. Answers go out on its stream; the body of this answer is empty. */
export async function post(arrived: SurfaceRequest, sessionId: string): Promise<Response> {
  const { env, surface, request, address } = arrived;
  const messages = readMessages(await request.text());
  const count = messages instanceof RpcError ? 1 : messages.length;
  const { caller, headers } = await admit(env, surface, request, address, 'message', count);
  const session = env.sessions.find(surface.name, sessionId);
  if (!session) throw new ApiError('NOT_FOUND', 'Session does not exist.');
  if (session.facts.account !== caller.account) throw unauthorized('This session belongs to somebody else.');
  if (messages instanceof RpcError) throw messages;
  await heardFrom(env, session);
  const arrival = { env, surface, caller, address, session, negotiate: negotiateSse };
  for (const message of messages) {
    const answered = receive(message, arrival).then((answer) => {
      if (answer) session.send(sseMessage(answer));
    });
    // What comes next may rely on this message having been dealt with; but nobody waits for a tool that waits.
    if (!mayTakeLong(message)) await answered;
  }
  return new Response(null, { status: 202, headers });
}

const mayTakeLong = (message: RpcMessage): boolean => message.kind === 'request' && message.method === 'tools/call';
