import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StdioTransport } from '../../src/bridge/stdio-transport.js';
import { setLogLevel } from '../../src/log.js';
import { hostileFrames } from './hostile-frames.js';
import { ERAS, type Json, Session, turn } from './session.js';

beforeEach(() => setLogLevel('error'));
afterEach(() => {
  vi.useRealTimers();
  setLogLevel('info');
});

const MAX_FRAME = 65_536;
const corpus = hostileFrames(MAX_FRAME);

describe.each(ERAS)('hostile frames, in %s', (era) => {
  it.each(corpus)('$name', async ({ bytes, answered }) => {
    const session = new Session({ era, maxFrame: MAX_FRAME });
    await session.open();
    session.messages.length = 0;
    session.raw(bytes);
    // The next request is answered, so the frame neither ended the conversation nor swallowed what follows.
    await session.settled();
    const ids = session.messages.filter((message) => !('method' in message)).map(({ id }) => id);
    const own = ids.filter((id) => !String(id).startsWith('own-'));
    expect(own.toSorted()).toEqual([...answered].toSorted());
    expect(session.invalid).toEqual([]);
    expect(session.transport.pending).toBe(0);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('are all survived one after the other, in chunks of any size', async () => {
    const all = Buffer.concat(corpus.map(({ bytes }) => bytes));
    const expected = corpus.flatMap(({ answered }) => answered).map(String);
    for (const size of [1, 7, 4_096, 65_536, all.length]) {
      // Byte by byte takes long, so that is done with the short ones.
      const bytes =
        size === 1 ? Buffer.concat(corpus.filter((one) => one.bytes.length < 5_000).map((one) => one.bytes)) : all;
      const session = new Session({ era, maxFrame: MAX_FRAME });
      await session.open();
      for (let at = 0; at < bytes.length; at += size) session.raw(bytes.subarray(at, at + size));
      await session.settled();
      const ids = new Set(session.messages.map(({ id }) => String(id)));
      expect(session.invalid).toEqual([]);
      if (size > 1) expect(expected.filter((id) => !ids.has(id))).toEqual([]);
      expect(session.transport.pending).toBe(0);
    }
  });
});

it('has a corpus that is worth the name', () => {
  console.log(`figure: hostile-frames=${corpus.length} eras=${ERAS.length} unanswered=0`);
  expect(corpus.length).toBeGreaterThanOrEqual(60);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});

/** Calls that end when the test says so. */
function held() {
  const calls: { args: Json; signal: AbortSignal; finish(result?: Json): void }[] = [];
  const call = (args: Json, signal: AbortSignal) =>
    new Promise<Json>((resolve) => {
      calls.push({ args, signal, finish: (result = {}) => resolve(result) });
    });
  return { calls, call };
}

describe('a request id', () => {
  const callFrame = (session: Session, id: unknown, args: Json) =>
    session.frame(id, 'tools/call', { name: 'x', arguments: args });

  it.each(ERAS)('that is live runs once, however often it is sent (%s)', async (era) => {
    const { calls, call } = held();
    const session = new Session({ era, call });
    await session.open();
    for (let times = 0; times < 1_000; times += 1) session.write(callFrame(session, 5, { times }));
    await session.settled();
    expect(calls).toHaveLength(1);
    calls[0]?.finish({ paid: 1 });
    await session.settled();
    const answers = session.messages.filter(({ id }) => id === 5);
    expect(answers).toMatchObject([{ result: { structuredContent: { paid: 1 } } }]);
    expect(session.transport.pending).toBe(0);
    console.log(`figure: duplicate-live-ids=1000 effects=${calls.length}`);
  });

  it('5 and "5" are two ids', async () => {
    const { calls, call } = held();
    const session = new Session({ call });
    await session.open();
    session.write(callFrame(session, 5, {}));
    session.write(callFrame(session, '5', {}));
    await session.settled();
    expect(calls).toHaveLength(2);
  });

  it('can be used again after its answer', async () => {
    const session = new Session({ call: async (args) => args });
    await session.open();
    for (let times = 0; times < 100; times += 1) {
      const answer = await session.request('tools/call', { name: 'x', arguments: { times } }, 9);
      expect(answer).toMatchObject({ result: { structuredContent: { times } } });
    }
  });

  it.each(ERAS)('that was cancelled is never answered, and can be used again at once (%s)', async (era) => {
    const { calls, call } = held();
    const session = new Session({ era, call });
    await session.open();
    for (let times = 0; times < 100; times += 1) {
      session.write(callFrame(session, 5, { times }));
      session.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5, reason: 'escape' } });
    }
    await session.settled();
    expect(calls).toHaveLength(100);
    expect(calls.every(({ signal }) => signal.aborted)).toBe(true);
    expect(session.transport.pending).toBe(0);
    // The new owner of the id gets its own answer, although the old ones finish too, before and after it.
    const answer = session.answer(5);
    session.write(callFrame(session, 5, { times: 'last' }));
    await session.settled();
    for (const { finish, args } of calls) finish({ of: args.times });
    expect(await answer).toMatchObject({ result: { structuredContent: { of: 'last' } } });
    await session.settled();
    expect(session.messages.filter(({ id }) => id === 5)).toHaveLength(1);
    expect(session.transport.pending).toBe(0);
  });

  it.each([
    ['an id of another kind', { requestId: '5' }],
    ['another id', { requestId: 6 }],
    ['a reason that is no text', { requestId: 5, reason: { toString: 1 } }],
    ['no id', { reason: 'x' }],
    ['an object as id', { requestId: { toString: 5 } }],
  ])('stays live after a cancellation with %s', async (_, params) => {
    const { calls, call } = held();
    const session = new Session({ call });
    await session.open();
    session.write(callFrame(session, 5, {}));
    session.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    session.write(callFrame(session, 5, {}));
    await session.settled();
    expect(calls).toHaveLength(1);
    calls[0]?.finish();
    await session.settled();
    expect(session.messages.filter(({ id }) => id === 5)).toMatchObject([{ result: {} }]);
    expect(session.transport.pending).toBe(0);
  });

  it('of a running call is not answered for by a broken frame that carries it too', async () => {
    const { calls, call } = held();
    const session = new Session({ call, maxFrame: 2_048 });
    await session.open();
    session.write(callFrame(session, 5, {}));
    session.raw('{"jsonrpc":"2.0","id":5,"method":\n');
    session.raw('{"id":5}\n[{"id":5,"method":"ping"}]\n');
    session.raw(`{"id":5,"method":"x","params":"${'x'.repeat(3_000)}"}\n`);
    session.raw('{"jsonrpc":"2.0","id":5,"result":7}\n');
    await session.settled();
    expect(session.messages.filter(({ id }) => id === 5)).toEqual([]);
    calls[0]?.finish({ paid: 1 });
    await session.settled();
    expect(session.messages.filter(({ id }) => id === 5)).toMatchObject([
      { result: { structuredContent: { paid: 1 } } },
    ]);
  });
});

