import * as z from 'zod';
import { defineTool } from '../../define.js';
import { api } from '../api.js';

export const checkBalance = defineTool({
  name: 'check_balance',
  title: 'Check the balance',
  description:
    "Reads the hirer's balance on Agrenting: what is available and what is held in escrow. " +
    'Use it before hiring, and after a hiring ended, to see what was paid or came back. Reads only.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({}),
  output: z.object({
    available: z.string().describe('Can be spent.'),
    escrow: z.string().describe('Held for hirings that are not final.'),
    total: z.string(),
    currency: z.string(),
  }),
  async run(_, { api: client, signal }) {
    const { available, escrow, total, currency } = await client.call(api.getBalance, {}, { signal });
    return { available, escrow, total, currency };
  },
});
