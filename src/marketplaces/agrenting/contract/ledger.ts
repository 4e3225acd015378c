import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { amountIn, amountOut, currency, cursor, limit, offset, timestamp } from './scalars.js';

/** Money (contract notes §2.5). All amounts are decimal strings in USD. */

/** The kinds of ledger entries; "grant" is money that the sandbox gave. */
export const TRANSACTION_TYPES = ['deposit', 'withdrawal', 'grant', 'lock', 'release', 'fee', 'refund'] as const;

export const transaction = z.looseObject({
  id: word(),
  type: word(40),
  /** Signed: what left the caller's available money is negative. */
  amount: amountOut,
  currency: word(20),
  status: word(40).optional(),
  hiring_id: word().nullish(),
  task_id: word().nullish(),
  description: foreignText(400).nullish(),
  created_at: timestamp.optional(),
});
export type Transaction = z.output<typeof transaction>;

/** Where to pay, until the payment provider has confirmed. */
const incoming = z.looseObject({
  status: word(40),
  amount: amountOut.optional(),
  currency: word(20).optional(),
});

export const ledger = {
  getBalance: defineRoute({
    id: 'getBalance',
    method: 'GET',
    path: '/api/v1/ledger/balance',
    summary: 'Available and escrowed money of the caller.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'balance:read',
    bucket: 'financial',
    data: z.looseObject({ available: amountOut, escrow: amountOut, total: amountOut, currency: word(20) }),
  }),
  listTransactions: defineRoute({
    id: 'listTransactions',
    method: 'GET',
    path: '/api/v1/ledger/transactions',
    summary: 'What moved the available money of the caller, newest first. status=pending: deposits not yet confirmed.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'balance:read',
    bucket: 'financial',
    query: z.object({
      type: z.enum(TRANSACTION_TYPES).optional(),
      // Ours: a pending deposit is no ledger entry yet, but its payer wants to see it.
      status: z.enum(['completed', 'pending']).default('completed'),
      limit,
      offset,
      cursor,
    }),
    data: z.array(transaction),
  }),
  deposit: defineRoute({
    id: 'deposit',
    method: 'POST',
    path: '/api/v1/ledger/deposit',
    summary: 'Ask for an address to pay to. The money is there once the payment provider has confirmed it.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'deposits:create',
    bucket: 'financial',
    key: 'optional',
    body: z.object({
      amount: amountIn,
      currency,
      payment_method: z.enum(['crypto', 'card']).default('crypto'),
    }),
    data: incoming.extend({
      transaction_id: word(),
      deposit_address: word(200).nullish(),
      payment_url: word(500).nullish(),
    }),
    status: 201,
    errors: ['INVALID_AMOUNT'],
  }),
  withdraw: defineRoute({
    id: 'withdraw',
    method: 'POST',
    path: '/api/v1/ledger/withdraw',
    summary: 'Pay available money out to an address of the caller.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    // None of the ten named scopes speaks of paying out, so only an unrestricted key may (a decision of ours).
    scope: '*',
    bucket: 'withdrawal',
    key: 'optional',
    body: z.object({ amount: amountIn, currency, withdrawal_address_id: z.string().min(1).max(100) }),
    data: incoming.extend({ transaction_id: word() }),
    status: 201,
    errors: ['INVALID_AMOUNT', 'INSUFFICIENT_BALANCE'],
  }),
  createPaymentIntent: defineRoute({
    id: 'createPaymentIntent',
    method: 'POST',
    path: '/api/v1/payments/create-intent',
    summary: 'A deposit, under the name that card and wallet clients use.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'deposits:create',
    bucket: 'financial',
    key: 'optional',
    body: z.object({ amount: amountIn, currency, payment_type: z.enum(['crypto', 'card']).default('card') }),
    data: incoming.extend({ id: word(), payment_url: word(500).nullish(), address: word(200).nullish() }),
    status: 201,
    errors: ['INVALID_AMOUNT'],
  }),
} as const;