describe('a flood', () => {
  it('of requests is answered whole while timers still run', async () => {
    const session = new Session();
    await session.open();
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 1);
    const count = 20_000;
    session.raw(Array.from({ length: count }, (_, id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`).join(''));
    await session.settled();
    clearInterval(ticking);
    expect(new Set(session.messages.map(({ id }) => id).filter((id) => typeof id === 'number')).size).toBe(count);
    expect(ticks).toBeGreaterThan(20);
    expect(session.transport.pending).toBe(0);
  });

  it('of calls that do not end is refused beyond a bound, and the rest goes on', async () => {
    const { calls, call } = held();
    const session = new Session({ call });
    await session.open();
    for (let id = 0; id < 3_000; id += 1) session.write(session.frame(id, 'tools/call', { name: 'x', arguments: {} }));
    const refusals = () => session.messages.filter((message) => 'error' in message);
    while (refusals().length < 3_000 - 1_024) await turn();
    expect(calls.length).toBe(1_024);
    // Calls that run to their end make room.
    for (const { finish } of calls) finish();
    await session.settled();
    const refused = refusals();
    expect(refused).toHaveLength(3_000 - 1_024);
    expect(refused[0]).toMatchObject({ error: { code: -32_000 } });
    expect(session.transport.pending).toBe(0);
  });

  it('whose answers nobody reads stops being read, and goes on when they are read', async () => {
    const input = new PassThrough();
    let release = (): void => {};
    let stuck = true;
    const written: string[] = [];
    const output = new Writable({
      write(chunk: Buffer, _, done) {
        written.push(chunk.toString());
        if (stuck) release = done;
        else done();
      },
    });
    const transport = new StdioTransport(input, output, 1024 * 1024);
    await transport.start();
    const answer = 'x'.repeat(100_000);
    transport.onmessage = (message) => {
      if ('id' in message && message.id !== undefined)
        void transport.send({ jsonrpc: '2.0', id: message.id, result: { answer } });
    };
    for (let id = 0; id < 2_000; id += 1) input.write(`{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`);
    for (let turns = 0; turns < 200; turns += 1) await turn();
    expect(input.isPaused()).toBe(true);
    const held = Math.round(output.writableLength / 1024 / 1024);
    console.log(`figure: unread-answers-held=${held}MiB`);
    // The bound, and the answers of one batch of frames.
    expect(held).toBeLessThan(16 + 8);
    stuck = false;
    release();
    while (written.length < 2_000) await turn();
    expect(written.join('').match(/"id":/g)).toHaveLength(2_000);
    expect(transport.pending).toBe(0);
  });
});

describe('the end', () => {
  function open() {
    const input = new PassThrough();
    const output = new PassThrough();
    const transport = new StdioTransport(input, output, 1_024);
    const ends: string[] = [];
    transport.onend = (who) => ends.push(who);
    return { input, output, transport, ends };
  }

  it('of input is reported and leaves what is running alone', async () => {
    const { calls, call } = held();
    const session = new Session({ call });
    await session.open();
    session.write(session.frame(5, 'tools/call', { name: 'x', arguments: {} }));
    session.input.end();
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect(session.ended).toContain('input');
    expect(session.transport.pending).toBe(1);
    expect(calls[0]?.signal.aborted).toBe(false);
    calls[0]?.finish();
    await session.answer(5);
    expect(session.transport.pending).toBe(0);
  });

  it('of input comes after the last frame, even one without a newline before it', async () => {
    const { input, transport, ends } = open();
    const seen: string[] = [];
    transport.onmessage = (message) => seen.push('method' in message ? message.method : '');
    await transport.start();
    input.end('{"jsonrpc":"2.0","id":1,"method":"a"}\n{"jsonrpc":"2.0","id":2,"method":"b"}\n{"jsonrpc":');
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect(seen).toEqual(['a', 'b']);
    expect(ends).toContain('input');
  });

  it.each([
    ['an error of the input', 'input', (streams: ReturnType<typeof open>) => streams.input.destroy(new Error('EIO'))],
    [
      'an error of the output',
      'output',
      (streams: ReturnType<typeof open>) => streams.output.destroy(new Error('EPIPE')),
    ],
    ['a closed output', 'output', (streams: ReturnType<typeof open>) => streams.output.destroy()],
  ])('is also %s', async (_, who, end) => {
    const streams = open();
    await streams.transport.start();
    end(streams);
    await turn();
    expect(streams.ends).toContain(who);
    await streams.transport.send({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it('is a reader that takes nothing for a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const input = new PassThrough();
    const output = new Writable({ write: () => undefined });
    const transport = new StdioTransport(input, output, 1_024);
    const ends: string[] = [];
    transport.onend = (who) => ends.push(who);
    await transport.start();
    transport.onmessage = () =>
      void transport.send({ jsonrpc: '2.0', method: 'x', params: { a: 'x'.repeat(20_000_000) } });
    input.write('{"jsonrpc":"2.0","id":1,"method":"a"}\n');
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(ends).toEqual(['output']);
  });

  it('is quiet: after close nothing is written and nothing is read', async () => {
    const { input, output, transport } = open();
    let closed = 0;
    transport.onclose = () => (closed += 1);
    transport.onmessage = () => {
      throw new Error('nothing should come');
    };
    await transport.start();
    await transport.close();
    await transport.close();
    input.write('{"jsonrpc":"2.0","id":1,"method":"a"}\n');
    await transport.send({ jsonrpc: '2.0', id: 1, result: {} });
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(closed).toBe(1);
    expect(output.read()).toBeNull();
  });
});
