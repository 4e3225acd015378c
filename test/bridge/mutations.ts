/** Random damage to frames, the same for the same seed. */

export interface Mutated {
  readonly bytes: Buffer;
  /** Ids that have to be answered: those of lines that are JSON requests after all. */
  readonly answered: readonly (string | number)[];
}

const INTERESTING = [
  0x00, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x27, 0x2c, 0x2d, 0x2e, 0x30, 0x3a, 0x5b, 0x5c, 0x5d, 0x65, 0x7b, 0x7d, 0x7f,
  0x80, 0xbf, 0xc0, 0xe2, 0xed, 0xef, 0xf4, 0xff,
];
const SNIPPETS = [
  '"id":null',
  '"id":1.5',
  ',"id":',
  '"jsonrpc":"1.0"',
  '"method":7',
  '{"__proto__":{"a":1}}',
  '\\ud800',
  '1e999',
  '[[[[[[[[',
  '}}}}}}}}',
  '\u2028',
  '\ufeff',
  '"',
  '\\',
  'null',
  'true',
  '-0',
  '/*',
  '\r\n',
  '{"id":',
].map((text) => Buffer.from(text));

/** @param make a whole frame with this id. */
export function* mutations(seed: number, count: number, make: (id: number) => readonly string[]): Generator<Mutated> {
  const below = randomBelow(seed);
  let previous: Buffer = Buffer.alloc(0);
  for (let id = 1; id <= count; id += 1) {
    const bases = make(id);
    let bytes: Buffer = Buffer.from(bases[below(bases.length)] ?? '');
    const whole = bytes;
    for (let times = 1 + below(3); times > 0; times -= 1) bytes = mutate(bytes, previous, below);
    previous = whole;
    yield { bytes: Buffer.concat([bytes, Buffer.from('\n')]), answered: answeredIn(bytes) };
  }
}

/** mulberry32: small, fast, and the same everywhere. */
export function randomBelow(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}

function mutate(bytes: Buffer, other: Buffer, below: (limit: number) => number): Buffer {
  const at = below(bytes.length + 1);
  const until = Math.min(bytes.length, at + below(20));
  const part = (from: number, to?: number) => bytes.subarray(from, to);
  switch (below(9)) {
    case 0: // another byte
      return Buffer.concat([part(0, at), Buffer.from([below(256)]), part(at + 1)]);
    case 1: // a byte that means something
      return Buffer.concat([part(0, at), Buffer.from([INTERESTING[below(INTERESTING.length)] ?? 0]), part(at + 1)]);
    case 2: // a bit
      return Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ (1 << below(8)) : byte)));
    case 3: // missing
      return Buffer.concat([part(0, at), part(until)]);
    case 4: // twice
      return Buffer.concat([part(0, until), part(at, until), part(until)]);
    case 5: // something in between
      return Buffer.concat([part(0, at), SNIPPETS[below(SNIPPETS.length)] ?? bytes, part(at)]);
    case 6: // cut
      return Buffer.from(part(0, at));
    case 7: // the end of another frame
      return Buffer.concat([part(0, at), other.subarray(below(other.length + 1))]);
    default: // two frames on a line
      return Buffer.concat([bytes, other.subarray(0, below(other.length + 1))]);
  }
}

/** What a reader that knows nothing of the code under test would expect an answer to. */
function answeredIn(bytes: Buffer): (string | number)[] {
  const found: (string | number)[] = [];
  for (let from = 0, to = 0; from < bytes.length; from = to + 1) {
    const newline = bytes.indexOf(0x0a, from);
    to = newline === -1 ? bytes.length : newline;
    let value: unknown;
    try {
      value = JSON.parse(bytes.subarray(from, to).toString());
    } catch {
      continue;
    }
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item !== 'object' || item === null || !('id' in item)) continue;
      const { id } = item;
      if (typeof id !== 'string' && !Number.isSafeInteger(id)) continue;
      // A response is not answered.
      if ('method' in item || !('result' in item || 'error' in item)) found.push(id);
    }
  }
  return found;
}
