import { requireUser } from '../../../domain/accounts.js';
import { type PageQuery, paginationView } from '../../../domain/paging.js';
import { CURRENCY } from '../../../domain/task-record.js';
import { walletOf, walletTransactions } from '../../../domain/wallet.js';
import { callerIn } from '../../../pipeline.js';
import { transactionView, walletView } from '../views.js';
import type { ActionCall } from './action.js';

/** The caller's money. */

const RECENT = { limit: 5, page: 1 } as const;

export async function getWallet(call: ActionCall) {
  const user = await requireUser(call.tx, callerIn(call).account);
  const recent = await walletTransactions(call.tx, user.id, RECENT);
  return walletView(await walletOf(call.tx, user.id), recent.rows, CURRENCY);
}

export async function getTransactions(call: ActionCall, input: PageQuery & { readonly type?: string | undefined }) {
  const { rows, total } = await walletTransactions(call.tx, callerIn(call).account, input);
  return { transactions: rows.map(transactionView), pagination: paginationView(input, total) };
}
