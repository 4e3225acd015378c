import { READ_ONLY_PERMISSIONS } from '../../marketplaces/humans2ai/contract/api-keys.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import { issueCredential } from '../credentials.js';
import type { Env } from '../env.js';
import { badEntry } from '../ip-list.js';
import type { Humans2aiUserRow } from '../store/humans2ai-schema.js';
import type { CredentialRow, Tx } from '../store/schema.js';

/** API keys of Humans2AI (contract notes §5.4). A key belongs to its account; only its hash is stored. */

const PREFIX = 'sk_live_';
/** Ours, so that the list of an account's keys stays short. */
const MAX_KEYS = 50;

export interface NewApiKey {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly allowedIps?: readonly string[] | undefined;
  readonly expiresAt?: string | undefined;
}

/** The key that registering returns: it can read, and nothing else. */
export async function issueReadOnlyKey(
  env: Env,
  tx: Tx,
  user: Humans2aiUserRow,
): Promise<{ id: string; secret: string }> {
  return await issueCredential(env, tx, {
    marketplace: 'humans2ai',
    kind: user.role,
    account: user.id,
    name: 'read-only',
    prefix: PREFIX,
    scopes: READ_ONLY_PERMISSIONS,
  });
}

/** @throws {ApiError} VALIDATION_ERROR for a bad address or a past expiry; CONFLICT when the account has 50 keys. */
export async function createApiKey(
  env: Env,
  tx: Tx,
  user: Humans2aiUserRow,
  wanted: NewApiKey,
): Promise<{ row: CredentialRow; secret: string }> {
  if (badEntry(wanted.allowedIps ?? []) !== undefined) {
    throw invalid('allowedIps', 'each entry is an IPv4 or IPv6 address, or a CIDR range of one');
  }
  const expiresAt = wanted.expiresAt === undefined ? null : isoTime(Date.parse(wanted.expiresAt));
  if (expiresAt !== null && expiresAt <= isoTime(env.clock.now())) throw invalid('expiresAt', 'must be in the future');
  await makeRoom(env, tx, user.id);
  const { id, secret } = await issueCredential(env, tx, {
    marketplace: 'humans2ai',
    kind: user.role,
    account: user.id,
    name: wanted.name,
    prefix: PREFIX,
    scopes: wanted.permissions,
    ...(wanted.allowedIps ? { allowedIps: wanted.allowedIps } : {}),
    expiresAt,
  });
  const row = await keysOf(tx, user.id).where('id', '=', id).executeTakeFirstOrThrow();
  return { row, secret };
}

/** Sweeps the keys that are over. @throws {ApiError} CONFLICT when the account still has 50. */
async function makeRoom(env: Env, tx: Tx, userId: string): Promise<void> {
  await tx
    .deleteFrom('credentials')
    .where('marketplace', '=', 'humans2ai')
    .where('account', '=', userId)
    .where('via', '=', 'key')
    .where('expires_at', '<=', isoTime(env.clock.now()))
    .execute();
  if ((await listApiKeys(tx, userId)).length < MAX_KEYS) return;
  throw new ApiError('CONFLICT', `An account has at most ${MAX_KEYS} API keys: delete one first.`);
}

const invalid = (field: string, problem: string) =>
  new ApiError('VALIDATION_ERROR', `${field}: ${problem}.`, { details: { [field]: [problem] } });

const keysOf = (tx: Tx, userId: string) =>
  tx
    .selectFrom('credentials')
    .selectAll()
    .where('marketplace', '=', 'humans2ai')
    .where('account', '=', userId)
    .where('via', '=', 'key');

/** Oldest first. */
export async function listApiKeys(tx: Tx, userId: string): Promise<CredentialRow[]> {
  return await keysOf(tx, userId).orderBy('created_at').orderBy('id').execute();
}

/** A deleted key is gone: from now on it is an unknown credential. @throws {ApiError} NOT_FOUND. */
export async function deleteApiKey(tx: Tx, userId: string, id: string): Promise<void> {
  const gone = await tx
    .deleteFrom('credentials')
    .where('id', '=', id)
    .where('marketplace', '=', 'humans2ai')
    .where('account', '=', userId)
    .where('via', '=', 'key')
    .returning('id')
    .executeTakeFirst();
  if (!gone) throw unknownKey();
}

/** Adds permissions to a key; it keeps those that it has. @throws {ApiError} NOT_FOUND. */
export async function upgradeApiKey(
  tx: Tx,
  userId: string,
  id: string,
  permissions: readonly string[],
): Promise<CredentialRow> {
  const key = await keysOf(tx, userId).where('id', '=', id).executeTakeFirst();
  if (!key) throw unknownKey();
  const scopes = [...new Set([...key.scopes.split(' '), ...permissions])].join(' ');
  return await tx
    .updateTable('credentials')
    .set({ scopes })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The overlap that the documents give a rotated webhook secret. */
const OVERLAP_MS = 3_600_000;

/**
 * A second key with the same permissions, addresses and end; the first one is good for one more hour at most.
 * @throws {ApiError} NOT_FOUND, also for a key that is over; CONFLICT when the account has 50 keys.
 */
export async function rotateApiKey(
  env: Env,
  tx: Tx,
  userId: string,
  id: string,
): Promise<{ row: CredentialRow; secret: string; previousValidUntil: string }> {
  await makeRoom(env, tx, userId);
  const old = await keysOf(tx, userId).where('id', '=', id).executeTakeFirst();
  if (!old) throw unknownKey();
  const hour = isoTime(env.clock.now() + OVERLAP_MS);
  const previousValidUntil = old.expires_at !== null && old.expires_at < hour ? old.expires_at : hour;
  const allowedIps: string[] | undefined = old.allowed_ips === null ? undefined : JSON.parse(old.allowed_ips);
  const issued = await issueCredential(env, tx, {
    marketplace: 'humans2ai',
    kind: old.kind,
    account: userId,
    name: old.name,
    prefix: PREFIX,
    scopes: old.scopes.split(' '),
    ...(allowedIps ? { allowedIps } : {}),
    expiresAt: old.expires_at,
  });
  await tx.updateTable('credentials').set({ expires_at: previousValidUntil }).where('id', '=', id).execute();
  const row = await keysOf(tx, userId).where('id', '=', issued.id).executeTakeFirstOrThrow();
  return { row, secret: issued.secret, previousValidUntil };
}

const unknownKey = () => new ApiError('NOT_FOUND', 'You have no API key with this id.');
