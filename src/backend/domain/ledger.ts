import { sql } from 'kysely';
import type { AccountRow, EscrowRow, TransferKind, Tx } from '../store/schema.js';

/**
 * The double-entry ledger. Every movement is one row with a debit and a credit, so the sum of all balances is zero by
 * construction; the database itself refuses negative balances, a second settlement and any change of the past.
 */

export class InsufficientBalance extends Error {
  override name = 'InsufficientBalance';
}

export interface Posting {
  readonly debit: string;
  readonly credit: string;
  /** 10^-8 units, more than zero. */
  readonly amount: bigint;
  readonly kind: TransferKind;
  readonly subject: string;
  /** The idempotency key behind it: a second posting of this kind under it is refused by the database. */
  readonly operationKey?: string | undefined;
  readonly at: string;
}

export const accountId = (owner: string, kind: AccountRow['kind'], currency: string): string =>
  `${owner}:${kind}:${currency}`;

/** Opens the account when it is not open yet, and returns its id. */
export async function openAccount(tx: Tx, owner: string, kind: AccountRow['kind'], currency: string): Promise<string> {
  const id = accountId(owner, kind, currency);
  await tx
    .insertInto('accounts')
    .values({ id, owner, kind, currency, balance: 0n })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return id;
}

/** @throws {InsufficientBalance} when the debited account would fall below zero. */
export async function post(tx: Tx, posting: Posting): Promise<void> {
  const { debit, credit, amount, kind, subject, operationKey, at } = posting;
  try {
    await tx
      .insertInto('transfers')
      .values({ debit, credit, amount, kind, subject, operation_key: operationKey ?? null, created_at: at })
      .execute();
  } catch (error) {
    if (error instanceof Error && error.message.includes('CHECK constraint failed: kind')) {
      throw new InsufficientBalance('The balance does not cover this amount.');
    }
    throw error;
  }
}

export async function balanceOf(tx: Tx, account: string): Promise<bigint> {
  const row = await tx.selectFrom('accounts').select('balance').where('id', '=', account).executeTakeFirst();
  return row?.balance ?? 0n;
}

export interface Hold {
  readonly owner: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly subject: string;
  readonly escrowId: string;
  readonly operationKey?: string | undefined;
  readonly at: string;
}

/**
 * Moves money from an owner's available account into escrow for one subject.
 * A price of zero holds nothing and has no escrow.
 */
export async function hold(tx: Tx, request: Hold): Promise<void> {
  if (request.amount === 0n) return;
  const available = await openAccount(tx, request.owner, 'available', request.currency);
  const escrow = await openAccount(tx, request.owner, 'escrow', request.currency);
  const { amount, subject, operationKey, at } = request;
  await post(tx, { debit: available, credit: escrow, amount, kind: 'lock', subject, operationKey, at });
  await tx
    .insertInto('escrows')
    .values({
      id: request.escrowId,
      subject,
      payer: available,
      amount,
      state: 'held',
      created_at: at,
      settled_at: null,
    })
    .execute();
}

export interface Settlement {
  readonly subject: string;
  readonly at: string;
  readonly operationKey?: string | undefined;
}

/** Gives escrowed money back in full. @returns the amount, or zero when nothing was held. */
export async function refund(tx: Tx, settlement: Settlement): Promise<bigint> {
  const escrow = await settle(tx, settlement, 'refunded');
  if (!escrow) return 0n;
  const held = escrow.payer.replace(':available:', ':escrow:');
  await post(tx, { ...settlement, debit: held, credit: escrow.payer, amount: escrow.amount, kind: 'refund' });
  return escrow.amount;
}

export interface Payout extends Settlement {
  readonly payee: string;
  readonly currency: string;
  /** The platform's share of what is paid out. */
  readonly fee: (paid: bigint) => bigint;
}

/** What became of an escrow. The parts always sum to what was held. */
export interface PaidOut {
  readonly total: bigint;
  readonly fee: bigint;
  readonly payout: bigint;
  readonly refunded: bigint;
}

/** Pays escrowed money to a payee, less the platform's fee. All parts are zero when nothing was held. */
export async function release(tx: Tx, payout: Payout): Promise<PaidOut> {
  return await payOut(tx, payout, 'released', (total) => total);
}

/** Pays a part of the escrowed money to a payee, less the fee of that part, and gives the rest back. */
export async function split(tx: Tx, payout: Payout & { readonly paid: (total: bigint) => bigint }): Promise<PaidOut> {
  return await payOut(tx, payout, 'split', payout.paid);
}

async function payOut(
  tx: Tx,
  payout: Payout,
  state: 'released' | 'split',
  paidOf: (total: bigint) => bigint,
): Promise<PaidOut> {
  const escrow = await settle(tx, payout, state);
  if (!escrow) return { total: 0n, fee: 0n, payout: 0n, refunded: 0n };
  const { subject, at, operationKey, payee, currency } = payout;
  const held = escrow.payer.replace(':available:', ':escrow:');
  const paid = paidOf(escrow.amount);
  const fee = payout.fee(paid);
  const refunded = escrow.amount - paid;
  const to = await openAccount(tx, payee, 'available', currency);
  const platform = await openAccount(tx, 'platform', 'platform', currency);
  const common = { debit: held, subject, operationKey, at };
  if (paid > fee) await post(tx, { ...common, credit: to, amount: paid - fee, kind: 'release' });
  if (fee > 0n) await post(tx, { ...common, credit: platform, amount: fee, kind: 'fee' });
  if (refunded > 0n) await post(tx, { ...common, credit: escrow.payer, amount: refunded, kind: 'refund' });
  return { total: escrow.amount, fee, payout: paid - fee, refunded };
}

async function settle(tx: Tx, settlement: Settlement, state: EscrowRow['state']): Promise<EscrowRow | undefined> {
  return await tx
    .updateTable('escrows')
    .set({ state, settled_at: settlement.at })
    .where('subject', '=', settlement.subject)
    .where('state', '=', 'held')
    .returningAll()
    .executeTakeFirst();
}

/** What must always hold: the sum of balances per currency, and escrow accounts equal to what is held. */
export async function audit(tx: Tx): Promise<{ sums: Record<string, bigint>; escrowGap: bigint; negative: bigint }> {
  const sums = await sql<{ currency: string; total: bigint }>`
    SELECT currency, sum(balance) AS total FROM accounts GROUP BY currency`.execute(tx);
  const gap = await sql<{ gap: bigint; negative: bigint }>`
    SELECT (SELECT coalesce(sum(balance), 0) FROM accounts WHERE kind = 'escrow')
         - (SELECT coalesce(sum(amount), 0) FROM escrows WHERE state = 'held') AS gap,
           (SELECT count(*) FROM accounts WHERE kind <> 'world' AND balance < 0) AS negative`.execute(tx);
  const row = gap.rows[0];
  return {
    sums: Object.fromEntries(sums.rows.map((line) => [line.currency, line.total])),
    escrowGap: row?.gap ?? 0n,
    negative: row?.negative ?? 0n,
  };
}
