import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultServer } from '../faults/fault-server.js';
import { httpTo, KEY, outcomeOf, read, write, writeWithoutKey } from './support.js';

let server: FaultServer;
let other: FaultServer;
beforeAll(async () => {
  [server, other] = await Promise.all([FaultServer.start(), FaultServer.start()]);
});
afterAll(() => Promise.all([server.stop(), other.stop()]));

const REPO_TOKEN = 'ghp_a_token_for_one_body_only';

describe('a redirect', () => {
  it('is an error for every status and every target, and nothing reaches the other server', async () => {
    const targets = [
      `http://127.0.0.1:${other.port}/api/v1/things`,
      `http://localhost:${other.port}/api/v1/things`,
      `//127.0.0.1:${other.port}/x`,
      `http://user:password@127.0.0.1:${other.port}/`,
      '/api/v2/things',
    ];
    let sent = 0;
    other.plan({ kind: 'answer' });
    for (const status of [300, 301, 302, 303, 304, 305, 307, 308]) {
      for (const to of targets) {
        for (const request of [read, write, writeWithoutKey, { ...write, json: { repo_access_token: REPO_TOKEN } }]) {
          server.plan({ kind: 'redirect', status, to });
          const facts = await outcomeOf(httpTo(server.url).send(request));
          sent += 1;
          expect(facts).toMatchObject({
            code: request.changes ? 'OUTCOME_UNKNOWN' : 'BAD_REPLY',
            changed: request.changes ? 'unknown' : 'no',
            retrySafe: false,
          });
          expect(server.received).toHaveLength(1);
        }
      }
    }
    await other.stop();
    console.log(`figure: redirects=${sent} followed=${other.received.length} bytes=${other.bytesRead}`);
    expect(other.received).toHaveLength(0);
    expect(other.bytesRead).toBe(0);
    other = await FaultServer.start();
  });

  it('after a lost answer leaves the outcome open', async () => {
    server.plan({ kind: 'reset' }, { kind: 'redirect', status: 308, to: other.url.href });
    expect(await outcomeOf(httpTo(server.url).send(write))).toMatchObject({ changed: 'unknown' });
  });
});

describe('credentials, keys and bodies', () => {
  it('go to their own origin only, whatever the path looks like', async () => {
    const base = new URL(`${server.url.href}market`);
    const paths = [
      `//127.0.0.1:${other.port}/x`,
      `/\\127.0.0.1:${other.port}/x`,
      `http://127.0.0.1:${other.port}/x`,
      `@127.0.0.1:${other.port}/x`,
      '/a?b=c#d',
      '/%2e%2e/%2e%2e/x',
      '/plain',
    ];
    other.plan({ kind: 'answer' });
    server.plan({ kind: 'answer' });
    for (const path of paths) await outcomeOf(httpTo(base).send({ ...write, path }));
    expect(other.received).toHaveLength(0);
    expect(server.received).toHaveLength(paths.length);
    for (const { headers } of server.received) expect(headers['x-idempotency-key']).toBe(KEY);
    expect(server.received.at(-1)?.path).toBe('/market/plain');
  });

  it('of two marketplaces are never mixed', async () => {
    const mine = httpTo(server.url, { headers: async () => ({ authorization: 'Bearer mine' }) });
    const theirs = httpTo(other.url, { headers: async () => ({ 'x-api-key': 'theirs' }) });
    server.plan({ kind: 'answer' });
    other.plan({ kind: 'answer' });
    await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 ? mine : theirs).send(write)));
    for (const { headers } of server.received)
      expect([headers.authorization, headers['x-api-key']]).toEqual(['Bearer mine', undefined]);
    for (const { headers } of other.received)
      expect([headers.authorization, headers['x-api-key']]).toEqual([undefined, 'theirs']);
  });

  it('are read again for each call, and are the same for all attempts of one', async () => {
    let renewed = 0;
    const http = httpTo(server.url, { headers: async () => ({ authorization: `Bearer number-${++renewed}` }) });
    server.plan({ kind: 'reset' }, { kind: 'answer', status: 503 }, { kind: 'answer' });
    await http.send(write);
    await http.send(read);
    const sent = server.received.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['Bearer number-1', 'Bearer number-1', 'Bearer number-1', 'Bearer number-2']);
  });

  it('have the query encoded, so that a value cannot become another parameter', async () => {
    server.plan({ kind: 'answer' });
    await httpTo(server.url).send({ ...read, query: { q: 'a&scope=admin#x', page: '1' } });
    const { searchParams } = new URL(server.received[0]?.path ?? '', server.url);
    expect([...searchParams]).toEqual([
      ['q', 'a&scope=admin#x'],
      ['page', '1'],
    ]);
  });
});
