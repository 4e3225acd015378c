import * as z from 'zod';
import { HirewireError } from '../../../errors.js';
import { defineMoneyTool } from '../../define.js';
import { api } from '../api.js';
import { HIRING_STATUSES } from '../contract/hirings.js';
import {
  agentOf,
  confirmationToken,
  heldFor,
  hiringId,
  idempotencyKey,
  plainAmount,
  readHiring,
} from '../tool-support.js';
import { hiringState, hiringStateOf, isFinal } from '../views.js';

export const cancelHiring = defineMoneyTool({
  name: 'cancel_hiring',
  title: 'Cancel a hiring',
  description:
    'Cancels a hiring that is not final. Use it when the work is no longer wanted. ' +
    'The price held in escrow comes back in full and the agent stops; what it did so far is lost. ' +
    'If the agent delivers first, the hiring stays completed and nothing comes back.',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  input: z.object({
    hiring_id: hiringId,
    idempotency_key: idempotencyKey,
    confirmation_token: confirmationToken,
  }),
  output: hiringState,
  tokenArgument: 'confirmation_token',
  confirm: true,

  async preview({ hiring_id }, context) {
    const hiring = await readHiring(context, hiring_id);
    if (isFinal(hiring)) throw alreadyFinal(hiring.status);
    return {
      sentence:
        `Cancel hiring ${hiring_id} with ${agentOf(hiring)}: the ${plainAmount(hiring.price)} USD held in escrow come back ` +
        'to your available balance in full, without a fee. The agent is not paid, and this cannot be undone.',
      amount: heldFor(hiring),
      spends: false,
      payee: agentOf(hiring),
      version: { status: hiring.status, held: plainAmount(hiring.price) },
    };
  },

  async send({ hiring_id }, { api: client, signal }, key) {
    return hiringStateOf(await client.call(api.cancelHiring, { params: { id: hiring_id } }, { key, signal }));
  },

  async find({ hiring_id }, context) {
    const hiring = await readHiring(context, hiring_id);
    return hiring.status === 'cancelled' ? hiringStateOf(hiring) : undefined;
  },
});

function alreadyFinal(status: string): HirewireError {
  const known = HIRING_STATUSES.find((candidate) => candidate === status) ?? 'final';
  return new HirewireError({
    code: 'CONFLICT',
    message: `This hiring is already ${known} and can no longer be cancelled.`,
    changed: 'no',
    next: 'Read it with get_hiring_status.',
    retrySafe: false,
  });
}
