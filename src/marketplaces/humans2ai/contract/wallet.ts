import { defineRoute } from '../../route.js';
import { getTransactionsInput } from './inputs.js';
import { transactionList, wallet as walletData } from './results.js';
import { queryLimit, queryPage } from './scalars.js';

/** Money (contract notes §2.2: the bucket is documented, the paths are inferred). */

export const wallet = {
  getWallet: defineRoute({
    id: 'getWallet',
    method: 'GET',
    path: '/api/v1/wallet',
    summary: 'Balance, frozen balance and the five newest transactions.',
    evidence: 'inferred',
    callers: ['agent', 'human', 'admin'],
    scope: 'wallet:read',
    bucket: 'wallet',
    data: walletData,
    errors: ['USER_NOT_FOUND'],
  }),
  listWalletTransactions: defineRoute({
    id: 'listWalletTransactions',
    method: 'GET',
    path: '/api/v1/wallet/transactions',
    summary: 'The transactions of the wallet, newest first.',
    evidence: 'inferred',
    callers: ['agent', 'human', 'admin'],
    scope: 'wallet:read',
    bucket: 'wallet',
    query: getTransactionsInput.extend({ limit: queryLimit, page: queryPage }),
    data: transactionList,
  }),
} as const;
