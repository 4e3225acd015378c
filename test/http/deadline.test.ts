import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HirewireError } from '../../src/errors.js';
import { type Fault, FaultServer } from '../faults/fault-server.js';
import { httpTo, outcomeOf, read, write, writeWithoutKey } from './support.js';

let server: FaultServer;
beforeAll(async () => {
  server = await FaultServer.start();
});
afterAll(() => server.stop());

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const SILENCES: [string, Fault][] = [
  ['no headers', { kind: 'stall' }],
  ['no body after the headers', { kind: 'stall-body' }],
  ['a body that never ends', { kind: 'drip', everyMs: 10 }],
];

async function timed<T>(call: Promise<T>): Promise<{ value: T; ms: number }> {
  const from = performance.now();
  const value = await call;
  return { value, ms: performance.now() - from };
}

/** The server sees the request's connection go: nothing is left open behind a call that ended. */
async function allClosed(): Promise<void> {
  for (let waited = 0; server.open > 0 && waited < 2_000; waited += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(server.open).toBe(0);
}

describe.each(SILENCES)('%s', (_, fault) => {
  it('ends at the deadline, and the connection is closed', async () => {
    server.plan(fault);
    const { value, ms } = await timed(outcomeOf(httpTo(server.url, { deadlineMs: 150 }).send(write)));
    expect(value).toMatchObject({ code: 'OUTCOME_UNKNOWN', changed: 'unknown', retrySafe: true });
    expect(ms).toBeGreaterThan(140);
    expect(ms).toBeLessThan(650);
    await allClosed();
  });

  it('ends at the deadline although the garbage collector runs', async () => {
    server.plan(fault);
    const collecting = setInterval(collectGarbage, 20);
    const { value, ms } = await timed(outcomeOf(httpTo(server.url, { deadlineMs: 250 }).send(read)));
    clearInterval(collecting);
    expect(value).toMatchObject({ code: 'UNAVAILABLE', changed: 'no', retrySafe: true });
    expect(ms).toBeLessThan(750);
    await allClosed();
  });

  it('ends at once when the call is cancelled', async () => {
    server.plan(fault);
    const controller = new AbortController();
    const call = outcomeOf(httpTo(server.url).send({ ...write, signal: controller.signal }));
    while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('the person pressed escape'));
    const { value, ms } = await timed(call);
    expect(value).toMatchObject({ code: 'CANCELLED', changed: 'unknown' });
    expect(ms).toBeLessThan(100);
    await allClosed();
  });
});

describe('the deadline', () => {
  it('is one for all attempts, their bodies and their waits', async () => {
    server.plan({ kind: 'reset' }, { kind: 'answer', status: 503 }, { kind: 'stall-body' });
    const { value, ms } = await timed(outcomeOf(httpTo(server.url, { deadlineMs: 200 }).send(write)));
    expect(value).toMatchObject({ changed: 'unknown' });
    expect(server.received).toHaveLength(3);
    expect(ms).toBeLessThan(700);
  });

  it('also ends a backend in this process that never answers', async () => {
    const never = () => new Promise<Response>(() => {});
    const http = httpTo(new URL('http://sandbox.invalid'), { fetch: never, deadlineMs: 50 });
    expect(await outcomeOf(http.send(write))).toMatchObject({ changed: 'unknown' });
    const late = new ReadableStream({ pull: () => new Promise(() => {}) });
    const silent = httpTo(new URL('http://sandbox.invalid'), {
      fetch: async () => new Response(late),
      deadlineMs: 50,
    });
    expect(await outcomeOf(silent.send(read))).toMatchObject({ changed: 'no' });
  });

  it('leaves no timer and no listener behind', async () => {
    server.plan({ kind: 'answer' });
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, args);
    };
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    for (let call = 0; call < 20; call += 1) await httpTo(server.url, { deadlineMs: 60_000 }).send({ ...read, signal });
    expect(listeners).toBe(0);
    // The connection pool keeps a timer or two of its own.
    expect(timers() - before).toBeLessThan(5);
  });
});

