import { api } from '../../../marketplaces/humans2ai/api.js';
import { implement } from '../../pipeline.js';
import * as actions from './actions/accounts.js';

// Hashing a password is slow by intent, so it is done before a transaction begins.
const ownTransaction = { ownTransaction: () => true };

export const authRoutes = [
  implement(api.register, (call) => actions.register(call, call.body), ownTransaction),
  implement(api.login, (call) => actions.login(call, call.body), ownTransaction),
  implement(api.refresh, (call) => actions.refresh(call, call.body), ownTransaction),
];
