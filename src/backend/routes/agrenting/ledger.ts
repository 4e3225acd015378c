import { api } from '../../../marketplaces/agrenting/api.js';
import { formatAmount } from '../../../money.js';
import { pendingDeposits, statement } from '../../domain/agrenting-statement.js';
import { amountOf } from '../../domain/amounts.js';
import { openDeposit, paymentUrl, withdraw } from '../../domain/deposits.js';
import { CURRENCY } from '../../domain/hirings.js';
import { accountId, balanceOf } from '../../domain/ledger.js';
import { callerIn, implement } from '../../pipeline.js';
import type { PaymentRow } from '../../store/agrenting-schema.js';
import { pageOf } from './agents.js';

const paymentHead = (row: PaymentRow) => ({
  status: row.status,
  amount: formatAmount(row.amount),
  currency: CURRENCY,
});
const urlOf = (row: PaymentRow) => (row.method === 'card' ? paymentUrl(row) : null);

export const ledgerRoutes = [
  implement(api.getBalance, async (call) => {
    const owner = callerIn(call).account;
    const available = await balanceOf(call.tx, accountId(owner, 'available', CURRENCY));
    const escrow = await balanceOf(call.tx, accountId(owner, 'escrow', CURRENCY));
    return {
      available: formatAmount(available),
      escrow: formatAmount(escrow),
      total: formatAmount(available + escrow),
      currency: CURRENCY,
    };
  }),

  implement(api.listTransactions, async (call) => {
    const { tx, query } = call;
    const owner = callerIn(call).account;
    const list = query.status === 'pending' ? pendingDeposits : statement;
    return pageOf(await list(tx, owner, query), (entry) => entry);
  }),

  implement(api.deposit, async (call) => {
    const { env, tx, body } = call;
    const amount = amountOf(body.amount, 'refuse-zero');
    const row = await openDeposit(env, tx, { account: callerIn(call).account, amount, method: body.payment_method });
    return { ...paymentHead(row), transaction_id: row.id, deposit_address: row.address, payment_url: urlOf(row) };
  }),

  implement(api.createPaymentIntent, async (call) => {
    const { env, tx, body } = call;
    const amount = amountOf(body.amount, 'refuse-zero');
    const row = await openDeposit(env, tx, { account: callerIn(call).account, amount, method: body.payment_type });
    return { ...paymentHead(row), id: row.id, address: row.address, payment_url: urlOf(row) };
  }),

  implement(api.withdraw, async (call) => {
    const { env, tx, body, operationKey } = call;
    const row = await withdraw(env, tx, {
      account: callerIn(call).account,
      amount: amountOf(body.amount, 'refuse-zero'),
      address: body.withdrawal_address_id,
      operationKey,
    });
    return { ...paymentHead(row), transaction_id: row.id };
  }),
];
