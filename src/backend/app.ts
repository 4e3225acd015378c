import { Hono } from 'hono';
import { refusal } from './answers.js';
import { ApiError } from './api-error.js';
import { callerOf, findCredential } from './auth.js';
import { isoTime } from './clock.js';
import type { Env } from './env.js';
import { type Service, serve } from './pipeline.js';
import { agentdojo } from './routes/agentdojo/service.js';
import { agrenting } from './routes/agrenting/service.js';
import { DOC_PATHS, docsRoutes } from './routes/docs.js';
import { humans2ai } from './routes/humans2ai/service.js';
import { SANDBOX_PATHS, sandboxRoutes } from './routes/sandbox.js';
import { createAgentdojo } from './surfaces/agentdojo/index.js';
import { createSurfaces } from './surfaces/index.js';
import { createPraisonai } from './surfaces/praisonai/index.js';

/**
 * The routing table of the reference backend: a request in, a response out, no socket.
 *
 *   /agrenting/…, /humans2ai/…  one marketplace under a prefix
 *   /…                          both at the root; where both know a path (tasks, webhooks), the credential decides
 *   /mcp, /mcp/sse, /mcp/hirer… the hosted MCP surfaces of Agrenting; under its prefix too
 *   /mcp/servers…, /mcp/{slug}  AgentDojo's REST and its servers; under /agentdojo/ too
 *   /sse, /messages/            an agent deployed with PraisonAI; under /praisonai/ too, with its /mcp
 *   /, /console/…               the console: a web page for people, loaded when somebody opens it
 *   /openapi.json, /reference   the contracts, for machines and for people
 *   /sandbox/…                  time, health and the account of the ledger: ours, for tests and demos
 */
export function createApp(env: Env): (request: Request, address: string) => Promise<Response> {
  const dojo = mount(agentdojo, env);
  const mounts = [mount(agrenting, env), mount(humans2ai, env), dojo];
  const sandbox = sandboxRoutes(env);
  const docs = docsRoutes(env);
  const surfaces = [createPraisonai(env), createAgentdojo(env), createSurfaces(env)];

  let page: Promise<(request: Request) => Promise<Response>> | undefined;
  const openConsole = async () => {
    const { createConsole } = await import('./console/index.js');
    return createConsole(env, (request) => answer(request, '127.0.0.1'));
  };

  const answer = async (request: Request, address: string): Promise<Response> => {
    const url = new URL(request.url);
    if (url.pathname.startsWith('/sandbox/') || SANDBOX_PATHS.includes(url.pathname)) {
      return await sandbox.fetch(request, { address });
    }
    if (isForConsole(url.pathname)) {
      page ??= openConsole();
      return await (await page)(request);
    }
    if (dojo.knows(request.method, url.pathname)) return await dojo.fetch(request, address);
    for (const surface of surfaces) {
      const hosted = surface(request, address);
      if (hosted) return await hosted;
    }
    if (DOC_PATHS.includes(url.pathname)) return await docs.fetch(request);

    const prefixed = mounts.find(({ service }) => url.pathname.startsWith(`/${service.marketplace}/`));
    if (prefixed) {
      url.pathname = url.pathname.slice(prefixed.service.marketplace.length + 1);
      return await prefixed.fetch(new Request(url, request), address);
    }
    const knowing = mounts.filter(({ knows }) => knows(request.method, url.pathname));
    const [only, other] = knowing;
    if (only && !other) return await only.fetch(request, address);
    // Both marketplaces have /api/v1/tasks and /api/v1/webhooks. A credential belongs to one of them.
    const credential = await findCredential(env.db, request.headers);
    const owner = mounts.find(({ service }) => service.marketplace === credential?.marketplace);
    const guess = request.headers.has('x-api-key') || !request.headers.has('authorization') ? 0 : 1;
    return await (owner ?? only ?? mounts[guess] ?? mount(agrenting, env)).fetch(request, address);
  };
  return answer;
}

const isForConsole = (path: string): boolean => path === '/' || path === '/console' || path.startsWith('/console/');

interface Mount {
  readonly service: Service;
  knows(method: string, path: string): boolean;
  fetch(request: Request, address: string): Promise<Response>;
}

function mount(service: Service, env: Env): Mount {
  const app = new Hono<{ Bindings: { address: string } }>();
  // A fixed segment wins over a parameter: /hirings/pending before /hirings/:id.
  const order = (path: string) => path.replaceAll(':', '\uffff');
  const sorted = service.implementations.toSorted((a, b) => (order(a.route.path) < order(b.route.path) ? -1 : 1));
  for (const implementation of sorted) {
    app.on(implementation.route.method, implementation.route.path, async (context) => {
      const credential = await findCredential(env.db, context.req.raw.headers);
      const caller = callerOf(credential, service.marketplace, isoTime(env.clock.now()), context.env.address);
      const raw = { params: context.req.param(), caller, address: context.env.address };
      return await serve(implementation, context.req.raw, raw, service, env);
    });
  }
  app.notFound(() => {
    const error = new ApiError(service.envelope.standard.noRoute, 'There is no such route.');
    return refusal(error, service.envelope, isoTime(env.clock.now()));
  });
  app.onError((error) => refusal(error, service.envelope, isoTime(env.clock.now())));
  return {
    service,
    knows: (method, path) => app.router.match(method, path)[0].length > 0,
    fetch: async (request, address) => await app.fetch(request, { address }),
  };
}
