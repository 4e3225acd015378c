import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, Framer } from '../../src/bridge/framer.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const MIB = 1024 * 1024;

/** What comes of these bytes, cut into chunks at these places. */
function frames(bytes: Buffer, cuts: readonly number[], max: number): Frame[] {
  const framer = new Framer(max);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).flatMap((to, at) => framer.push(bytes.subarray(edges[at], to)));
}

describe('the framer', () => {
  it('finds the same frames however the bytes are cut', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '{', '"', ' ', '\t', '\r', 'ß', '💸', '\ufeff', '\u0000'),
      maxLength: 40,
    });
    const stream = fc.array(
      fc.oneof(
        text.map((value) => Buffer.from(value)),
        fc.uint8Array({ maxLength: 40 }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 60 }),
        (lines, cuts, max) => {
          const bytes = Buffer.concat(lines.flatMap((part) => [Buffer.from(part), Buffer.from('\n')]));
          expect(frames(bytes, cuts, max)).toEqual(frames(bytes, [], max));
        },
      ),
      { numRuns: 5_000, seed },
    );
    console.log(`figure: chunkings=5000 different=0 seed=${seed}`);
  });

  it('gives back every line that fits, and an end that has no newline only when it comes', () => {
    const framer = new Framer(100);
    expect(framer.push(Buffer.from('{"a":1}\n  {"b":2}\r\n\n \t\n{"c"'))).toEqual([
      { kind: 'line', text: '{"a":1}' },
      { kind: 'line', text: '{"b":2}' },
    ]);
    expect(framer.push(Buffer.from(':3}\n'))).toEqual([{ kind: 'line', text: '{"c":3}' }]);
  });

  it('allows the limit to the byte', () => {
    expect(frames(Buffer.from(`${'x'.repeat(10)}\n`), [], 10)).toMatchObject([{ kind: 'line' }]);
    expect(frames(Buffer.from(`${'x'.repeat(11)}\n`), [], 10)).toMatchObject([{ kind: 'broken' }]);
    expect(frames(Buffer.from(`${'ß'.repeat(5)}\n`), [3], 10)).toMatchObject([{ kind: 'line', text: 'ßßßßß' }]);
  });

  it('reports a line that is too long with its two ends and its size, and goes on', () => {
    const long = Buffer.from(`HEAD${'x'.repeat(50_000)}TAIL\nnext\n`);
    for (const cuts of [[], [5], [20_000, 50_007], [50_008], [50_009]]) {
      const [broken, line] = frames(long, cuts, 1_000);
      expect(broken).toMatchObject({ kind: 'broken', why: 'The message is 50008 bytes; at most 1000 are read.' });
      expect(broken?.kind === 'broken' && [broken.head.slice(0, 4), broken.tail.slice(-4)]).toEqual(['HEAD', 'TAIL']);
      expect(line).toEqual({ kind: 'line', text: 'next' });
    }
  });

  it('says of bytes that are no UTF-8 that they are none', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n{"b":1}\n')]);
    expect(frames(bytes, [], 100)).toMatchObject([{ kind: 'broken' }, { kind: 'line', text: '{"b":1}' }]);
  });

  it('holds little of 64 MiB without a newline', () => {
    const framer = new Framer(4 * MIB);
    // Each chunk has its own memory, as it comes from a pipe.
    const before = process.memoryUsage();
    for (let sent = 0; sent < 64 * MIB; sent += 65_536) expect(framer.push(Buffer.alloc(65_536, 'x'))).toEqual([]);
    const after = process.memoryUsage();
    const held = Math.round((after.arrayBuffers - before.arrayBuffers) / MIB);
    expect(framer.push(Buffer.from('\n'))).toHaveLength(1);
    console.log(`figure: line-without-newline=64MiB array-buffers-after=+${held}MiB (collected later)`);
    expect(JSON.stringify(framer).length).toBeLessThan(50_000);
  });

  it('passes over a flood of blank lines quickly', () => {
    const framer = new Framer(4 * MIB);
    const blank = Buffer.alloc(65_536, '\n');
    const from = performance.now();
    for (let lines = 0; lines < 2_000_000; lines += blank.length) framer.push(blank);
    const ms = Math.round(performance.now() - from);
    console.log(`figure: blank-lines=2000000 ms=${ms}`);
    expect(ms).toBeLessThan(1_000);
  });
});
