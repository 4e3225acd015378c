import fc from 'fast-check';
import { expect, it } from 'vitest';
import { guarded } from '../../../src/marketplaces/hosted/guarded-stream.js';
import { RateWindow } from '../../../src/marketplaces/hosted/rate-window.js';

it('a limit a minute is never passed, in any minute, and what is left is not held back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
      (limit, pauses) => {
        let now = 1_000_000;
        const window = new RateWindow(limit, () => now);
        const sent: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const recent = sent.filter((at) => at > now - 60_000).length;
          const wait = window.take();
          expect(wait > 0).toBe(recent >= limit);
          if (wait === 0) sent.push(now);
        }
      },
    ),
    { seed: 20_261_121 },
  );
  console.log('figure: rate-windows=100 passed-the-limit=0 seed=20261121');
});

it('a pause that the server asked for is kept to the millisecond', () => {
  let now = 0;
  const window = new RateWindow(undefined, () => now);
  window.block(30_000);
  now = 29_999;
  expect(window.take()).toBe(1);
  now = 30_000;
  expect(window.take()).toBe(0);
});

it('a stream is cut when it is too fast or one event is too long, and not before', async () => {
  const limits = { event: 100, events: 5, bytes: 10_000 };
  const read = async (chunks: readonly string[]) => {
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        controller.close();
      },
    });
    return await new Response(
      guarded(
        source,
        limits,
        () => 1_000_000,
        (what) => new Error(what),
      ),
    ).text();
  };
  const event = 'data: x\r\n\r\n';
  expect(await read([event.repeat(5)])).toBe(event.repeat(5));
  await expect(read([event.repeat(3), event.repeat(3)])).rejects.toThrow('far too much');
  await expect(read(['data: ', 'x'.repeat(60), 'x'.repeat(60)])).rejects.toThrow('too long');
});
