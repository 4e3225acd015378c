import { type RawBuilder, sql } from 'kysely';
import { formatAmount } from '../../money.js';
import type { PaymentRow } from '../store/agrenting-schema.js';
import type { TransferKind, Tx } from '../store/schema.js';
import { CURRENCY } from './hirings.js';
import { countUpTo, cursorBefore, cutPage, type KeysetQuery, keyBefore, type Listing, offsetOf } from './keyset.js';
import { accountId } from './ledger.js';

/** What moved somebody's available money, newest first: read from the ledger itself, merged from two of its indexes. */

export interface StatementQuery extends KeysetQuery {
  readonly type?: TransferKind | undefined;
}

export interface Entry {
  readonly id: string;
  readonly type: string;
  /** Signed decimal: money that left is negative. */
  readonly amount: string;
  readonly currency: string;
  readonly status: string;
  readonly hiring_id: string | null;
  readonly task_id: string | null;
  readonly description: string;
  readonly created_at: string;
}

interface Line {
  id: bigint;
  kind: string;
  amount: bigint;
  subject: string;
  created_at: string;
}

/** @throws {ApiError} VALIDATION_ERROR for a foreign cursor. */
export async function statement(tx: Tx, owner: string, query: StatementQuery): Promise<Listing<Entry>> {
  const account = accountId(owner, 'available', CURRENCY);
  const kind = query.type === undefined ? sql`` : sql`AND kind = ${query.type}`;
  // Two ordered halves, merged by the database without sorting.
  const merged = (columns: (sign: number) => RawBuilder<unknown>, bound: RawBuilder<unknown>) => {
    const half = (side: RawBuilder<unknown>, sign: number) =>
      sql`SELECT ${columns(sign)} FROM transfers WHERE ${side} = ${account} ${kind} ${bound}`;
    return sql`${half(sql`debit`, -1)} UNION ALL ${half(sql`credit`, 1)}`;
  };
  const signed = (sign: number) => sql`id, kind, amount * ${sql.lit(sign)} AS amount, subject, created_at`;
  const { rows } = await sql<Line>`
    ${merged(signed, sql`AND id < ${keyBefore(query.cursor)}`)}
    ORDER BY id DESC LIMIT ${query.limit + 1} OFFSET ${offsetOf(query)}`.execute(tx);
  const page = cutPage(rows, query.limit, (row) => cursorBefore(row.id));
  const total = await countUpTo(
    tx,
    merged(() => sql`1`, sql``),
  );
  return { ...page, items: page.items.map(entryOf), total };
}

const DESCRIPTIONS: Record<string, string> = {
  deposit: 'Deposit',
  withdrawal: 'Withdrawal',
  grant: 'Sandbox money',
  lock: 'Held in escrow',
  release: 'Paid out of escrow, less the fee',
  fee: 'Fee',
  refund: 'Refunded from escrow',
};

function entryOf(line: Line): Entry {
  const [about = '', subjectId = ''] = line.subject.split(':');
  const ofProvider = about === 'deposit' || about === 'withdrawal';
  return {
    // The id under which a deposit or a withdrawal was answered.
    id: ofProvider ? subjectId : String(line.id),
    type: line.kind,
    amount: formatAmount(line.amount),
    currency: CURRENCY,
    status: 'completed',
    hiring_id: about === 'hiring' ? subjectId : null,
    task_id: about === 'agrenting-task' ? subjectId : null,
    description: DESCRIPTIONS[line.kind] ?? line.kind,
    created_at: line.created_at,
  };
}

/** Deposits that the payment provider has not confirmed yet, newest first. */
export async function pendingDeposits(tx: Tx, owner: string, query: KeysetQuery): Promise<Listing<Entry>> {
  const rows = await tx
    .selectFrom('agrenting_payments')
    .selectAll()
    .where('account', '=', owner)
    .where('status', '=', 'pending')
    .where('seq', '<', keyBefore(query.cursor))
    .orderBy('seq', 'desc')
    .limit(query.limit + 1)
    .offset(offsetOf(query))
    .execute();
  const page = cutPage(rows, query.limit, (row) => cursorBefore(row.seq));
  const pending = sql`SELECT 1 FROM agrenting_payments WHERE account = ${owner} AND status = 'pending'`;
  return { ...page, items: page.items.map(pendingEntry), total: await countUpTo(tx, pending) };
}

const pendingEntry = (row: PaymentRow): Entry => ({
  id: row.id,
  type: 'deposit',
  amount: formatAmount(row.amount),
  currency: CURRENCY,
  status: row.status,
  hiring_id: null,
  task_id: row.task_id,
  description: DESCRIPTIONS.deposit ?? '',
  created_at: row.created_at,
});
