/**
 * Money as integers of 10^-8 units with a currency. No amount is ever a binary float: a JSON number is converted at
 * the edge, where its shortest decimal spelling is read.
 */

/** One whole unit (1.00 USD, 1 $A9token) in the smallest unit. */
export const UNIT = 100_000_000n;
const DECIMALS = 8;
const PATTERN = /^(\d{1,10})(?:\.(\d{1,8}))?$/;

export interface Money {
  /** Integer count of 10^-8 of the currency's whole unit. */
  readonly units: bigint;
  /** ISO code or token name, for example "USD" or "$A9token". */
  readonly currency: string;
}

export class AmountError extends Error {
  override name = 'AmountError';
}

/**
 * Reads a decimal string such as "25.00" into units.
 * @throws {AmountError} when it is signed, in exponent form, longer than 8 decimals or not a number.
 */
export function parseAmount(text: string): bigint {
  const match = PATTERN.exec(text);
  if (!match) {
    throw new AmountError('An amount is a plain decimal with at most 8 decimals, for example "25.00".');
  }
  return BigInt(match[1] ?? '0') * UNIT + BigInt((match[2] ?? '').padEnd(DECIMALS, '0'));
}

/** Writes units as a decimal string with at least `minDecimals` decimals: 2500000000n → "25.00". */
export function formatAmount(units: bigint, minDecimals = 2): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(DECIMALS + 1, '0');
  const whole = digits.slice(0, -DECIMALS);
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '').padEnd(minDecimals, '0');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/**
 * Reads a JSON number (Humans2AI states money so) by its shortest decimal spelling.
 * @throws {AmountError} when it is negative, not finite, or has more than 8 decimals: nothing is rounded away.
 */
export function amountFromJson(value: number): bigint {
  if (!Number.isFinite(value) || value < 0) throw new AmountError('An amount is a number that is not negative.');
  const text = String(value);
  // Below 10^-6 the shortest spelling has an exponent; twenty decimals then show at least 14 digits of it.
  const units = parseAmount(text.includes('e-') ? value.toFixed(20).replace(/\.?0+$/, '') : text);
  if (units === 0n && value !== 0) throw new AmountError('An amount has at most 8 decimals.');
  return units;
}

/** Writes units as a JSON number. Exact for every amount that a marketplace accepts (at most 15 significant digits). */
export function amountToJson(units: bigint): number {
  return Number(formatAmount(units, 0));
}

/** A share in basis points (1/10,000), rounded half up; the other side gets the remainder, so nothing is lost. */
export function shareOf(units: bigint, basisPoints: bigint): bigint {
  return (units * basisPoints + 5_000n) / 10_000n;
}

/** For people: "25.00 USD". */
export function describeMoney(money: Money): string {
  return `${formatAmount(money.units)} ${money.currency}`;
}
