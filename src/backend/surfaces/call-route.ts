import { envelope } from '../../marketplaces/agrenting/envelope.js';
import { asObject } from '../../marketplaces/envelope.js';
import type { Route } from '../../marketplaces/route.js';
import { authorizeCall } from '../pipeline.js';
import { noteOf } from '../request-note.js';
import { agrenting } from '../routes/agrenting/service.js';
import type { SurfaceCall } from './surface.js';

/**
 * Calls a REST route in process, as the caller of a surface: its permissions, checks and effects are those of the
 * route, so no rule is written twice. The route's rate limit is not counted; the surface has its own.
 */

export interface RouteArguments {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

const implementations = new Map(agrenting.implementations.map((each) => [each.route.id, each]));

/** @throws {ApiError} whatever the route refuses. */
export async function callRoute(call: SurfaceCall, route: Route, given: RouteArguments = {}): Promise<Response> {
  const implementation = implementations.get(route.id);
  if (!implementation) throw new Error(`the route ${route.id} is not implemented`);
  const { env, caller, address } = call;
  const url = new URL(route.path, 'http://surface.invalid');
  for (const [name, value] of Object.entries(given.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const body = route.method === 'GET' ? {} : { body: JSON.stringify(given.body ?? {}) };
  const request = new Request(url, { method: route.method, ...body });
  const raw = { params: { ...given.params }, caller, address };
  const noted = noteOf(implementation, request, raw, agrenting, env, 'mcp');
  try {
    // The surface counts its messages itself.
    await authorizeCall(implementation, raw, agrenting, env, async () => true);
    const response = await implementation.run(request, raw, agrenting, env);
    noted.answered(response);
    return response;
  } catch (error) {
    noted.refused(error);
    noted.answered();
    throw error;
  }
}

/** What the route answers, out of its envelope. */
export async function dataOf(call: SurfaceCall, route: Route, given?: RouteArguments): Promise<unknown> {
  return envelope.unwrap(await (await callRoute(call, route, given)).json());
}

/** The same where the answer is an object. */
export async function objectOf(
  call: SurfaceCall,
  route: Route,
  given?: RouteArguments,
): Promise<Readonly<Record<string, unknown>>> {
  return asObject(await dataOf(call, route, given)) ?? {};
}
