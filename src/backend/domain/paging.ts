import { ApiError } from '../api-error.js';
import type { Tx } from '../store/schema.js';

/** Pages by number, as Humans2AI has them. Totals come from counters, so no list is ever counted. */

export interface PageQuery {
  readonly limit: number;
  readonly page: number;
}

/** Rows that are skipped cost something; this is how many may be. */
const DEEPEST = 100_000;

/** @throws {ApiError} VALIDATION_ERROR when the page lies beyond the 100,000th row. */
export function offsetOf({ limit, page }: PageQuery): number {
  const offset = (page - 1) * limit;
  if (offset <= DEEPEST) return offset;
  const problem = `only the first ${DEEPEST} entries can be paged through; narrow the filters`;
  throw new ApiError('VALIDATION_ERROR', `page: ${problem}.`, { details: { page: [problem] } });
}

export const paginationView = ({ limit, page }: PageQuery, total: bigint) => ({
  page,
  pageSize: limit,
  totalItems: Number(total),
  totalPages: Math.ceil(Number(total) / limit),
});

/** The count (or sum) that triggers keep under a name. */
export async function counter(tx: Tx, name: string): Promise<bigint> {
  const row = await tx.selectFrom('counters').select('n').where('name', '=', name).executeTakeFirst();
  return row?.n ?? 0n;
}
