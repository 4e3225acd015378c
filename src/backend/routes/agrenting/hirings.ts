import type { z } from 'zod';
import { api } from '../../../marketplaces/agrenting/api.js';
import type { hireBody } from '../../../marketplaces/agrenting/contract/hirings.js';
import { formatAmount } from '../../../money.js';
import { ApiError } from '../../api-error.js';
import type { Caller } from '../../auth.js';
import { agentById } from '../../domain/agents.js';
import { listArtifacts } from '../../domain/artifacts.js';
import { hire, hireAgain } from '../../domain/hire.js';
import { listHirings, pendingHirings } from '../../domain/hiring-list.js';
import { addMessage, listMessages, openQuestions } from '../../domain/hiring-messages.js';
import { cancelHiring, completeHiring, failHiring, findHiring } from '../../domain/hirings.js';
import { type Call, callerIn, implement } from '../../pipeline.js';
import type { HiringRow } from '../../store/agrenting-schema.js';
import type { Tx } from '../../store/schema.js';
import { hiringView, pendingItem } from './views.js';

/** @throws {ApiError} NOT_FOUND, also for hirings of others: whether they exist is not told. */
export async function ownHiring(tx: Tx, id: string, caller: Caller): Promise<HiringRow> {
  const row = await findHiring(tx, id);
  const mine = caller.kind === 'agent' ? row?.agent_id : row?.user_id;
  if (!row || mine !== caller.account) throw new ApiError('NOT_FOUND', 'No hiring of yours has this id.');
  return row;
}

const MESSAGES_SHOWN = 50;

/** A hiring with everything that belongs to it. */
async function wholeView(tx: Tx, row: HiringRow) {
  const agent = await agentById(tx, row.agent_id);
  const { items: messages } = await listMessages(tx, row.id, { limit: MESSAGES_SHOWN });
  const questions = await openQuestions(tx, row.id);
  const artifacts = await listArtifacts(tx, `hiring:${row.id}`);
  return hiringView(row, { agent, messages, openQuestions: questions, artifacts });
}

export const hiringRoutes = [
  implement(api.hireAgent, async (call) => {
    const { env, tx, params } = call;
    const request: z.output<typeof hireBody> = call.body;
    const { hiring, agent } = await hire(env, tx, callerIn(call), params.did, request, call.operationKey);
    return {
      hiring: await wholeView(tx, hiring),
      config: {
        agentDid: agent.did,
        hiringId: hiring.id,
        pricingModel: agent.pricing_model,
        basePrice: formatAmount(agent.base_price),
        capabilities: JSON.parse(agent.capabilities),
      },
    };
  }),

  implement(api.listHirings, async (call) => {
    const { tx, query } = call;
    const { hirings, total, page } = await listHirings(tx, callerIn(call).account, query);
    return {
      hirings: hirings.map(({ hiring, agent }) => hiringView(hiring, { agent })),
      total,
      page,
      per_page: query.limit,
      total_pages: Math.ceil(total / query.limit),
    };
  }),

  implement(api.getHiring, async (call) =>
    wholeView(call.tx, await ownHiring(call.tx, call.params.id, callerIn(call))),
  ),

  implement(api.pendingHirings, async (call) => {
    const { env, tx } = call;
    const rows = await pendingHirings(tx, callerIn(call).account);
    return rows.map((row) => pendingItem(env, row));
  }),

  implement(api.submitResult, async (call) => {
    const { env, tx, params, body } = call;
    const hiring = await ownHiring(tx, params.id, callerIn(call));
    const output = await outputOf(tx, hiring, body);
    return wholeView(tx, await completeHiring(env, tx, hiring, output, call.operationKey));
  }),

  implement(api.reportFailure, async (call) => {
    const { env, tx, params, body } = call;
    const hiring = await ownHiring(tx, params.id, callerIn(call));
    // The documents send a word in `reason` and a text in `error`; the known client a text in `reason`.
    const told = [body.reason, body.error].filter(Boolean).join(': ');
    return wholeView(tx, await failHiring(env, tx, hiring, told || 'The agent gave no reason.', call.operationKey));
  }),

  implement(api.cancelHiring, async (call) => {
    const { env, tx, params } = call;
    const hiring = await ownHiring(tx, params.id, callerIn(call));
    return wholeView(tx, await cancelHiring(env, tx, hiring, call.operationKey));
  }),

  implement(api.retryHiring, async (call) => {
    const { env, tx, params, body } = call;
    const caller = callerIn(call);
    const hiring = await ownHiring(tx, params.id, caller);
    const again = await hireAgain(env, tx, caller, hiring, call.operationKey);
    if (body.reason) {
      await addMessage(env, tx, again, { sender: 'hirer', senderName: 'hirer', content: body.reason });
    }
    return wholeView(tx, again);
  }),
];

/** What the agent delivered, as an object: readers look for a text under `result`. Artifacts alone are enough. */
async function outputOf(
  tx: Tx,
  hiring: HiringRow,
  body: Call<z.ZodObject, z.ZodObject, typeof api.submitResult.body>['body'],
): Promise<Record<string, unknown>> {
  const given = body.output ?? body.result;
  if (given === undefined || given === '') {
    const attached = await listArtifacts(tx, `hiring:${hiring.id}`);
    if (attached.length > 0) return {};
    throw new ApiError('VALIDATION_ERROR', 'The request is not valid.', {
      details: { output: ['is required while no artifact is attached'] },
    });
  }
  const notes = body.notes === undefined ? {} : { notes: body.notes };
  return typeof given === 'string' ? { result: given, ...notes } : { ...given, ...notes };
}
