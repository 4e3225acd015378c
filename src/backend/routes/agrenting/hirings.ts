import { api } from '../../../marketplaces/agrenting/api.js';
import { parseAmount } from '../../../money.js';
import { ApiError } from '../../api-error.js';
import { agentById, createHiring, findHiring } from '../../domain/hirings.js';
import { callerIn, implement } from '../../pipeline.js';
import { hiringView } from './views.js';

export const hiringRoutes = [
  implement(api.hireAgent, async (call) => {
    const { tx, env, params, body } = call;
    const agent = await tx.selectFrom('agrenting_agents').selectAll().where('did', '=', params.did).executeTakeFirst();
    if (!agent) throw new ApiError('NOT_FOUND', 'No agent has this DID.');
    const row = await createHiring(env, tx, {
      userId: callerIn(call).account,
      agent,
      price: parseAmount(body.price),
      capability: body.capability_requested,
      description: body.task_description,
      deliveryMode: body.delivery_mode,
      operationKey: call.operationKey,
    });
    return {
      hiring: hiringView(row, { agent, messages: [], artifacts: [] }),
      config: { agentDid: agent.did, hiringId: row.id },
    };
  }),
  implement(api.getHiring, async ({ tx, params }) => {
    const row = await findHiring(tx, params.id);
    if (!row) throw new ApiError('NOT_FOUND', 'No hiring has this id.');
    return hiringView(row, { agent: await agentById(tx, row.agent_id), messages: [], artifacts: [] });
  }),
];
