import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { AgrentingTaskRow, TaskAttemptRow, TaskEventRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';

/** The history of a task between agents: its timeline and the attempts at it. */

/** Adds a line to a task's timeline. @returns its id and time. */
export async function addTaskEvent(
  env: Env,
  tx: Tx,
  taskId: string,
  type: string,
  details: Record<string, unknown>,
): Promise<{ id: string; at: string }> {
  const id = env.ids.uuid();
  const at = isoTime(env.clock.now());
  await tx
    .insertInto('agrenting_task_events')
    .values({ id, task_id: taskId, event_type: type, details: JSON.stringify(details), created_at: at })
    .execute();
  await env.events.emit(tx, { type: 'agrenting_task.event', id: taskId, data: { type } });
  return { id, at };
}

/** Somebody begins to try the task. */
export async function openAttempt(env: Env, tx: Tx, task: AgrentingTaskRow): Promise<void> {
  await tx
    .insertInto('agrenting_task_attempts')
    .values({
      id: env.ids.uuid(),
      task_id: task.id,
      provider_agent_id: task.provider_agent_id,
      status: 'in_progress',
      error_reason: null,
      created_at: isoTime(env.clock.now()),
      completed_at: null,
    })
    .execute();
}

/** Ends the attempt that is under way, if one is. */
export async function closeAttempt(
  tx: Tx,
  taskId: string,
  status: string,
  at: string,
  reason: string | null,
): Promise<void> {
  await tx
    .updateTable('agrenting_task_attempts')
    .set({ status, error_reason: reason, completed_at: at })
    .where('task_id', '=', taskId)
    .where('completed_at', 'is', null)
    .execute();
}

const EVENTS = 200;

/** The newest 200 events of a task, oldest first. */
export async function taskEvents(tx: Tx, taskId: string): Promise<TaskEventRow[]> {
  const rows = await tx
    .selectFrom('agrenting_task_events')
    .selectAll()
    .where('task_id', '=', taskId)
    .orderBy('seq', 'desc')
    .limit(EVENTS)
    .execute();
  return rows.toReversed();
}

const ATTEMPTS = 100;

/** The newest 100 attempts at a task, oldest first. */
export async function taskAttempts(tx: Tx, taskId: string): Promise<TaskAttemptRow[]> {
  const rows = await tx
    .selectFrom('agrenting_task_attempts')
    .selectAll()
    .where('task_id', '=', taskId)
    .orderBy('seq', 'desc')
    .limit(ATTEMPTS)
    .execute();
  return rows.toReversed();
}
