import { applicationsOf } from '../../../domain/applications.js';
import { addTaskMessage, messagesOf } from '../../../domain/task-messages.js';
import { callerIn } from '../../../pipeline.js';
import { ownTask, participantTask } from '../access.js';
import { applicationView, messageView } from '../views.js';
import type { ActionCall } from './action.js';

/** Who applied for a task, and what its participants say. */

export async function listApplicants(call: ActionCall, input: { readonly taskId: string }) {
  const task = await ownTask(call.tx, input.taskId, callerIn(call));
  const applications = (await applicationsOf(call.tx, task.id)).map((row) => applicationView(row, true));
  return { taskId: task.id, applications, total: applications.length };
}

export async function sendMessage(call: ActionCall, input: { readonly taskId: string; readonly content: string }) {
  const caller = callerIn(call);
  const task = await participantTask(call.tx, input.taskId, caller);
  const sender = { id: caller.account, role: caller.kind };
  return messageView(await addTaskMessage(call.env, call.tx, task, sender, input.content), false);
}

export async function getMessages(call: ActionCall, input: { readonly taskId: string }) {
  const caller = callerIn(call);
  const task = await participantTask(call.tx, input.taskId, caller);
  const messages = (await messagesOf(call.tx, task.id)).map((row) => messageView(row, caller.kind === 'agent'));
  return { taskId: task.id, messages, total: Number(task.message_count) };
}
