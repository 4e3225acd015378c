import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEADLINE_MS } from '../../src/http/client.js';
import { type Fault, FaultServer } from '../faults/fault-server.js';
import { apiTo, httpTo, KEY, outcomeOf, read, refusal, routes, write, writeWithoutKey } from './support.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

let server: FaultServer;
let closedPort: number;
beforeAll(async () => {
  server = await FaultServer.start();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  closedPort = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => taken.close(resolve));
});
afterAll(() => server.stop());

const answer = (status: number, headers: Record<string, string> = {}, json?: unknown): Fault => ({
  kind: 'answer',
  status,
  headers,
  ...(json === undefined ? {} : { json }),
});
const at0 = { 'retry-after': '0' };

describe('which faults are tried again', () => {
  const cases: [string, Fault, 'again' | 'once'][] = [
    ['a reset', { kind: 'reset' }, 'again'],
    ['an end before the headers', { kind: 'close' }, 'again'],
    ['half a body', { kind: 'half' }, 'again'],
    ['a body shorter than it says', { kind: 'wrong-length', by: 100 }, 'again'],
    ...[408, 425, 429, 500, 502, 503, 504].map((status): [string, Fault, 'again'] => [
      `status ${status}`,
      answer(status),
      'again',
    ]),
    ['409 with Retry-After', answer(409, at0), 'again'],
    ...[400, 401, 402, 403, 404, 405, 409, 410, 413, 422, 423, 501, 505, 520, 524].map(
      (status): [string, Fault, 'once'] => [`status ${status}`, answer(status), 'once'],
    ),
    ['a redirect', { kind: 'redirect', status: 307, to: 'http://127.0.0.1:1/' }, 'once'],
    ['a body that is too large', { kind: 'bomb', bytes: 9 * 1024 * 1024 }, 'once'],
    ['something that is not JSON', { kind: 'body', body: '<html>' }, 'once'],
    ['a success', answer(200), 'once'],
  ];

  it.each(cases)('%s', async (_, fault, times) => {
    for (const request of [read, write]) {
      server.plan(fault);
      await outcomeOf(httpTo(server.url).send(request));
      expect(server.received).toHaveLength(times === 'again' ? 4 : 1);
    }
    server.plan(fault);
    await outcomeOf(httpTo(server.url).send(writeWithoutKey));
    expect(server.received).toHaveLength(1);
  });

  it('sends the very same request at every attempt: key, credential and body', async () => {
    server.plan({ kind: 'reset' }, answer(503), { kind: 'half' }, answer(201));
    const reply = await httpTo(server.url).send(write);
    expect(reply).toMatchObject({ status: 201, attempts: 4, ambiguous: true });
    const [first, ...others] = server.received;
    expect(first?.headers).toMatchObject({ 'x-idempotency-key': KEY, authorization: 'Bearer ap_test_credential' });
    expect(first?.body).toBe('{"price":"25.00"}');
    for (const other of others) expect(other).toEqual(first);
  });
});

