import { type RawBuilder, sql } from 'kysely';
import { ApiError } from '../api-error.js';
import type { Tx } from '../store/schema.js';

/**
 * Pages of Agrenting's lists. A cursor is opaque to clients (contract notes §1.5): base64url of the sort key that the
 * next page begins after, so a page costs the same wherever it is. `offset` is honoured for clients that count.
 */

export interface KeysetQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly offset?: number | undefined;
}

/** A page of a list, as the pipeline's Page wants it. */
export interface Listing<Row> {
  readonly items: Row[];
  readonly total: number;
  readonly cursor: string | null;
  readonly hasMore: boolean;
}

/** No sort key is larger. */
const ALL = 9_223_372_036_854_775_807n;

/** The sort key below which a page lies. @throws {ApiError} VALIDATION_ERROR for a cursor that is none of ours. */
export function keyBefore(cursor: string | undefined): bigint {
  if (cursor === undefined) return ALL;
  const text = /^\{"before":"(\d{1,18})"\}$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (text === undefined) throw badCursor();
  return BigInt(text);
}

export const cursorBefore = (key: bigint): string => encode({ before: String(key) });

/** The same for a list by name. */
export function nameAfter(cursor: string | undefined): string {
  if (cursor === undefined) return '';
  const text = /^\{"after":"([^"\\]{1,200})"\}$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.[1];
  if (text === undefined) throw badCursor();
  return text;
}

export const cursorAfter = (name: string): string => encode({ after: name });

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function badCursor(): ApiError {
  return new ApiError('VALIDATION_ERROR', 'The request is not valid.', {
    details: { cursor: ['must be the cursor of an earlier page of this list'] },
  });
}

/** `offset` counts only where there is no cursor. */
export const offsetOf = (query: KeysetQuery): number => (query.cursor === undefined ? (query.offset ?? 0) : 0);

/** Cuts off the row that was read beyond the page, and says where the next page begins. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
): Omit<Listing<Row>, 'total'> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit;
  return { items, hasMore, cursor: hasMore && last !== undefined ? cursorOf(last) : null };
}

const COUNTED = 1_000;

/** How many rows a query has, counted up to 1,000: totals "may be approximate", their cost may not grow. */
export async function countUpTo(tx: Tx, query: RawBuilder<unknown>): Promise<number> {
  const counted = await sql<{ n: bigint }>`SELECT count(*) AS n FROM (${query} LIMIT ${COUNTED})`.execute(tx);
  return Number(counted.rows[0]?.n ?? 0n);
}

/** A total that triggers keep. */
export async function totalNamed(tx: Tx, name: string): Promise<number> {
  const row = await tx.selectFrom('counters').select('n').where('name', '=', name).executeTakeFirst();
  return Number(row?.n ?? 0n);
}
