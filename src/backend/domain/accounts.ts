import { amountFromJson } from '../../money.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { Humans2aiUserRow } from '../store/humans2ai-schema.js';
import type { Db, Tx } from '../store/schema.js';
import { issueReadOnlyKey } from './api-keys.js';
import { hashPassword, isStrong, passwordMatches } from './passwords.js';
import { openSession, type Session, takeRefreshToken } from './sessions.js';
import { credit } from './wallet.js';

/** Accounts of Humans2AI. Passwords are hashed before a transaction begins: hashing is slow by intent. */

/** Documented: every new agent account starts with 500 $A9token. */
const SIGNUP_BONUS = amountFromJson(500);
const EMAIL = /^[^\s@"<>\p{Cc}]{1,64}@[^\s@"<>\p{Cc}.]+(\.[^\s@"<>\p{Cc}.]+)+$/u;

export interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly agentName?: string | undefined;
  readonly role?: 'agent' | 'human' | undefined;
}

export interface Registered {
  readonly user: Humans2aiUserRow;
  readonly session: Session;
  readonly apiKey: { readonly id: string; readonly secret: string };
}

/** Told, inside the transaction, of the account that it was about. */
export type Within = (tx: Tx, made: { readonly id: string }) => Promise<void>;

/** @throws {ApiError} INVALID_EMAIL, WEAK_PASSWORD, EMAIL_EXISTS. */
export async function registerAccount(env: Env, db: Db, wanted: NewAccount, within: Within): Promise<Registered> {
  if (!EMAIL.test(wanted.email)) throw new ApiError('INVALID_EMAIL', 'The e-mail address is malformed.');
  if (!isStrong(wanted.password)) {
    throw new ApiError('WEAK_PASSWORD', 'A password has at least 8 characters with a letter and a digit.');
  }
  const password = await hashPassword(wanted.password, env.ids.secret(''));
  return await db.transaction().execute(async (tx) => {
    const user: Humans2aiUserRow = {
      id: env.ids.prefixed('user'),
      email: wanted.email,
      display_name: wanted.agentName ?? wanted.email.split('@')[0] ?? wanted.email,
      role: wanted.role ?? 'agent',
      password,
      suspended: 0n,
      behaviour: null,
      created_at: isoTime(env.clock.now()),
    };
    const created = await tx
      .insertInto('h2a_users')
      .values(user)
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!created) throw new ApiError('EMAIL_EXISTS', 'This e-mail address is registered already: log in instead.');
    if (user.role === 'agent') await credit(env, tx, user.id, SIGNUP_BONUS, 'grant', user.id);
    const session = await openSession(env, tx, user, user.created_at);
    await within(tx, user);
    return { user, session, apiKey: await issueReadOnlyKey(env, tx, user) };
  });
}

/** @throws {ApiError} AUTH_FAILED for an unknown e-mail as for a wrong password; USER_SUSPENDED. */
export async function logIn(
  env: Env,
  db: Db,
  given: { readonly email: string; readonly password: string },
  within: Within,
): Promise<{ user: Humans2aiUserRow; session: Session }> {
  const user = await db.selectFrom('h2a_users').selectAll().where('email', '=', given.email).executeTakeFirst();
  const matches = await passwordMatches(given.password, user?.password);
  if (!user || !matches) throw new ApiError('AUTH_FAILED', 'Invalid email or password.');
  refuseSuspended(user);
  const now = isoTime(env.clock.now());
  return await db.transaction().execute(async (tx) => {
    await within(tx, user);
    return { user, session: await openSession(env, tx, user, now) };
  });
}

/** Trades a refresh token for a new session and a new refresh token. @throws {ApiError} AUTH_FAILED, USER_SUSPENDED. */
export async function refreshSession(
  env: Env,
  db: Db,
  refreshToken: string,
  within: Within,
): Promise<{ user: Humans2aiUserRow; session: Session }> {
  return await db.transaction().execute(async (tx) => {
    const known = await takeRefreshToken(env, tx, refreshToken);
    if (!known) throw new ApiError('AUTH_FAILED', 'The refresh token is unknown, used or expired: log in again.');
    const user = await requireUser(tx, known.user_id);
    refuseSuspended(user);
    await within(tx, user);
    return { user, session: await openSession(env, tx, user, known.signed_in_at) };
  });
}

export async function findUser(tx: Tx, id: string): Promise<Humans2aiUserRow | undefined> {
  return await tx.selectFrom('h2a_users').selectAll().where('id', '=', id).executeTakeFirst();
}

/** @throws {ApiError} USER_NOT_FOUND when a credential outlived its account. */
export async function requireUser(tx: Tx, id: string): Promise<Humans2aiUserRow> {
  const user = await findUser(tx, id);
  if (!user) throw new ApiError('USER_NOT_FOUND', 'User not found');
  return user;
}

/** @throws {ApiError} USER_SUSPENDED. */
export function refuseSuspended(user: Humans2aiUserRow): void {
  if (user.suspended !== 0n) throw new ApiError('USER_SUSPENDED', 'This account has been suspended.');
}

/** Accounts by id, a page of them. */
export async function listUsers(tx: Tx, limit: number, after = ''): Promise<Humans2aiUserRow[]> {
  return await tx.selectFrom('h2a_users').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute();
}

/** Suspends an account, or ends that. @throws {ApiError} USER_NOT_FOUND; CONFLICT for an admin. */
export async function setSuspended(tx: Tx, id: string, suspended: boolean): Promise<Humans2aiUserRow> {
  const user = await requireUser(tx, id);
  if (user.role === 'admin') throw new ApiError('CONFLICT', 'An admin cannot be suspended. Nothing was changed.');
  return await tx
    .updateTable('h2a_users')
    .set({ suspended: suspended ? 1n : 0n })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
