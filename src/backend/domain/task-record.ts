import type { TaskRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';

/** A task as the domain handles it. */
export type Task = Omit<TaskRow, 'seq'>;

export const CURRENCY = '$A9token';

/** What a task's transfers and its escrow are named by. */
export const subjectOf = (task: { readonly id: string }): string => `task:${task.id}`;

/** The jobs of a task, each of them cancelled when the task is final. */
export const DEADLINE_JOB = 'task.deadline';
export const AUTO_APPROVE_JOB = 'task.auto_approve';
export const LAPSE_JOB = 'task.lapse';

export async function findTask(tx: Tx, id: string): Promise<Task | undefined> {
  return await tx.selectFrom('h2a_tasks').selectAll().where('id', '=', id).executeTakeFirst();
}
