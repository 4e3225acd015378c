import { envelope } from '../../marketplaces/agrenting/envelope.js';
import { asObject } from '../../marketplaces/envelope.js';
import type { Route } from '../../marketplaces/route.js';
import { authorize } from '../auth.js';
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
  authorize(route, caller, envelope.standard, env.clock.now());
  const url = new URL(route.path, 'http://surface.invalid');
  for (const [name, value] of Object.entries(given.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const body = route.method === 'GET' ? {} : { body: JSON.stringify(given.body ?? {}) };
  const request = new Request(url, { method: route.method, ...body });
  return await implementation.run(request, { params: { ...given.params }, caller, address }, agrenting, env);
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
