import { sql } from 'kysely';
import type { AgrentingTaskRow, TaskAttemptRow, TaskEventRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { countUpTo, cursorBefore, cutPage, type KeysetQuery, keyBefore, type Listing } from './keyset.js';

/** Tasks and what belongs to one, as lists. */

export interface TaskFilter extends KeysetQuery {
  readonly account: string;
  readonly role: 'client' | 'provider';
  readonly status?: AgrentingTaskRow['status'] | undefined;
}

/** Newest first. @throws {ApiError} VALIDATION_ERROR for a foreign cursor. */
export async function listTasks(tx: Tx, filter: TaskFilter): Promise<Listing<AgrentingTaskRow>> {
  const side = filter.role === 'client' ? sql`client` : sql`provider_agent_id`;
  const status = filter.status === undefined ? sql`` : sql`AND status = ${filter.status}`;
  const from = sql`FROM agrenting_tasks WHERE ${side} = ${filter.account} ${status}`;
  const { rows } = await sql<AgrentingTaskRow & { seq: bigint }>`
    SELECT * ${from} AND seq < ${keyBefore(filter.cursor)} ORDER BY seq DESC LIMIT ${filter.limit + 1}`.execute(tx);
  const total = await countUpTo(tx, sql`SELECT 1 ${from}`);
  return { ...cutPage(rows, filter.limit, (row) => cursorBefore(row.seq)), total };
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
