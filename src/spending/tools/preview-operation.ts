import * as z from 'zod';
import { defineTool } from '../../marketplaces/define.js';
import { describeMoney } from '../../money.js';

export const previewOperation = defineTool({
  name: 'preview_operation',
  title: 'Preview a money call',
  description:
    'Shows what a call that moves money would do and cost, read live, without doing it: a dry run of hire_agent, cancel_hiring, ' +
    'create_task, cancel_task, select_applicant, approve_submission or reject_submission. Changes nothing and makes no token.',
  marketplace: 'hirewire',
  toolset: 'operations',
  role: 'agrenting.hirer',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    tool: z.string().max(64).describe('Name of the money tool.'),
    arguments: z.record(z.string(), z.unknown()).describe('The arguments that the call would have.'),
  }),
  output: z.object({
    preview: z.string().describe('One sentence to show to the person.'),
    amount: z.string(),
    spends: z.boolean().describe('Whether this amount would leave the available balance now.'),
    payee: z.string(),
    allowed: z.string().describe("Whether the person's limits would let it through."),
  }),
  async run({ tool, arguments: args }, { spending }) {
    const preview = await spending.preview(tool, args);
    return {
      preview: preview.sentence,
      amount: describeMoney(preview.amount),
      spends: preview.spends,
      payee: preview.payee,
      allowed: preview.allowed,
    };
  },
});
