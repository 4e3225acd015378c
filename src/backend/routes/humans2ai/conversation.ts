import { api } from '../../../marketplaces/humans2ai/api.js';
import { applyForTask } from '../../domain/applications.js';
import { callerIn, implement } from '../../pipeline.js';
import { visibleTask } from './access.js';
import * as actions from './actions/conversation.js';
import { applicationView } from './views.js';

export const conversationRoutes = [
  implement(api.applyForTask, async (call) => {
    const caller = callerIn(call);
    const task = await visibleTask(call.tx, call.params.id, caller);
    return applicationView(await applyForTask(call.env, call.tx, task, caller.account, call.body.message), false);
  }),
  implement(api.listApplications, (call) => actions.listApplicants(call, { taskId: call.params.id })),
  implement(api.listMessages, (call) => actions.getMessages(call, { taskId: call.params.id })),
  implement(api.sendMessage, (call) => actions.sendMessage(call, { taskId: call.params.id, ...call.body })),
];