/** What each fault is by itself: does it leave the outcome of a write open, and is it tried again? */
const LAST_WORDS: readonly { name: string; fault: Fault | 'refused'; open: boolean; again: boolean }[] = [
  { name: 'reset after commit', fault: { kind: 'reset' }, open: true, again: true },
  { name: 'FIN', fault: { kind: 'close' }, open: true, again: true },
  { name: 'half a body', fault: { kind: 'half' }, open: true, again: true },
  { name: 'half of a refusal', fault: { kind: 'half', status: 422 }, open: true, again: true },
  { name: 'wrong length', fault: { kind: 'wrong-length', by: 50 }, open: true, again: true },
  { name: '500', fault: answer(500, {}, refusal('INTERNAL_ERROR')), open: true, again: true },
  { name: '500, code of a prototype', fault: answer(500, {}, refusal('constructor')), open: true, again: true },
  { name: '500, code that is no text', fault: answer(500, {}, refusal({ toString: 1 })), open: true, again: true },
  { name: '502 by a proxy', fault: { kind: 'body', status: 502, body: '<html>' }, open: true, again: true },
  { name: '504', fault: answer(504), open: true, again: true },
  { name: '524 by a proxy', fault: answer(524), open: true, again: false },
  { name: '409 in flight', fault: answer(409, at0, refusal('IDEMPOTENCY_PENDING')), open: true, again: true },
  { name: 'redirect', fault: { kind: 'redirect', status: 308, to: '/' }, open: true, again: false },
  { name: 'HTML with 200', fault: { kind: 'body', body: '<html>' }, open: true, again: false },
  { name: 'other JSON with 200', fault: answer(200, {}, { data: { ok: 'maybe' } }), open: true, again: false },
  { name: 'too large', fault: { kind: 'bomb', bytes: 9 * 1024 * 1024 }, open: true, again: false },
  { name: 'deep JSON', fault: { kind: 'deep', depth: 100_000 }, open: true, again: false },
  { name: 'refused connection', fault: 'refused', open: false, again: true },
  { name: '429', fault: answer(429, at0, refusal('RATE_LIMIT_EXCEEDED')), open: false, again: true },
  { name: '429, come back tomorrow', fault: answer(429, { 'retry-after': '86400' }), open: false, again: false },
  { name: '425', fault: answer(425), open: false, again: true },
  { name: '408', fault: answer(408), open: false, again: true },
  { name: '401', fault: answer(401, {}, refusal('UNAUTHORIZED')), open: false, again: false },
  { name: '403', fault: answer(403, {}, refusal('FORBIDDEN')), open: false, again: false },
  { name: '409', fault: answer(409, {}, refusal('CONFLICT')), open: false, again: false },
  { name: '403 by a proxy', fault: { kind: 'body', status: 403, body: 'Forbidden' }, open: false, again: false },
  { name: '404 by a proxy', fault: { kind: 'body', status: 404, body: '<html>' }, open: false, again: false },
];

/** Said by the marketplace about this very key or these very arguments: true whatever happened before. */
const CONCLUSIVE: typeof LAST_WORDS = [
  { name: '422', fault: answer(422, {}, refusal('VALIDATION_ERROR')), open: false, again: false },
  { name: '503 by name', fault: answer(503, {}, refusal('AGENT_UNAVAILABLE')), open: false, again: true },
  { name: 'no money', fault: answer(422, {}, refusal('INSUFFICIENT_BALANCE')), open: false, again: false },
  { name: '404', fault: answer(404, {}, refusal('NOT_FOUND')), open: false, again: false },
  { name: 'key mismatch', fault: answer(422, {}, refusal('IDEMPOTENCY_MISMATCH')), open: false, again: false },
];

