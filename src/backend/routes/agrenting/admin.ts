import { api } from '../../../marketplaces/agrenting/api.js';
import { ApiError } from '../../api-error.js';
import { setAgentSuspended } from '../../domain/agents.js';
import { ruleTask, taskById } from '../../domain/agrenting-tasks.js';
import { implement } from '../../pipeline.js';
import type { AgrentingAgentRow } from '../../store/agrenting-schema.js';
import { taskView } from './task-views.js';

const stateView = ({ id, did, status }: AgrentingAgentRow) => ({ id, did, status });

export const adminRoutes = [
  implement(api.ruleTaskDispute, async ({ env, tx, params, body, operationKey }) => {
    const task = await taskById(tx, params.id);
    if (!task) throw new ApiError('NOT_FOUND', 'There is no task with this id.');
    const percent = { refund: 0, release: 100, split: 0 }[body.outcome];
    const providerPercent = BigInt(body.outcome === 'split' ? body.provider_percent : percent);
    return taskView(await ruleTask(env, tx, task, providerPercent, operationKey));
  }),
  implement(api.suspendAgent, async ({ env, tx, params }) =>
    stateView(await setAgentSuspended(env, tx, params.id, true)),
  ),
  implement(api.reinstateAgent, async ({ env, tx, params }) =>
    stateView(await setAgentSuspended(env, tx, params.id, false)),
  ),
];
