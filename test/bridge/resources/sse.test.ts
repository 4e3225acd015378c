import { describe, expect, it } from 'vitest';
import { type Origin, originOf } from '../../../src/http/origin.js';
import { RateLimitState } from '../../../src/http/rate-limit-state.js';
import { openSse, readSse, SseParser, SseRefused } from '../../../src/http/sse.js';

/** Event streams and the way to them: what the standard says, whatever the chunks, and no key to anywhere else. */

const events = (chunks: readonly string[]) => {
  const parser = new SseParser(1_000);
  return chunks.flatMap((chunk) => parser.push(chunk));
};

describe('a stream of events', () => {
  const TEXT = [
    ': a comment',
    'event: endpoint',
    'data: /mcp/messages/1',
    '',
    'data: {"a":1}',
    '',
    'data: two',
    'data:lines',
    'data:  one blank is kept',
    'id: 7',
    'retry: 10',
    'unknown: field',
    '',
    'event: no data, no event',
    '',
    'data',
    '',
  ];
  const EXPECTED = [
    { event: 'endpoint', data: '/mcp/messages/1' },
    { event: 'message', data: '{"a":1}' },
    { event: 'message', data: 'two\nlines\n one blank is kept' },
    { event: 'message', data: '' },
  ];

  it.each([
    ['\n', '\\n'],
    ['\r\n', '\\r\\n'],
    ['\r', '\\r'],
  ])('is the same wherever it is cut, with line ends %j', (end) => {
    const text = [...TEXT, ''].join(end);
    const whole = end === '\r' ? `${text}: end` : text;
    expect(events([whole])).toEqual(EXPECTED);
    expect(events([...whole])).toEqual(EXPECTED);
    for (let cut = 1; cut < whole.length; cut += 1) {
      expect(events([whole.slice(0, cut), whole.slice(cut)]), `cut at ${cut}`).toEqual(EXPECTED);
    }
  });

  it('is refused when an event is longer than agreed, in one line or in many', () => {
    expect(() => events(['data: '.padEnd(1_100, 'x')])).toThrow('too long');
    expect(() => events(Array.from({ length: 200 }, () => 'data: 0123456\n'))).toThrow('too long');
    expect(events(Array.from({ length: 200 }, () => 'data: 0123456\n\n'))).toHaveLength(200);
  });

  it('does not break letters that a chunk breaks', async () => {
    const bytes = new TextEncoder().encode('data: zażółć 🦊\n\n');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const read: string[] = [];
    const { signal } = new AbortController();
    for await (const { data } of readSse(new Response(body), { maxEvent: 100, signal })) read.push(data);
    expect(read).toEqual(['zażółć 🦊']);
  });

  it('ends with its signal, although the body does not know of it, and lets go of the body', async () => {
    const controller = new AbortController();
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      cancel: () => {
        cancelled = true;
      },
    });
    const reading = readSse(new Response(body), { maxEvent: 100, signal: controller.signal }).next();
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    expect(cancelled).toBe(true);
  });
});

describe('the way to a stream', () => {
  const KEY = { 'x-api-key': 'ak_live_secret' };
  const sent: Request[] = [];
  const answering = (answer: () => Response, base = 'https://market.test/api/'): Origin => {
    sent.length = 0;
    const fetch = async (request: Request) => {
      sent.push(request);
      return answer();
    };
    return originOf({ fetch, baseUrl: new URL(base), headers: async () => KEY });
  };
  const { signal } = new AbortController();
  const now = () => 0;

  it('goes below the base URL and carries the credential', async () => {
    const stream = () => new Response('', { headers: { 'content-type': 'text/event-stream' } });
    await openSse(answering(stream), '/mcp/sse', { signal, now });
    expect(sent.map(({ url }) => url)).toEqual(['https://market.test/api/mcp/sse']);
    expect(sent[0]?.headers.get('x-api-key')).toBe('ak_live_secret');
    expect(sent[0]?.headers.get('accept')).toBe('text/event-stream');
  });

  it.each([
    'https://elsewhere.test/mcp/messages/1',
    'http://market.test/mcp/messages/1',
    'https://market.test:8443/mcp/messages/1',
  ])('never leads to %s', async (url) => {
    const origin = answering(() => new Response());
    await expect(origin.fetch(new URL(url), { method: 'POST', signal })).rejects.toThrow('another address');
    expect(sent).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%s)', async (status) => {
    const origin = answering(() => new Response(null, { status, headers: { location: 'https://elsewhere.test/' } }));
    await expect(openSse(origin, '/mcp/sse', { signal, now })).rejects.toThrow('another address');
    expect(sent).toHaveLength(1);
    expect(sent[0]?.redirect).toBe('manual');
  });

  it.each([
    [401, 'UNAUTHORIZED', undefined],
    [403, 'FORBIDDEN', undefined],
    [404, 'UNAVAILABLE', undefined],
    [429, 'UNAVAILABLE', 7_000],
    [200, 'UNAVAILABLE', undefined],
  ])('that is refused with %s says so', async (status, code, retryAfterMs) => {
    const headers = { 'content-type': 'text/html', ...(status === 429 ? { 'retry-after': '7' } : {}) };
    const refused = await openSse(
      answering(() => new Response('no', { status, headers })),
      '/mcp/sse',
      { signal, now },
    ).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SseRefused);
    expect(refused).toMatchObject({ status, retryAfterMs, facts: { code, changed: 'no' } });
  });
});

describe('what a marketplace says about its limit', () => {
  const NOW = Date.parse('2026-03-02T10:30:00Z');
  const state = (headers: Record<string, string>) => {
    const limits = new RateLimitState();
    limits.note(new Headers(headers), NOW);
    return { limit: limits.limit, remaining: limits.remaining, resetAt: limits.resetAt };
  };
  const head = { 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '17' };

  it.each([
    ['2026-03-02T11:00:00.000Z', Date.parse('2026-03-02T11:00:00Z')],
    [String(Date.parse('2026-03-02T11:00:00Z') / 1_000), Date.parse('2026-03-02T11:00:00Z')],
    [String(Date.parse('2026-03-02T11:00:00Z')), Date.parse('2026-03-02T11:00:00Z')],
    ['60', NOW + 60_000],
    ['soon', undefined],
  ])('is read with a reset of %s', (reset, resetAt) => {
    expect(state({ ...head, 'x-ratelimit-reset': reset })).toEqual({ limit: 500, remaining: 17, resetAt });
  });

  it('is left alone when half of it is missing or no number', () => {
    const nothing = { limit: undefined, remaining: undefined, resetAt: undefined };
    expect(state({ 'x-ratelimit-limit': '500' })).toEqual(nothing);
    expect(state({ ...head, 'x-ratelimit-remaining': '-1' })).toEqual(nothing);
    expect(state({})).toEqual(nothing);
  });
});
