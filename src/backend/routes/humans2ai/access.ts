import { ApiError } from '../../api-error.js';
import type { Caller } from '../../auth.js';
import { findTask, type Task } from '../../domain/task-record.js';
import type { Tx } from '../../store/schema.js';

/** Who may see and touch a task. */

export const isParticipant = (task: Task, caller: Caller): boolean =>
  caller.kind === 'admin' || caller.account === task.agent_id || caller.account === task.human_id;

/**
 * The task as this caller may see it. One that never went live exists for its owner and for admins only.
 * @throws {ApiError} TASK_NOT_FOUND.
 */
export async function visibleTask(tx: Tx, id: string, caller: Caller): Promise<Task> {
  const task = await findTask(tx, id);
  if (!task || (task.live === 0n && !isParticipant(task, caller))) {
    throw new ApiError('TASK_NOT_FOUND', `Task "${id}" not found`);
  }
  return task;
}

/** @throws {ApiError} TASK_NOT_FOUND, FORBIDDEN. */
export async function ownTask(tx: Tx, id: string, caller: Caller): Promise<Task> {
  const task = await visibleTask(tx, id, caller);
  if (task.agent_id !== caller.account) throw new ApiError('FORBIDDEN', 'You are not the owner of this task.');
  return task;
}

/** The task of the human who was chosen for it. @throws {ApiError} TASK_NOT_FOUND, FORBIDDEN. */
export async function assignedTask(tx: Tx, id: string, caller: Caller): Promise<Task> {
  const task = await visibleTask(tx, id, caller);
  if (task.human_id !== caller.account) throw new ApiError('FORBIDDEN', 'This task is not assigned to you.');
  return task;
}

/** @throws {ApiError} TASK_NOT_FOUND, FORBIDDEN. */
export async function participantTask(tx: Tx, id: string, caller: Caller): Promise<Task> {
  const task = await visibleTask(tx, id, caller);
  if (!isParticipant(task, caller)) throw new ApiError('FORBIDDEN', 'You are not a participant of this task.');
  return task;
}
