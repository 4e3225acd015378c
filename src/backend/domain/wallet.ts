import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';
import { accountId, balanceOf, openAccount, post } from './ledger.js';
import { counter, offsetOf, type PageQuery } from './paging.js';
import { CURRENCY } from './task-record.js';

/** Wallets of Humans2AI: what the ledger knows, as its owner reads it. */

export interface WalletState {
  readonly balance: bigint;
  readonly frozen: bigint;
  readonly earned: bigint;
  readonly spent: bigint;
}

export async function walletOf(tx: Tx, userId: string): Promise<WalletState> {
  return {
    balance: await balanceOf(tx, accountId(userId, 'available', CURRENCY)),
    frozen: await balanceOf(tx, accountId(userId, 'escrow', CURRENCY)),
    earned: await counter(tx, `h2a:earned:${userId}`),
    spent: await counter(tx, `h2a:spent:${userId}`),
  };
}

export interface WalletTransaction {
  readonly id: bigint;
  readonly type: string;
  readonly amount: bigint;
  readonly subject: string;
  readonly created_at: string;
  readonly escrow_id: string | null;
}

/** The history of a wallet, newest first. */
export async function walletTransactions(
  tx: Tx,
  userId: string,
  asked: PageQuery & { readonly type?: string | undefined },
): Promise<{ rows: WalletTransaction[]; total: bigint }> {
  const name = asked.type === undefined ? userId : `${userId}:${asked.type}`;
  return {
    rows: await transactionPage(tx, userId, asked).execute(),
    total: await counter(tx, `h2a:transactions:${name}`),
  };
}

/** One range of one index, then at most `limit` transfers by their key. */
export function transactionPage(tx: Tx, userId: string, asked: PageQuery & { readonly type?: string | undefined }) {
  const page = tx
    .selectFrom('h2a_transactions')
    .select(['transfer_id', 'type'])
    .where('user_id', '=', userId)
    .$if(asked.type !== undefined, (query) => query.where('type', '=', asked.type ?? ''))
    .orderBy('transfer_id', 'desc')
    .limit(asked.limit)
    .offset(offsetOf(asked));
  return tx
    .selectFrom(page.as('page'))
    .innerJoin('transfers', 'transfers.id', 'page.transfer_id')
    .leftJoin('escrows', 'escrows.subject', 'transfers.subject')
    .select(['transfers.id', 'page.type', 'transfers.amount', 'transfers.subject', 'transfers.created_at'])
    .select('escrows.id as escrow_id')
    .orderBy('page.transfer_id', 'desc');
}

/** Money from outside: the bonus of a new account, or a deposit. `id` names it for ever. */
export async function credit(
  env: Env,
  tx: Tx,
  userId: string,
  amount: bigint,
  kind: 'grant' | 'deposit',
  id: string,
): Promise<void> {
  const world = await openAccount(tx, 'world', 'world', CURRENCY);
  const mine = await openAccount(tx, userId, 'available', CURRENCY);
  const at = isoTime(env.clock.now());
  await post(tx, { debit: world, credit: mine, amount, kind, subject: `${kind}:${id}`, at });
}
