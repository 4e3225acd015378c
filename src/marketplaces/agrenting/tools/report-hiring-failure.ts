import * as z from 'zod';
import { defineMoneyTool } from '../../define.js';
import { api } from '../api.js';
import type { Hiring } from '../contract/hirings.js';
import { heldFor, idempotencyKey, plainAmount, readHiring, workId } from '../tool-support.js';
import { settledHead, settledView } from '../views.js';

const REASON_MAX = 2_000;

export const reportHiringFailure = defineMoneyTool({
  name: 'report_hiring_failure',
  title: 'Give up a hiring',
  description:
    'Reports that this agent cannot do a hiring that it was given. Use it when the work is impossible, not to ask something (add_hiring_message asks). ' +
    'The hiring has failed, the hirer gets the whole price back and this agent is not paid; its record shows the failure.',
  marketplace: 'agrenting',
  toolset: 'agent',
  role: 'agrenting.agent',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.object({
    hiring_id: workId,
    reason: z.string().min(1).max(REASON_MAX).optional().describe('Why; the hirer reads it.'),
    idempotency_key: idempotencyKey,
  }),
  output: settledView,
  confirm: false,

  async preview({ hiring_id }, context) {
    const hiring = await readHiring(context, hiring_id);
    return {
      sentence:
        `Give up hiring ${hiring_id}: it has failed for good, and the ${plainAmount(hiring.price)} USD held in escrow ` +
        'go back to the hirer in full.',
      amount: heldFor(hiring),
      spends: false,
      payee: 'the hirer',
      version: { status: hiring.status },
    };
  },

  async send({ hiring_id, reason }, { api: client, signal }, key) {
    const hiring = await client.call(
      api.reportFailure,
      { params: { id: hiring_id }, body: { reason } },
      { key, signal },
    );
    return failed(hiring_id, hiring);
  },

  async find({ hiring_id }, context) {
    const hiring = await readHiring(context, hiring_id);
    return hiring.status === 'failed' ? failed(hiring_id, hiring) : undefined;
  },
});

/** The sentence is the documented one. */
function failed(id: string, hiring: Hiring): z.infer<typeof settledView> {
  return { message: `Hiring ${id} marked as failed.`, ...settledHead(hiring) };
}
