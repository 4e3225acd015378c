import { api } from '../../../marketplaces/humans2ai/api.js';
import { implement } from '../../pipeline.js';
import { requestConfirmation } from './actions/confirmations.js';
import * as actions from './actions/wallet.js';

export const walletRoutes = [
  implement(api.getWallet, (call) => actions.getWallet(call)),
  implement(api.listWalletTransactions, (call) => actions.getTransactions(call, call.query)),
  implement(api.requestConfirmation, (call) => requestConfirmation(call, call.body)),
];
