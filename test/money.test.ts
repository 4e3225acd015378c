import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AmountError,
  amountFromJson,
  amountToJson,
  describeMoney,
  formatAmount,
  parseAmount,
  shareOf,
  UNIT,
} from '../src/money.js';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const MAX = 10_000_000_000n * UNIT - 1n;
const amounts = fc.oneof(
  fc.bigInt({ min: 0n, max: MAX }),
  fc.bigInt({ min: 0n, max: 1_000n }),
  fc.bigInt({ min: 0n, max: 1_000_000n }).map((cents) => cents * (UNIT / 100n)),
);

describe('an amount', () => {
  it.each([
    ['0', 0n],
    ['25', 25n * UNIT],
    ['25.00', 25n * UNIT],
    ['0.1', UNIT / 10n],
    ['0.00000001', 1n],
    ['9999999999.99999999', MAX],
    ['007.5', 7n * UNIT + UNIT / 2n],
  ])('%s is read exactly', (text, units) => {
    expect(parseAmount(text)).toBe(units);
  });

  it.each([
    '',
    ' ',
    '-1',
    '+1',
    '1.',
    '.5',
    '1,5',
    '1e3',
    '0x1',
    'NaN',
    'Infinity',
    '1 ',
    ' 1',
    '1\n',
    '1.000000001',
    '12345678901',
    '１',
    '٣',
    '1.2.3',
    '1_000',
    '--1',
    '1.-1',
    '\u200b1',
  ])('%j is none', (text) => {
    expect(() => parseAmount(text)).toThrow(AmountError);
  });

  it('survives being written and read, 10,000 times', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 8 }), (units, decimals) => {
        const text = formatAmount(units, decimals);
        return parseAmount(text) === units && (text.split('.')[1] ?? '').length >= decimals;
      }),
      { numRuns: 10_000, seed },
    );
    console.log(`figure: amounts=10000 changed=0 seed=${seed}`);
  });

  it('is written for people with two decimals at least', () => {
    expect(describeMoney({ units: 25n * UNIT, currency: 'USD' })).toBe('25.00 USD');
    expect(describeMoney({ units: 1n, currency: '$A9token' })).toBe('0.00000001 $A9token');
    expect(formatAmount(-UNIT / 2n)).toBe('-0.50');
    expect(formatAmount(-1n)).toBe('-0.00000001');
    expect(formatAmount(0n)).toBe('0.00');
    expect(formatAmount(0n, 0)).toBe('0');
  });

  it('keeps the order of amounts that differ by one unit', () => {
    fc.assert(
      fc.property(
        amounts.filter((units) => units < MAX),
        (units) => parseAmount(formatAmount(units)) < parseAmount(formatAmount(units + 1n)),
      ),
      { numRuns: 1_000, seed },
    );
  });
});

describe('an amount as a JSON number', () => {
  it('survives for every amount of at most 15 digits, 10,000 times', () => {
    const exact = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.integer({ min: 0, max: 8 }))
      .map(([digits, decimals]) => digits * 10n ** BigInt(8 - decimals))
      .filter((units) => units <= MAX);
    fc.assert(
      fc.property(exact, (units) => amountFromJson(JSON.parse(JSON.stringify(amountToJson(units)))) === units),
      { numRuns: 10_000, seed },
    );
    console.log(`figure: json-amounts=10000 changed=0 seed=${seed}`);
  });

  it.each([
    [0, 0n],
    [-0, 0n],
    [500, 500n * UNIT],
    [0.1, UNIT / 10n],
    [19.99, 1_999n * (UNIT / 100n)],
    [1e-7, 10n],
    [1e-8, 1n],
    [9.9e-7, 99n],
    [1e9, 10n ** 9n * UNIT],
  ])('%d is read exactly', (value, units) => {
    expect(amountFromJson(value)).toBe(units);
  });

  it.each([
    -1,
    -1e-9,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e10,
    1e21,
    Number.MAX_VALUE,
    // More than eight decimals: nothing is rounded away.
    0.1 + 0.2,
    1.5e-8,
    1e-9,
    5e-324,
    1.000000001,
  ])('%d is refused', (value) => {
    expect(() => amountFromJson(value)).toThrow(AmountError);
  });
});

describe('a share', () => {
  it('and the rest are the whole, and it is never more than half a unit off', () => {
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 0n, max: 10_000n }), (units, points) => {
        const share = shareOf(units, points);
        const off = share * 10_000n - units * points;
        return share >= 0n && share <= units && off <= 5_000n && off > -5_000n;
      }),
      { numRuns: 5_000, seed },
    );
    expect(shareOf(UNIT, 10_000n)).toBe(UNIT);
    expect(shareOf(1n, 5_000n)).toBe(1n);
  });
});
