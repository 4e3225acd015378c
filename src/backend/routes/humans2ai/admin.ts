import { api } from '../../../marketplaces/humans2ai/api.js';
import { declineTask, openTask, ruleTask } from '../../domain/task-moves.js';
import { callerIn, implement } from '../../pipeline.js';
import { visibleTask } from './access.js';
import { taskView } from './views.js';

export const adminRoutes = [
  implement(api.approveReview, async (call) => {
    const task = await visibleTask(call.tx, call.params.id, callerIn(call));
    return taskView(await openTask(call.env, call.tx, task), true);
  }),
  implement(api.declineReview, async (call) => {
    const task = await visibleTask(call.tx, call.params.id, callerIn(call));
    return taskView(await declineTask(call.env, call.tx, task), true);
  }),
  implement(api.ruleDispute, async (call) => {
    const task = await visibleTask(call.tx, call.params.id, callerIn(call));
    return taskView(await ruleTask(call.env, call.tx, task, call.body.outcome), true);
  }),
];
