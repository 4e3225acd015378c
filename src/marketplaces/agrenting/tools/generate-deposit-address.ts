import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';
import { amount } from '../contract/scalars.js';
import { keyOfThisCall } from '../tool-support.js';
import { given } from '../views.js';

export const generateDepositAddress = defineTool({
  name: 'generate_deposit_address',
  title: 'Get a deposit address',
  description:
    "Asks for a crypto address to which the person can pay to top up the hirer's balance. " +
    'Use it when check_balance shows too little and the person wants to add money. ' +
    'Nothing is charged: the balance grows only after the person has paid and the payment is confirmed. Each call makes a new deposit.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.object({
    amount: amount.describe('USD as a decimal string, for example "50.00".'),
    currency: z.literal('USD').default('USD'),
  }),
  output: z.object({
    transaction_id: z.string(),
    status: z.string(),
    amount: z.string(),
    currency: z.string(),
    deposit_address: z.string().optional().describe('Show it to the person unchanged.'),
    payment_url: z.string().optional(),
  }),
  async run(args, { api: client, signal }) {
    const deposit = await client.call(
      api.deposit,
      { body: { amount: args.amount, currency: args.currency, payment_method: 'crypto' } },
      { key: keyOfThisCall(), signal },
    );
    return {
      transaction_id: deposit.transaction_id,
      status: deposit.status,
      amount: deposit.amount ?? args.amount,
      currency: deposit.currency ?? args.currency,
      ...given('deposit_address', deposit.deposit_address),
      ...given('payment_url', deposit.payment_url),
    };
  },
});
