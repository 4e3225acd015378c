import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { cleanDeep, cleanLabel, cleanText, foreignText, word } from '../src/untrusted.js';
import { harmIn, PAYLOADS } from './hostile-text.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const runs = process.env.SOAK === '1' ? 100_000 : 3_000;
const length = (text: string): number => Array.from(text).length;
const TOWER = /\p{M}{9}/u;

/** Any code points at all, halves of pairs among them, with the dangerous ones often. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
      fc.constantFrom(...PAYLOADS.filter(({ text }) => text.length < 100).map(({ text }) => text)),
      fc.constantFrom('a', ' ', '\n', '"', '\u0300', '\ud83d', '\ude00', '\u{1f600}', '…'),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('text by another party', () => {
  it('keeps nothing that a person cannot see, in any of the payloads', () => {
    const survivors: string[] = [];
    for (const { name, text } of PAYLOADS) {
      const long = text.length > 100_000;
      for (const around of long ? [text] : [text, `before ${text} after`, `${text}${text}`, `\n${text}\t`]) {
        for (const max of [10, 80, 5_000]) {
          for (const cleaned of [cleanText(around, max), cleanLabel(around, max), String(cleanDeep(around))]) {
            const harm = harmIn(cleaned);
            if (harm.length > 0 || TOWER.test(cleaned)) survivors.push(`${name}: ${harm.join(', ')}`);
          }
        }
      }
    }
    console.log(`figure: payloads=${PAYLOADS.length} survivors=${survivors.length}`);
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(300);
    expect(survivors).toEqual([]);
  });

  it('keeps what a person can see', () => {
    for (const text of [
      'Größe „x“ – 10 €',
      '日本語テキスト',
      'हिन्दी में',
      'שָׁלוֹם',
      'مرحبا',
      'ภาษาไทย',
      '👍🏽',
      'a\n\tb',
    ]) {
      // Joiners are invisible and go; they are not in these.
      expect(cleanText(text)).toBe(text);
    }
    expect(cleanText('a\r\nb\rc')).toBe('a\nb\nc');
  });

  it('is as long as allowed and no longer, by code points, and says that it was cut', () => {
    expect(cleanText('x'.repeat(5_000))).toBe('x'.repeat(5_000));
    expect(length(cleanText('x'.repeat(5_001)))).toBe(5_000);
    expect(cleanText('x'.repeat(5_001))).toMatch(/x… \[cut at 5000 characters\]$/);
    expect(cleanText('\u{1f600}'.repeat(5_000))).toBe('\u{1f600}'.repeat(5_000));
    expect(length(cleanText('\u{1f600}'.repeat(5_001)))).toBe(5_000);
    expect(cleanText('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(cleanText('xy', 1)).toBe('…');
    expect(cleanText('x'.repeat(300_000), Number.POSITIVE_INFINITY)).toHaveLength(300_000);
  });

  it('is cleaned in one go: any text, any length, cleaning again changes nothing', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 200 }), (text, max) => {
        for (const clean of [cleanText, cleanLabel]) {
          const once = clean(text, max);
          expect(harmIn(once)).toEqual([]);
          expect(length(once)).toBeLessThanOrEqual(max);
          expect(clean(once, max)).toBe(once);
          // No half of a pair: it survives UTF-8.
          expect(Buffer.from(once).toString()).toBe(once);
          expect(once).not.toMatch(TOWER);
        }
      }),
      { numRuns: runs, seed },
    );
    console.log(`figure: random-texts=${runs} harmful=0 seed=${seed}`);
  });

  it('costs little, however large', () => {
    const from = performance.now();
    for (const { text } of PAYLOADS) if (text.length > 100_000) cleanLabel(text);
    cleanText('\u0300'.repeat(8_000_000), Number.POSITIVE_INFINITY);
    cleanText('a\u200b'.repeat(4_000_000), Number.POSITIVE_INFINITY);
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

describe('a label inside a sentence of ours', () => {
  it('cannot close the quotation marks around it, or begin a line', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.constantFrom(...PAYLOADS.map(({ text }) => text))), (text) => {
        const sentence = `Publish the task “${cleanLabel(text)}” for 25.00 USD.`;
        expect(sentence.match(/[“”]/gu)).toHaveLength(2);
        expect(sentence).not.toMatch(/[\n\r\t"'`<>{}[\]()|\\«»„‚‘’‹›「」＜＞⟨⟩]/u);
        // A mark at the beginning would sit on our own quotation mark.
        expect(sentence).not.toMatch(/“[\s\p{M}]/u);
      }),
      { numRuns: runs, seed },
    );
  });

  it('leaves the sentence around it as it was', () => {
    const amount = 'for 25.00 USD, to did:agrenting:alice.';
    for (const { text } of PAYLOADS) expect(`“${cleanLabel(text)}” ${amount}`.endsWith(amount)).toBe(true);
  });
});

describe('JSON that another party composed', () => {
  it('is clean in every string and every key, at every depth', () => {
    for (const { text } of PAYLOADS.filter((payload) => payload.text.length < 10_000)) {
      const cleaned = JSON.stringify(cleanDeep({ [text]: [text, { [`x${text}`]: { a: text } }] }));
      expect(harmIn(JSON.parse(`"${cleaned.replaceAll('\\', '').replaceAll('"', '')}"`.replaceAll('\n', '')))).toEqual(
        [],
      );
    }
  });

  it('is cut where it is nested deeper than anything meant for people', () => {
    let deep: unknown = 'x';
    for (let depth = 0; depth < 100_000; depth += 1) deep = depth % 2 ? [deep] : { deep };
    const text = JSON.stringify(cleanDeep(deep));
    expect(text).toContain('[nested too deeply]');
    expect(text.length).toBeLessThan(1_000);
    expect(JSON.stringify(cleanDeep(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).length).toBeLessThan(
      200,
    );
  });

  it('cannot exchange a prototype, by any spelling of the key', () => {
    const evil = JSON.parse(
      '{"__proto__":{"admin":true},"__pro\\u200bto__":{"admin":true},"\\u202e__proto__\\u0000":1,"constructor":{"prototype":{"admin":true}},"a":{"__proto__":{"admin":true}}}',
    );
    const cleaned = cleanDeep(evil);
    const target: Record<string, unknown> = {};
    Object.assign(target, cleaned);
    expect(target.admin).toBeUndefined();
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    const inner: Record<string, unknown> = Object.assign({}, target.a);
    expect(inner.admin).toBeUndefined();
    expect('admin' in {}).toBe(false);
    expect(JSON.stringify(cleaned)).not.toContain('__proto__');
  });

  it('keeps what is no text as it is', () => {
    const value = { a: 1, b: true, c: null, d: [0.5, 'x'], e: {} };
    expect(cleanDeep(value)).toEqual(value);
  });
});

describe('fields of a contract', () => {
  const reply = z.looseObject({
    id: word(),
    status: word(40),
    title: foreignText(200),
    description: foreignText().nullish(),
    tags: z.array(word(20)).optional(),
  });

  const LIMITS = [200, 40, 200, 5_000];

  it('are clean after parsing, whatever was sent', () => {
    for (const { name, text } of PAYLOADS) {
      const parsed = reply.parse({ id: text, status: text, title: text, description: text, tags: [text, text] });
      const { id, status, title, description, tags } = parsed;
      const all = [id, status, title, description ?? '', ...(tags ?? [])];
      expect(all.flatMap(harmIn), name).toEqual([]);
      expect([id, status, title, description ?? ''].map(length).every((size, at) => size <= (LIMITS[at] ?? 0))).toBe(
        true,
      );
    }
  });

  it('are marked, so that results can say which text is not ours', () => {
    expect(foreignText().meta()).toMatchObject({ untrusted: true });
  });

  it('survive values that are unknown', () => {
    expect(reply.parse({ id: 'x', status: 'a_new_status', title: '', more: 1 })).toMatchObject({
      status: 'a_new_status',
      more: 1,
    });
  });
});
