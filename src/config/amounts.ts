import { parseAmount } from '../money.js';
import type { Limit } from '../spending/policy.js';
import { SettingsError } from './settings-error.js';

const CURRENCIES = new Map([
  ['usd', 'USD'],
  ['$', 'USD'],
  ['$a9', '$A9token'],
  ['a9', '$A9token'],
  ['$a9token', '$A9token'],
  ['a9token', '$A9token'],
]);

/**
 * Limits as people write them: "25", "25 USD", "25 USD, 500 A9". A bare number holds for every currency that has no
 * number of its own. @throws {SettingsError}
 */
export function parseLimits(text: string, setting: string): Limit[] {
  // "2,50" would otherwise be a limit of 2 and another one of 50.
  if (/\d,\d/.test(text)) {
    throw new SettingsError(`${setting}: write decimals with a point, as in "2.50", and a space after a comma.`);
  }
  const limits = text.split(',').map((part) => limitOf(part, setting));
  if (new Set(limits.map(({ currency }) => currency)).size < limits.length) {
    throw new SettingsError(`${setting}: "${text.trim()}" has two amounts for one currency. Write one for each.`);
  }
  return limits;
}

function limitOf(part: string, setting: string): Limit {
  const match = /^\s*(\d{1,10}(?:\.\d{1,8})?)\s*([$a-z]\S*)?\s*$/i.exec(part);
  const currency = match?.[2] === undefined ? undefined : CURRENCIES.get(match[2].toLowerCase());
  if (!match?.[1] || (match[2] !== undefined && currency === undefined)) {
    throw new SettingsError(`${setting}: "${part.trim()}" is not an amount. Write "25", "25 USD" or "25 USD, 500 A9".`);
  }
  return { units: parseAmount(match[1]), currency };
}