describe('Retry-After', () => {
  const asking = (value: string): Fault => ({ kind: 'answer', status: 429, headers: { 'retry-after': value } });

  it.each([
    ['0', 4],
    ['-5', 4],
    // 300 ms of a deadline of 1 s: waited for.
    [0.3, 4],
    // Longer than the deadline, and longer than we ever wait.
    ['1', 1],
    ['21', 1],
    ['86400', 1],
    ['Sat, 21 Nov 2126 12:00:00 GMT', 1],
    // Not understood: the usual wait, which is nothing here.
    ['garbage', 4],
    ['try 5', 4],
  ])('of %s is tried %i times and never outlasts the deadline', async (value, attempts) => {
    server.plan(asking(String(value)));
    const { value: reply, ms } = await timed(outcomeOf(httpTo(server.url, { deadlineMs: 1_000 }).send(write)));
    expect(reply).toMatchObject({ status: 429, attempts, ambiguous: false });
    expect(ms).toBeLessThan(1_500);
  });

  it('is obeyed for up to 20 seconds when the deadline allows it', async () => {
    const asked: number[] = [];
    const at = Date.parse('2026-11-21T12:00:00Z');
    for (const value of ['19', '20', 'Sat, 21 Nov 2026 12:00:20 GMT']) {
      server.plan(asking(value), { kind: 'answer' });
      const controller = new AbortController();
      const http = httpTo(server.url, { deadlineMs: 25_000, now: () => at });
      const call = outcomeOf(http.send({ ...write, signal: controller.signal }));
      while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      // It is waiting now: it has not answered, and cancelling ends the wait at once.
      const first = await Promise.race([call, new Promise((resolve) => setTimeout(() => resolve('waiting'), 60))]);
      expect(first).toBe('waiting');
      controller.abort();
      const { value: facts, ms } = await timed(call);
      asked.push(ms);
      // Only a 429 was ever answered, so nothing was changed.
      expect(facts).toMatchObject({ code: 'CANCELLED', changed: 'no' });
    }
    expect(Math.max(...asked)).toBeLessThan(100);
  });

  it('tells the caller how long to wait when that is longer than we do', async () => {
    server.plan(asking('86400'));
    expect(await httpTo(server.url).send(read)).toMatchObject({ status: 429, retryAfterMs: 86_400_000 });
  });
});

describe('cancelling', () => {
  it('before anything was sent changes nothing and sends nothing', async () => {
    server.plan({ kind: 'answer' });
    const signal = AbortSignal.abort();
    for (const request of [read, write, writeWithoutKey]) {
      expect(await outcomeOf(httpTo(server.url).send({ ...request, signal }))).toMatchObject({
        code: 'CANCELLED',
        changed: 'no',
      });
    }
    expect(server.received).toHaveLength(0);
  });

  it('between attempts says "unknown" when an answer had been lost', async () => {
    for (const [fault, changed] of [
      [{ kind: 'reset' }, 'unknown'],
      [{ kind: 'answer', status: 429 }, 'no'],
    ] as const) {
      server.plan(fault);
      const controller = new AbortController();
      const http = httpTo(server.url, { random: () => 1, deadlineMs: 25_000 });
      const call = outcomeOf(http.send({ ...write, signal: controller.signal }));
      while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 60));
      controller.abort();
      expect(await call).toMatchObject({ code: 'CANCELLED', changed });
      expect(server.received).toHaveLength(1);
    }
  });

  it('by an error of our own keeps that error apart', async () => {
    const fetchFails = async () => {
      throw new HirewireError({ code: 'NOT_CONFIGURED', message: 'no', changed: 'no', next: '', retrySafe: false });
    };
    const http = httpTo(new URL('http://sandbox.invalid'), { fetch: fetchFails });
    expect(await outcomeOf(http.send(write))).toMatchObject({ code: 'NOT_CONFIGURED', changed: 'no' });
  });
});
