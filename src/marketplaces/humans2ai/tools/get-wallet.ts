import * as z from 'zod';
import { defineTool } from '../../define.js';
import { tools } from '../api.js';
import { callTool } from '../client.js';
import { getWalletInput } from '../contract/inputs.js';
import { CURRENCY } from '../contract/scalars.js';
import { shown, transactionView } from '../views.js';

const output = z.object({
  balance: z.number().describe('What can be spent.'),
  frozenBalance: z.number().optional().describe('What is locked in escrow.'),
  totalEarned: z.number().optional(),
  totalSpent: z.number().optional(),
  currency: z.string(),
  recentTransactions: z.array(transactionView).optional(),
});

export const getWallet = defineTool({
  name: 'get_wallet',
  title: 'Check the wallet',
  description:
    'Shows the $A9token balance on Humans2AI, what is locked in escrow, and the five newest transactions. ' +
    'Use it before create_task and after a payment. Reads only and is free.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: getWalletInput,
  output,
  async run(_args, { api, signal }) {
    const wallet = await callTool(api, tools.get_wallet, {}, { signal });
    return shown(output, { ...wallet, currency: wallet.currency ?? CURRENCY });
  },
});
