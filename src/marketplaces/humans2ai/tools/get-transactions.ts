import * as z from 'zod';
import { defineTool } from '../../define.js';
import { tools } from '../api.js';
import { callTool } from '../client.js';
import { getTransactionsInput } from '../contract/inputs.js';
import { paginationView, shown, transactionView } from '../views.js';

const output = z.object({ transactions: z.array(transactionView), pagination: paginationView.optional() });
const { shape } = getTransactionsInput;

export const getTransactions = defineTool({
  name: 'get_transactions',
  title: 'List transactions',
  description:
    'Lists the transactions of the $A9token wallet on Humans2AI, newest first. ' +
    'Use it to see what was locked, paid, refunded or taken as a fee, and for which task. Reads only and is free.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: getTransactionsInput.extend({
    type: shape.type.describe('Only this type.'),
    limit: shape.limit.describe('How many on a page.'),
    page: shape.page.describe('Which page, from 1.'),
  }),
  output,
  async run(filters, { api, signal }) {
    return shown(output, await callTool(api, tools.get_transactions, filters, { signal }));
  },
});
