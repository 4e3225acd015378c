import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLimits } from '../../src/config/amounts.js';
import { SettingsError } from '../../src/config/settings-error.js';
import { formatAmount, UNIT } from '../../src/money.js';

const parse = (text: string) => parseLimits(text, '--max-per-call');

describe('a limit', () => {
  it.each([
    ['25', [{ units: 25n * UNIT, currency: undefined }]],
    ['25 USD', [{ units: 25n * UNIT, currency: 'USD' }]],
    ['25usd', [{ units: 25n * UNIT, currency: 'USD' }]],
    [' 0.50 $ ', [{ units: UNIT / 2n, currency: 'USD' }]],
    ['500 $A9', [{ units: 500n * UNIT, currency: '$A9token' }]],
    ['500 $A9token', [{ units: 500n * UNIT, currency: '$A9token' }]],
    ['500$a9TOKEN', [{ units: 500n * UNIT, currency: '$A9token' }]],
    ['0', [{ units: 0n, currency: undefined }]],
    ['0.00000001 USD', [{ units: 1n, currency: 'USD' }]],
    [
      '25 USD, 500 $A9',
      [
        { units: 25n * UNIT, currency: 'USD' },
        { units: 500n * UNIT, currency: '$A9token' },
      ],
    ],
    [
      '10, 25 USD,500 $A9',
      [
        { units: 10n * UNIT, currency: undefined },
        { units: 25n * UNIT, currency: 'USD' },
        { units: 500n * UNIT, currency: '$A9token' },
      ],
    ],
  ])('%j is understood', (text, limits) => {
    expect(parse(text)).toEqual(limits);
  });

  it.each([
    // A decimal comma would be two limits, and a higher one than was meant.
    '2,50',
    '2,50 USD',
    '1,000 USD',
    '25 USD, 1,50',
    // Two numbers for one currency: which one holds?
    '25 USD, 30 USD',
    '25 USD, 30 $',
    '5, 6',
    '500 $A9, 400 $A9token',
    '',
    ' ',
    ',',
    '25 USD,',
    '-25',
    '+25',
    '1e3',
    '0x10',
    'Infinity',
    'NaN',
    '25 EUR',
    '25 constructor',
    '25 __proto__',
    '25 toString',
    '25 hasOwnProperty',
    'USD 25',
    '$25',
    '25 USD per day',
    '25.',
    '.5',
    '0.000000001',
    '12345678901',
    '99999999999999999999',
    '٢٥',
    '25\u200b USD',
    '25 \u202eUSD',
  ])('%j is refused, naming the setting', (text) => {
    expect(() => parse(text)).toThrow(SettingsError);
    expect(() => parse(text)).toThrow(/^--max-per-call: /);
  });

  it('is never misread: what is written is what holds', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 9_999_999_999n * UNIT }),
        fc.constantFrom('', ' USD', ' $A9'),
        (units, currency) => {
          const [limit, ...more] = parse(`${formatAmount(units, 0)}${currency}`);
          return more.length === 0 && limit?.units === units;
        },
      ),
      { numRuns: 2_000, seed },
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789., $UAusd9-e '), maxLength: 12 }), (text) => {
        try {
          return parse(text).every(({ units }) => units >= 0n);
        } catch (error) {
          return error instanceof SettingsError;
        }
      }),
      { numRuns: 5_000, seed },
    );
    console.log(`figure: limits=7000 misread=0 seed=${seed}`);
  });
});
