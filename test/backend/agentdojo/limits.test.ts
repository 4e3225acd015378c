import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, createBackend } from '../../../src/backend/index.js';

/** The documented limits of AgentDojo's REST operations: so many a minute, each of its own. */

const START = Date.parse('2026-03-02T10:30:45.000Z');
let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ clock: { now: () => START } });
});
afterAll(() => backend.close());

const call = (method: string, path: string, body?: object) =>
  backend.fetch(
    new Request(`http://backend.test/mcp${path}`, {
      method,
      headers: { 'x-api-key': backend.credentials.agentdojo.key, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  );

it.each([
  ['POST', '/toolkits', 10],
  ['GET', '/toolkits', 100],
  ['PUT', '/toolkits/x', 50],
  ['DELETE', '/toolkits/x', 20],
  ['POST', '/servers', 20],
  ['GET', '/servers', 60],
  ['PATCH', '/servers/1/tools/x', 30],
  ['POST', '/tools', 50],
  ['GET', '/tools', 100],
  ['POST', '/tools/list', 100],
  ['POST', '/tools/call', 1_000],
  ['POST', '/resources', 50],
  ['POST', '/resources/list', 100],
  ['POST', '/resources/read', 500],
  ['POST', '/resources/subscribe', 100],
])('%s %s: %i', async (method, path, max) => {
  // A body that is refused is a request, too.
  const body = method === 'GET' ? undefined : { name: 7, uri: 7, tool_ids: 7, is_active: 7, limit: 'x' };
  for (let n = 0; n < max; n += 1) expect((await call(method, path, body)).status, `request ${n + 1}`).not.toBe(429);
  const refused = await call(method, path, body);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('15');
  expect(await refused.json()).toEqual({ error: 'Rate limit exceeded. Try again in 15 seconds.' });
});

it('a minute later all are free again', async () => {
  await backend.advance(15_000);
  expect((await call('GET', '/servers')).status).toBe(200);
});
