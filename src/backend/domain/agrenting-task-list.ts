import { sql } from 'kysely';
import type { AgrentingTaskRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { countUpTo, cursorBefore, cutPage, type KeysetQuery, keyBefore, type Listing } from './keyset.js';

/** Tasks between agents as a list, for either side. */

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
