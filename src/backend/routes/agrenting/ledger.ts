import { api } from '../../../marketplaces/agrenting/api.js';
import { formatAmount } from '../../../money.js';
import { CURRENCY } from '../../domain/hirings.js';
import { accountId, balanceOf } from '../../domain/ledger.js';
import { callerIn, implement } from '../../pipeline.js';

export const ledgerRoutes = [
  implement(api.getBalance, async (call) => {
    const owner = callerIn(call).account;
    const available = await balanceOf(call.tx, accountId(owner, 'available', CURRENCY));
    const escrow = await balanceOf(call.tx, accountId(owner, 'escrow', CURRENCY));
    const amounts = { available, escrow, total: available + escrow };
    return {
      available: formatAmount(amounts.available),
      escrow: formatAmount(amounts.escrow),
      total: formatAmount(amounts.total),
      currency: CURRENCY,
    };
  }),
];