describe('what a write says about the change', () => {
  /** A network that refuses the connection at those attempts that the script wants refused. */
  const networkFor = (sequence: readonly (Fault | 'refused')[]) => {
    let attempt = 0;
    return (request: Request, init: RequestInit) => {
      const step = sequence[Math.min(attempt++, sequence.length - 1)];
      if (step !== 'refused') return fetch(request, init);
      return fetch(new Request(request.url.replace(`:${server.port}`, `:${closedPort}`), request), init);
    };
  };

  async function run(sequence: typeof LAST_WORDS, options: { key: string | undefined }) {
    const faults = sequence.map(({ fault }) => fault);
    const [first, ...rest] = faults.filter((fault) => fault !== 'refused');
    server.plan(first ?? { kind: 'answer' }, ...rest);
    const api = apiTo(server.url, { fetch: networkFor(faults) });
    return await api.call(routes.write, { body: { price: '1.00' } }, options).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it('is right for every fault, every pair and many triples of faults', async () => {
    let checked = 0;
    const wrong: string[] = [];
    const all = [...LAST_WORDS, ...CONCLUSIVE];
    const again = all.filter((step) => step.again);
    const pairs = again.flatMap((first) => all.map((second) => [first, second]));
    // Between any two, a fault of the other sort than the first: all of them, or a fifth that differs from run to run.
    const share = process.env.SOAK === '1' ? 1 : 5;
    const triples = pairs.flatMap(([first, second], at) => {
      const between = again.find((step) => step.open !== first?.open);
      return first && second && between && at % share === seed % share ? [[first, between, second]] : [];
    });
    for (const sequence of [...all.map((step) => [step]), ...pairs, ...triples]) {
      const last = sequence[sequence.length - 1];
      const conclusive = last !== undefined && CONCLUSIVE.includes(last);
      const open = !conclusive && sequence.some((step) => step.open);
      const error = await run(sequence, { key: KEY });
      const facts = error instanceof Error && 'facts' in error ? error.facts : undefined;
      const expected = open ? { changed: 'unknown' } : { changed: 'no' };
      try {
        expect(facts).toMatchObject(expected);
        if (open) expect(facts).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      } catch {
        wrong.push(`${sequence.map(({ name }) => name).join(' → ')}: ${JSON.stringify(facts)}`);
      }
      // Every step was taken, and the last one up to the fourth attempt where it is tried again.
      const attempts = last?.again
        ? [...sequence, ...Array.from({ length: 4 - sequence.length }, () => last)]
        : sequence;
      const arrived = attempts.filter(({ fault }) => fault !== 'refused').length;
      if (server.received.length !== arrived) {
        wrong.push(
          `${sequence.map(({ name }) => name).join(' → ')}: ${server.received.length} requests, not ${arrived}`,
        );
      }
      checked += 1;
    }
    console.log(`figure: fault-sequences=${checked} wrong=${wrong.length} seed=${seed}`);
    expect(wrong).toEqual([]);
  }, 60_000);

  it('is a success when the same key is answered in the end', async () => {
    for (const first of LAST_WORDS.filter((step) => step.again)) {
      const success = { name: 'success', fault: answer(201), open: false, again: false };
      expect(await run([first, success], { key: KEY })).toBeUndefined();
    }
  });

  it('never calls a repeat safe when the write has no key and may have happened', async () => {
    for (const step of LAST_WORDS) {
      const error = await run([step], { key: undefined });
      expect(server.received.length).toBeLessThanOrEqual(1);
      expect(error).toMatchObject({ facts: { changed: step.open ? 'unknown' : 'no' } });
      if (step.open) expect(error, step.name).toMatchObject({ facts: { retrySafe: false } });
    }
  });
});

describe('a read', () => {
  it.each(LAST_WORDS)('that ends in $name changed nothing', async ({ fault }) => {
    if (fault === 'refused') return;
    server.plan(fault);
    const error = await apiTo(server.url)
      .call(routes.read, { params: { id: 'a' } })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ facts: { changed: 'no' } });
  });
});

describe('what cannot be sent at all', () => {
  const deep = () => {
    let value: unknown = 'x';
    for (let depth = 0; depth < 100_000; depth += 1) value = [value];
    return value;
  };

  it('is refused before anything leaves, and says that nothing was changed', async () => {
    server.plan(answer(200));
    const nested = await outcomeOf(httpTo(server.url).send({ ...write, json: deep() }));
    const headers = async () => ({ authorization: 'Bearer bad\nkey' });
    const header = await outcomeOf(httpTo(server.url, { headers }).send(write));
    for (const facts of [nested, header]) {
      expect(facts).toMatchObject({ code: 'INVALID_ARGUMENTS', changed: 'no' });
      expect(JSON.stringify(facts)).not.toContain('bad');
    }
    expect(server.received).toHaveLength(0);
  });

  it('is an id that would lead to another route', async () => {
    server.plan(answer(200));
    for (const id of ['', '.', '..']) {
      const call = apiTo(server.url).call(routes.read, { params: { id } });
      await expect(call).rejects.toMatchObject({ facts: { code: 'INVALID_ARGUMENTS', changed: 'no' } });
    }
    expect(server.received).toHaveLength(0);
    for (const id of ['../wallet', 'a/b', 'a?b=c', '//evil.example/', '%2e%2e', '\ud800']) {
      await apiTo(server.url).call(routes.read, { params: { id } });
    }
    for (const { path } of server.received) expect(path).toMatch(/^\/api\/v1\/things\/[^/?#]+$/);
  });
});

it('has a deadline that leaves an assistant time to tell about it', () => {
  expect(DEADLINE_MS).toBe(25_000);
});
