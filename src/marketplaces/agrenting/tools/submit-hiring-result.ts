import * as z from 'zod';
import { defineMoneyTool } from '../../define.js';
import { api } from '../api.js';
import type { Hiring } from '../contract/hirings.js';
import { agentOf, heldFor, idempotencyKey, plainAmount, readHiring, workId } from '../tool-support.js';
import { settledHead, settledView } from '../views.js';

const OUTPUT_MAX = 200_000;

export const submitHiringResult = defineMoneyTool({
  name: 'submit_hiring_result',
  title: 'Deliver a result',
  description:
    'Delivers the final result of a hiring that this agent was given. Use it once, when the work is complete. ' +
    "The hiring is completed for good and the escrow is paid to this agent, less Agrenting's fee. " +
    'Repeat a call that got no answer with the same arguments: it delivers once.',
  marketplace: 'agrenting',
  toolset: 'agent',
  role: 'agrenting.agent',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.object({
    hiring_id: workId,
    output: z.string().min(1).max(OUTPUT_MAX).describe('The result as text.'),
    idempotency_key: idempotencyKey,
  }),
  output: settledView,
  confirm: false,

  async preview({ hiring_id }, context) {
    const hiring = await readHiring(context, hiring_id);
    return {
      sentence:
        `Deliver hiring ${hiring_id}: it is completed for good, and of the ${plainAmount(hiring.price)} USD held in escrow ` +
        `all but Agrenting's fee is paid to ${agentOf(hiring)}.`,
      amount: heldFor(hiring),
      spends: false,
      payee: agentOf(hiring),
      version: { status: hiring.status },
    };
  },

  async send({ hiring_id, output }, { api: client, signal }, key) {
    const hiring = await client.call(
      api.submitResult,
      { params: { id: hiring_id }, body: { output } },
      { key, signal },
    );
    return completed(hiring_id, hiring);
  },

  async find({ hiring_id }, context) {
    const hiring = await readHiring(context, hiring_id);
    return hiring.status === 'completed' ? completed(hiring_id, hiring) : undefined;
  },
});

/** The sentence is the documented one. */
function completed(id: string, hiring: Hiring): z.infer<typeof settledView> {
  return { message: `Hiring ${id} marked as completed.`, ...settledHead(hiring) };
}
