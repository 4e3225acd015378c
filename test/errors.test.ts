import { describe, expect, it } from 'vitest';
import { type Changed, describeError, ERROR_CODES, HirewireError, toFacts } from '../src/errors.js';

const LAST_SENTENCE: Record<Changed, string> = {
  no: 'Nothing was changed.',
  unknown: 'It is not known whether anything changed.',
  yes: 'The change happened.',
};
const CHANGES = ['no', 'unknown', 'yes'] as const;

describe('the text of an error', () => {
  it('ends with the sentence on what changed, for every code', () => {
    let checked = 0;
    for (const code of ERROR_CODES) {
      for (const changed of CHANGES) {
        for (const retrySafe of [true, false]) {
          for (const extra of [{}, { retryAfter: 7 }, { marketplaceCode: 'AGENT_BUSY', httpStatus: 409 }]) {
            const text = describeError({ code, message: 'It failed.', changed, next: 'Do this.', retrySafe, ...extra });
            expect(text.endsWith(LAST_SENTENCE[changed])).toBe(true);
            expect(text.startsWith(code)).toBe(true);
            expect(text).toContain('It failed. Do this.');
            expect(text).toContain(
              retrySafe ? 'Repeating the same call is safe.' : 'Do not repeat the same call unchanged.',
            );
            checked += 1;
          }
        }
      }
    }
    console.log(`figure: error-texts=${checked}`);
  });

  it('says how long to wait and what the marketplace called it', () => {
    const text = describeError({
      code: 'RATE_LIMITED',
      message: 'Slow down.',
      changed: 'no',
      next: 'Wait.',
      retrySafe: true,
      retryAfter: 30,
      marketplaceCode: 'RATE_LIMIT_EXCEEDED',
    });
    expect(text).toBe(
      'RATE_LIMITED (RATE_LIMIT_EXCEEDED): Slow down. Wait. Repeating the same call is safe. Wait 30 s first. Nothing was changed.',
    );
  });
});

describe('anything thrown', () => {
  it('has facts, and what was not foreseen says nothing of its inner text', () => {
    const own = { code: 'CONFLICT', message: 'x', changed: 'no', next: '', retrySafe: false } as const;
    expect(toFacts(new HirewireError(own))).toBe(own);
    for (const thrown of [new Error('secret sk_live_abc'), 'sk_live_abc', null, undefined, { facts: own }, 7]) {
      const facts = toFacts(thrown);
      expect(facts).toMatchObject({ code: 'INTERNAL', changed: 'unknown', retrySafe: false });
      expect(JSON.stringify(facts)).not.toContain('sk_live_abc');
    }
  });
});
