import type { Env } from '../../env.js';
import * as sse from './sse.js';
import * as streamable from './streamable.js';

/**
 * An agent that is deployed with PraisonAI. It asks for no key.
 *
 *   GET  /sse, POST /messages/?session_id=…    as it really behaves, under /praisonai too
 *   /praisonai/mcp                             Streamable HTTP; /mcp without the prefix is Agrenting's
 *   GET  /praisonai/health
 *
 * With the setting `praisonai: "documented"` it is what its page prints instead: the answer of POST /messages/ is in
 * its body, /sse never says where to post to, and there is no Streamable HTTP.
 */
export function createPraisonai(env: Env): (request: Request) => Promise<Response> | undefined {
  return (request) => {
    const { pathname } = new URL(request.url);
    const [, prefix = '', path = ''] = /^((?:\/praisonai)*)(\/.*)?$/.exec(pathname) ?? [];
    const isOurs = prefix !== '' || ['/sse', '/messages', '/messages/'].includes(path);
    return isOurs ? route(env, request, prefix, path) : undefined;
  };
}

async function route(env: Env, request: Request, prefix: string, path: string): Promise<Response> {
  const documented = env.settings.praisonai === 'documented';
  const called = `${request.method} ${path}`;
  if (called === 'GET /sse') {
    return documented ? sse.connectDocumented(env, request) : sse.connect(env, request, prefix);
  }
  if (called === 'POST /messages/') return await (documented ? sse.postDocumented : sse.post)(env, request);
  if (path === '/messages') {
    return new Response(null, {
      status: 307,
      headers: { location: `${prefix}/messages/${new URL(request.url).search}` },
    });
  }
  if (path === '/mcp' && !documented) return await streamable.serve(env, request);
  if (called === 'GET /health') return Response.json({ status: 'healthy' });
  const isKnown = path === '/sse' || path === '/messages/';
  return isKnown ? new Response('Method Not Allowed', { status: 405 }) : new Response('Not Found', { status: 404 });
}
