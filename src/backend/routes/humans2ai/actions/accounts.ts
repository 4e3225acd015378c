import { READ_ONLY_PERMISSIONS } from '../../../../marketplaces/humans2ai/contract/api-keys.js';
import { logIn, type NewAccount, refreshSession, registerAccount } from '../../../domain/accounts.js';
import { accountId, balanceOf } from '../../../domain/ledger.js';
import type { Session } from '../../../domain/sessions.js';
import { CURRENCY } from '../../../domain/task-record.js';
import type { Humans2aiUserRow } from '../../../store/humans2ai-schema.js';
import { sessionView, userView } from '../views.js';
import type { ActionCall } from './action.js';

/** Accounts. These open their own transactions, because hashing a password is slow by intent. */

const AFTER_REGISTER =
  'The API key can read only. To create tasks, upgrade it: POST /api/v1/api-keys/{apiKey.id}/upgrade with the idToken.';
const AFTER_LOGIN = 'Use the idToken as a Bearer token. It is valid for one hour.';

async function signedIn(call: ActionCall, user: Humans2aiUserRow, session: Session, nextSteps: string) {
  const balance = await balanceOf(call.env.db, accountId(user.id, 'available', CURRENCY));
  return { user: userView(user, balance), ...sessionView(session), nextSteps };
}

export async function register(call: ActionCall, input: NewAccount) {
  const { user, session, apiKey } = await registerAccount(call.env, call.env.db, input, call.audit);
  return {
    ...(await signedIn(call, user, session, AFTER_REGISTER)),
    apiKey: { key: apiKey.secret, id: apiKey.id, permissions: [...READ_ONLY_PERMISSIONS] },
  };
}

export async function login(call: ActionCall, input: { readonly email: string; readonly password: string }) {
  const { user, session } = await logIn(call.env, call.env.db, input, call.audit);
  return await signedIn(call, user, session, AFTER_LOGIN);
}

export async function refresh(call: ActionCall, input: { readonly refreshToken: string }) {
  const { user, session } = await refreshSession(call.env, call.env.db, input.refreshToken, call.audit);
  return await signedIn(call, user, session, AFTER_LOGIN);
}
