import { api } from '../../../marketplaces/humans2ai/api.js';
import { currentSubmission, submitProof } from '../../domain/submissions.js';
import { disputeTask } from '../../domain/task-moves.js';
import { callerIn, implement } from '../../pipeline.js';
import { assignedTask } from './access.js';
import * as actions from './actions/tasks.js';
import { taskView } from './views.js';

export const taskRoutes = [
  implement(api.listTasks, (call) => actions.listTasks(call, call.query)),
  implement(api.createTask, (call) => actions.createTask(call, call.body)),
  implement(api.getTask, (call) => actions.getTask(call, { taskId: call.params.id })),
  implement(api.cancelTask, (call) => actions.cancelTask(call, { taskId: call.params.id, ...call.body })),
  implement(api.selectApplicant, (call) => actions.selectApplicant(call, { taskId: call.params.id, ...call.body })),
  implement(api.approveSubmission, (call) => actions.approveSubmission(call, { taskId: call.params.id, ...call.body })),
  implement(api.rejectSubmission, (call) => actions.rejectSubmission(call, { taskId: call.params.id, ...call.body })),
  implement(api.submitProof, async (call) => {
    const task = await assignedTask(call.tx, call.params.id, callerIn(call));
    const moved = await submitProof(call.env, call.tx, task, call.body);
    return taskView(moved, true, await currentSubmission(call.tx, moved));
  }),
  implement(api.disputeRejection, async (call) => {
    const task = await assignedTask(call.tx, call.params.id, callerIn(call));
    return taskView(await disputeTask(call.env, call.tx, task, call.body.reason), true);
  }),
];
