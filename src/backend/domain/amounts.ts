import { AmountError, parseAmount } from '../../money.js';
import { ApiError } from '../api-error.js';
import { InsufficientBalance } from './ledger.js';

/** No single amount is larger: 64-bit sums of 10^-8 units stay far from their end. */
const LARGEST = '1000000';

/**
 * An amount in a request, in 10^-8 USD.
 * @throws {ApiError} INVALID_AMOUNT when it is negative, too precise or too large, or zero where that means nothing.
 */
export function amountOf(text: string, zero: 'refuse-zero' | 'allow-zero'): bigint {
  const units = plainAmount(text);
  if (units > parseAmount(LARGEST)) throw new ApiError('INVALID_AMOUNT', `An amount is at most ${LARGEST}.00.`);
  if (units === 0n && zero === 'refuse-zero') throw new ApiError('INVALID_AMOUNT', 'An amount is more than zero.');
  return units;
}

function plainAmount(text: string): bigint {
  try {
    return parseAmount(text);
  } catch (error) {
    if (error instanceof AmountError) throw new ApiError('INVALID_AMOUNT', error.message);
    throw error;
  }
}

/** Passes on a movement of money. @throws {ApiError} INSUFFICIENT_BALANCE when the ledger does not cover it. */
export async function covered<T>(movement: Promise<T>): Promise<T> {
  return await movement.catch((error: unknown) => {
    if (!(error instanceof InsufficientBalance)) throw error;
    throw new ApiError('INSUFFICIENT_BALANCE', 'The available balance does not cover this amount.', {
      retriable: true,
    });
  });
}
