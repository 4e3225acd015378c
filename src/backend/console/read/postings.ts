import type { Selectable } from 'kysely';
import type { AccountRow, TransferRow, Tx } from '../../store/schema.js';
import type { MoneyState } from '../parts/flow.js';
import { namesOf } from './names.js';

/** Postings of the ledger as the console shows them, each read through an index. */

export interface Posting extends Selectable<TransferRow> {
  readonly currency: string;
  readonly from: Side;
  readonly to: Side;
}

export interface Side {
  readonly account: string;
  readonly owner: string;
  readonly kind: AccountRow['kind'];
  /** In their own words. */
  readonly name: string;
}

/** All postings of one hiring or task, of every attempt, oldest first. */
export async function postingsOf(tx: Tx, subject: string): Promise<Posting[]> {
  const rows = await tx
    .selectFrom('transfers')
    .selectAll()
    .where((where) =>
      where.or([
        where('subject', '=', subject),
        // The attempts of a hiring are numbered behind a colon.
        where.and([where('subject', '>=', `${subject}:`), where('subject', '<', `${subject};`)]),
      ]),
    )
    .orderBy('id')
    .limit(MOST)
    .execute();
  return await withSides(tx, rows);
}

const MOST = 200;

/** The newest postings of all, or those before one of them. */
export async function newestPostings(tx: Tx, limit: number, before?: bigint): Promise<Posting[]> {
  const all = tx.selectFrom('transfers').selectAll().orderBy('id', 'desc').limit(limit);
  return await withSides(tx, await (before === undefined ? all : all.where('id', '<', before)).execute());
}

/** The newest postings of one account, newest first: one range of each of two indexes. */
export async function postingsOfAccount(tx: Tx, account: string, limit: number): Promise<Posting[]> {
  const of = (side: 'debit' | 'credit') =>
    tx.selectFrom('transfers').selectAll().where(side, '=', account).orderBy('id', 'desc').limit(limit).execute();
  const rows = [...(await of('debit')), ...(await of('credit'))];
  return await withSides(tx, rows.toSorted((a, b) => Number(b.id - a.id)).slice(0, limit));
}

async function withSides(tx: Tx, rows: readonly Selectable<TransferRow>[]): Promise<Posting[]> {
  const ids = [...new Set(rows.flatMap(({ debit, credit }) => [debit, credit]))];
  if (ids.length === 0) return [];
  const accounts = await tx.selectFrom('accounts').selectAll().where('id', 'in', ids).execute();
  const known = new Map(accounts.map((account) => [account.id, account]));
  const names = await namesOf(
    tx,
    accounts.map(({ owner }) => owner),
  );
  const side = (id: string): Side => {
    const { owner = id, kind = 'available' } = known.get(id) ?? {};
    return { account: id, owner, kind, name: names.get(owner) ?? owner };
  };
  return rows.map((row) => ({
    ...row,
    currency: known.get(row.debit)?.currency ?? '',
    from: side(row.debit),
    to: side(row.credit),
  }));
}

/** Where the money of one subject is, by its postings alone. @param subject exact: one attempt of a hiring. */
export function moneyState(postings: readonly Posting[], subject: string, currency: string): MoneyState {
  const sum = (kind: TransferRow['kind']) =>
    postings
      .filter((posting) => posting.subject === subject && posting.kind === kind)
      .reduce((total, { amount }) => total + amount, 0n);
  const [locked, paid, fee, refunded] = [sum('lock'), sum('release'), sum('fee'), sum('refund')];
  return { currency, locked, paid, fee, refunded, held: locked - paid - fee - refunded };
}
