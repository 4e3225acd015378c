import * as z from 'zod';
import { type ErrorFacts, HirewireError } from '../../src/errors.js';
import { createHttp, type HttpOptions, type HttpReply, type HttpRequest } from '../../src/http/client.js';
import { envelope } from '../../src/marketplaces/agrenting/envelope.js';
import { ApiClient } from '../../src/marketplaces/api-client.js';
import { defineRoute } from '../../src/marketplaces/route.js';

/** An HTTP client over the real network, with jitter switched off so that retries follow each other at once. */
export function httpTo(baseUrl: URL, options: Partial<HttpOptions> = {}): ReturnType<typeof createHttp> {
  return createHttp({
    fetch: (request, init) => fetch(request, init),
    baseUrl,
    headers: async () => ({ authorization: 'Bearer ap_test_credential', 'x-api-key': 'ap_test_credential' }),
    random: () => 0,
    deadlineMs: 5_000,
    ...options,
  });
}

export const KEY = 'op_0123456789abcdef';

/** A read, a write that may be repeated because it has a key, and a write without one. */
export const read: HttpRequest = { method: 'GET', path: '/api/v1/things', repeatable: true, changes: false };
export const write: HttpRequest = {
  method: 'POST',
  path: '/api/v1/things',
  json: { price: '25.00' },
  headers: { 'x-idempotency-key': KEY },
  repeatable: true,
  changes: true,
};
export const writeWithoutKey: HttpRequest = {
  method: 'POST',
  path: '/api/v1/things',
  json: { text: 'hello' },
  repeatable: false,
  changes: true,
};

/** The reply, or the facts of the error. */
export async function outcomeOf(call: Promise<HttpReply>): Promise<HttpReply | ErrorFacts> {
  return await call.catch((error: unknown) => {
    if (error instanceof HirewireError) return error.facts;
    throw error;
  });
}

export async function factsOf(call: Promise<unknown>): Promise<ErrorFacts> {
  try {
    await call;
  } catch (error) {
    if (error instanceof HirewireError) return error.facts;
    throw error;
  }
  throw new Error('expected a refusal');
}

const data = z.looseObject({ ok: z.boolean() });

/** Routes of a made-up marketplace that speaks as Agrenting does. */
export const routes = {
  read: defineRoute({
    id: 'readThing',
    method: 'GET',
    path: '/api/v1/things/:id',
    summary: 'Read a thing.',
    evidence: 'ours',
    callers: ['user'],
    params: z.object({ id: z.string() }),
    data,
  }),
  write: defineRoute({
    id: 'buyThing',
    method: 'POST',
    path: '/api/v1/things',
    summary: 'Buy a thing.',
    evidence: 'ours',
    callers: ['user'],
    key: 'optional',
    body: z.looseObject({}),
    data,
  }),
};

export const apiTo = (baseUrl: URL, options: Partial<HttpOptions> = {}): ApiClient =>
  new ApiClient(httpTo(baseUrl, options), envelope);

/** An error body as Agrenting sends it. */
export const refusal = (code: unknown): unknown => ({ data: null, errors: [{ code, message: 'no' }] });
