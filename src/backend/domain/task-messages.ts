import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { TaskMessageRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';
import type { Task } from './task-record.js';

/** A chat is read whole (documented), so it has an end (ours). */
export const MAX_MESSAGES = 1_000;

export interface Sender {
  readonly id: string;
  readonly role: string;
}

/** Adds a message to the chat of a task. @throws {ApiError} CONFLICT when the chat is full. */
export async function addTaskMessage(
  env: Env,
  tx: Tx,
  task: Task,
  sender: Sender,
  content: string,
): Promise<Omit<TaskMessageRow, 'seq'>> {
  if (task.message_count >= BigInt(MAX_MESSAGES)) {
    throw new ApiError('CONFLICT', `The chat of this task is full: it holds ${MAX_MESSAGES} messages.`);
  }
  const now = isoTime(env.clock.now());
  const row = {
    id: env.ids.prefixed('msg'),
    task_id: task.id,
    sender_id: sender.id,
    sender_role: sender.role,
    content,
    created_at: now,
  };
  await tx.insertInto('h2a_messages').values(row).execute();
  await tx
    .updateTable('h2a_tasks')
    .set({ message_count: task.message_count + 1n, updated_at: now })
    .where('id', '=', task.id)
    .execute();
  await env.events.emit(tx, { type: 'task.message', id: task.id, data: { message_id: row.id, sender: sender.id } });
  return row;
}

/** The whole chat, oldest first. */
export async function messagesOf(tx: Tx, taskId: string): Promise<Omit<TaskMessageRow, 'seq'>[]> {
  return await tx
    .selectFrom('h2a_messages')
    .selectAll()
    .where('task_id', '=', taskId)
    .orderBy('seq')
    .limit(MAX_MESSAGES)
    .execute();
}
