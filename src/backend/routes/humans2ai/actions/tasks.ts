import { requireUser } from '../../../domain/accounts.js';
import { type PageQuery, paginationView } from '../../../domain/paging.js';
import { currentSubmission } from '../../../domain/submissions.js';
import { listTasks as findTasks, type TaskFilter } from '../../../domain/task-list.js';
import * as moves from '../../../domain/task-moves.js';
import * as domain from '../../../domain/tasks.js';
import { callerIn } from '../../../pipeline.js';
import { isParticipant, ownTask, visibleTask } from '../access.js';
import { paymentView, taskView } from '../views.js';
import { type ActionCall, confirmed } from './action.js';

/** What an agent does with tasks. */

interface OfTask {
  readonly taskId: string;
  readonly confirmationToken?: string | undefined;
  readonly [name: string]: unknown;
}
type NewTask = domain.NewTask & { readonly confirmationToken?: string | undefined; readonly [name: string]: unknown };

export const createTask = confirmed('create_task', async (call, input: NewTask) => {
  const agent = await requireUser(call.tx, callerIn(call).account);
  return taskView(await domain.createTask(call.env, call.tx, agent, input, call.operationKey), true);
});

export async function listTasks(call: ActionCall, input: TaskFilter & PageQuery) {
  const caller = callerIn(call);
  const { rows, total } = await findTasks(call.tx, input, { id: caller.account, admin: caller.kind === 'admin' });
  return {
    tasks: rows.map((row) => taskView(row, isParticipant(row, caller), undefined, caller.kind === 'agent')),
    pagination: paginationView(input, total),
  };
}

export async function getTask(call: ActionCall, input: { readonly taskId: string }) {
  const caller = callerIn(call);
  const task = await visibleTask(call.tx, input.taskId, caller);
  const submission = await currentSubmission(call.tx, task);
  return taskView(task, isParticipant(task, caller), submission, caller.kind === 'agent');
}

export const cancelTask = confirmed('cancel_task', async (call, input: OfTask) => {
  const task = await ownTask(call.tx, input.taskId, callerIn(call));
  const moved = await moves.cancelTask(call.env, call.tx, task, call.operationKey);
  return { task: taskView(moved, true), message: 'Task cancelled and escrow refunded' };
});

export const selectApplicant = confirmed(
  'select_applicant',
  async (call, input: OfTask & { readonly humanId: string }) => {
    const task = await ownTask(call.tx, input.taskId, callerIn(call));
    const moved = await moves.assignTask(call.env, call.tx, task, input.humanId);
    return { task: taskView(moved, true), message: 'Applicant selected' };
  },
);

export const approveSubmission = confirmed('approve_submission', async (call, input: OfTask) => {
  const task = await ownTask(call.tx, input.taskId, callerIn(call));
  const moved = await moves.approveTask(call.env, call.tx, task, call.operationKey);
  return {
    task: taskView(moved, true, await currentSubmission(call.tx, moved), true),
    payment: paymentView(moved),
    message: 'Task approved and payment released',
  };
});

export const rejectSubmission = confirmed(
  'reject_submission',
  async (call, input: OfTask & { readonly reason: string }) => {
    const task = await ownTask(call.tx, input.taskId, callerIn(call));
    const moved = await moves.rejectTask(call.env, call.tx, task, input.reason);
    return {
      task: taskView(moved, true, await currentSubmission(call.tx, moved), true),
      message: 'Submission rejected',
    };
  },
);
