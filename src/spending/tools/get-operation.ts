import * as z from 'zod';
import { HirewireError } from '../../errors.js';
import { defineTool } from '../../marketplaces/define.js';

export const getOperation = defineTool({
  name: 'get_operation',
  title: 'Look up a money operation',
  description:
    'Tells what became of a call that moves money, by its operation id, and settles it first if its answer was lost. ' +
    'Use it after OUTCOME_UNKNOWN, or to check an earlier payment. It never starts anything new.',
  marketplace: 'hirewire',
  toolset: 'operations',
  role: 'agrenting.hirer',
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  input: z.object({ id: z.string().min(1).max(128).describe('operation.id of the earlier answer.') }),
  output: z.object({
    id: z.string(),
    tool: z.string(),
    state: z.string().describe('prepared, sent, unknown: open; done: it happened once; refused: nothing moved.'),
    amount: z.string(),
    payee: z.string(),
    confirmed_by: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
    attempts: z.number().int(),
    error_code: z.string().optional(),
    result: z.unknown().optional().describe('Ids, states and amounts of the first answer.'),
    next: z.string(),
  }),
  async run({ id }, { spending }) {
    const operation = await spending.operation(id);
    if (operation) return operation;
    throw new HirewireError({
      code: 'NOT_FOUND',
      message: 'The journal of this computer has no operation with this id.',
      changed: 'no',
      next: 'Read the resource operations://recent, or ask the person to run "hirewire operations".',
      retrySafe: false,
    });
  },
});
