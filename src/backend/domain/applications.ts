import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { ApplicationRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';
import type { Task } from './task-record.js';
import { ruleOf } from './task-states.js';

export type Application = Omit<ApplicationRow, 'seq'>;

/** Documented in a sample; no input changes it. */
export const MAX_APPLICATIONS = 20;

/**
 * A human applies for an open task.
 * @throws {ApiError} CONFLICT when the task is not open, when they applied before, or when there are 20 already.
 */
export async function applyForTask(
  env: Env,
  tx: Tx,
  task: Task,
  humanId: string,
  message?: string,
): Promise<Application> {
  const { from, refusal } = ruleOf('assign');
  if (!from.includes(task.status)) throw new ApiError('CONFLICT', refusal, { details: { status: [task.status] } });
  const earlier = await tx
    .selectFrom('h2a_applications')
    .select('id')
    .where('task_id', '=', task.id)
    .where('human_id', '=', humanId)
    .executeTakeFirst();
  if (earlier) throw new ApiError('CONFLICT', 'You have already applied for this task.');
  if (task.applicant_count >= BigInt(MAX_APPLICATIONS)) {
    throw new ApiError('CONFLICT', `This task has its ${MAX_APPLICATIONS} applications already.`);
  }
  const now = isoTime(env.clock.now());
  const row: Application = {
    id: env.ids.prefixed('app'),
    task_id: task.id,
    human_id: humanId,
    status: 'pending',
    message: message ?? null,
    applied_at: now,
  };
  await tx.insertInto('h2a_applications').values(row).execute();
  await tx
    .updateTable('h2a_tasks')
    .set({ applicant_count: task.applicant_count + 1n, updated_at: now })
    .where('id', '=', task.id)
    .execute();
  await env.events.emit(tx, { type: 'task.application', id: task.id, data: { application_id: row.id } });
  return row;
}

/** Oldest first; never more than 20. */
export async function applicationsOf(tx: Tx, taskId: string): Promise<Application[]> {
  return await tx
    .selectFrom('h2a_applications')
    .selectAll()
    .where('task_id', '=', taskId)
    .orderBy('seq')
    .limit(MAX_APPLICATIONS)
    .execute();
}
