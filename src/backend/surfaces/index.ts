import { ApiError } from '../api-error.js';
import type { Env } from '../env.js';
import { refuse, type SurfaceRequest } from './admission.js';
import { agentSurface } from './agent/surface.js';
import { hirerSurface } from './hirer/surface.js';
import * as http from './http.js';
import { registerPushes } from './pushes.js';
import { registerRevocations } from './revocations.js';
import * as sse from './sse.js';
import type { Surface } from './surface.js';

/**
 * The hosted MCP surfaces of Agrenting.
 *
 *   GET  /mcp/sse          POST /mcp/messages/:session_id          agents, HTTP with SSE
 *   GET  /mcp/hirer/sse    POST /mcp/hirer/messages/:session_id    hirers, HTTP with SSE
 *   POST, GET, DELETE      /mcp and /mcp/hirer                     the same over Streamable HTTP
 */
export function createSurfaces(env: Env): (request: Request, address: string) => Promise<Response> | undefined {
  registerPushes(env);
  registerRevocations(env);
  return (request, address) => {
    const { pathname } = new URL(request.url);
    const [, prefix = '', path = ''] = MOUNT.exec(pathname) ?? [];
    if (path === '') return undefined;
    const surface = SURFACES.find((each) => path === each.path || path.startsWith(`${each.path}/`)) ?? agentSurface;
    const arrived = { env, surface, request, address, prefix };
    return route(path.slice(surface.path.length), arrived).catch((error: unknown) => refuse(env, error));
  };
}

/** Behind a proxy that puts the prefix before every path, the client is sent back with it and gets it twice. */
const MOUNT = /^((?:\/agrenting)*)(\/mcp(?:\/.*)?)$/;

/** The longer path first. */
const SURFACES: readonly Surface[] = [hirerSurface, agentSurface];

async function route(path: string, arrived: SurfaceRequest): Promise<Response> {
  const { method } = arrived.request;
  const [, sessionId] = /^\/messages\/([\w-]+)$/.exec(path) ?? [];
  if (method === 'GET' && path === '/sse') return await sse.connect(arrived);
  if (method === 'POST' && sessionId !== undefined) return await sse.post(arrived, sessionId);
  if (method === 'GET' && path === '') return await http.listen(arrived);
  if (method === 'POST' && path === '') return await http.post(arrived);
  if (method === 'DELETE' && path === '') return await http.end(arrived);
  throw new ApiError('ROUTE_NOT_FOUND', 'There is no such route.');
}
