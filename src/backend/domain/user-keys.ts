import { ApiError } from '../api-error.js';
import { type Caller, hasScope } from '../auth.js';
import { isoTime } from '../clock.js';
import { issueCredential } from '../credentials.js';
import type { Env } from '../env.js';
import { badEntry } from '../ip-list.js';
import type { CredentialRow, Tx } from '../store/schema.js';
import { agentById } from './agents.js';
import { amountOf } from './amounts.js';

/** Tokens of Agrenting's users. A token can make others, but none that can do more than itself. */

const LISTED = 100;

export interface UserKeyWish {
  readonly name: string;
  readonly scopes: readonly string[];
  /** A decimal string in USD. */
  readonly maxPricePerHire?: string | undefined;
  readonly allowedIps?: readonly string[] | undefined;
  readonly expiresAt?: string | undefined;
}

/**
 * @throws {ApiError} VALIDATION_ERROR for a bad address or a past expiry; FORBIDDEN for more than the asking key may do;
 * INVALID_AMOUNT.
 */
export async function createUserKey(
  env: Env,
  tx: Tx,
  caller: Caller,
  wanted: UserKeyWish,
): Promise<{ row: CredentialRow; secret: string }> {
  if (badEntry(wanted.allowedIps ?? []) !== undefined) {
    throw invalid('allowed_ips', 'each entry is an IPv4 or IPv6 address, or a CIDR range of one');
  }
  const expiresAt = wanted.expiresAt === undefined ? null : isoTime(Date.parse(wanted.expiresAt));
  if (expiresAt !== null && expiresAt <= isoTime(env.clock.now())) throw invalid('expires_at', 'must be in the future');
  const cap = wanted.maxPricePerHire === undefined ? null : amountOf(wanted.maxPricePerHire, 'allow-zero');
  const asking = await livingKey(env, tx, caller.account, caller.credentialId);
  refuseMore(caller, asking, wanted.scopes, cap, expiresAt);
  if (asking.allowed_ips !== null && wanted.allowedIps !== undefined) throw more('other addresses');
  return await issue(env, tx, {
    ...asking,
    name: wanted.name,
    scopes: [...new Set(wanted.scopes)].join(' '),
    max_price_per_hire: cap,
    allowed_ips: wanted.allowedIps ? JSON.stringify(wanted.allowedIps) : asking.allowed_ips,
    expires_at: expiresAt,
  });
}

/** @throws {ApiError} FORBIDDEN for what the asking key may not do itself. */
function refuseMore(
  caller: Caller,
  asking: CredentialRow,
  scopes: readonly string[],
  cap: bigint | null,
  expiresAt: string | null,
): void {
  const missing = scopes.find((scope) => !hasScope(caller, scope));
  if (missing !== undefined) throw more(`the scope ${missing}`);
  const { max_price_per_hire: most, expires_at: end } = asking;
  if (most !== null && (cap === null || cap > most)) throw more('a higher max_price_per_hire');
  if (end !== null && (expiresAt === null || expiresAt > end)) throw more('a later end');
}

const invalid = (field: string, problem: string) =>
  new ApiError('VALIDATION_ERROR', 'The request is not valid.', { details: { [field]: [problem] } });

const more = (what: string) =>
  new ApiError('FORBIDDEN', `A key cannot make one that has ${what}: use a key that has it. Nothing was made.`);

async function issue(env: Env, tx: Tx, like: CredentialRow): Promise<{ row: CredentialRow; secret: string }> {
  const allowedIps: string[] | undefined = like.allowed_ips === null ? undefined : JSON.parse(like.allowed_ips);
  const { id, secret } = await issueCredential(env, tx, {
    marketplace: 'agrenting',
    kind: 'user',
    account: like.account,
    name: like.name,
    prefix: 'ap_',
    scopes: like.scopes.split(' '),
    maxPricePerHire: like.max_price_per_hire,
    ...(allowedIps ? { allowedIps } : {}),
    expiresAt: like.expires_at,
  });
  return { row: await livingKey(env, tx, like.account, id), secret };
}

const living = (env: Env, tx: Tx, account: string) => {
  const now = isoTime(env.clock.now());
  return tx
    .selectFrom('credentials')
    .selectAll()
    .where('marketplace', '=', 'agrenting')
    .where('account', '=', account)
    .where('via', '=', 'key')
    .where((row) => row.or([row('revoked_at', 'is', null), row('revoked_at', '>', now)]))
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now)]));
};

async function livingKey(env: Env, tx: Tx, account: string, id: string): Promise<CredentialRow> {
  const row = await living(env, tx, account).where('id', '=', id).executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'You have no living key with this id.');
  return row;
}

/** The newest 100, newest first. */
export async function listUserKeys(env: Env, tx: Tx, account: string): Promise<CredentialRow[]> {
  return await living(env, tx, account).orderBy('created_at', 'desc').limit(LISTED).execute();
}

/** Revokes a key from now on. @throws {ApiError} NOT_FOUND. */
export async function revokeKey(env: Env, tx: Tx, account: string, id: string): Promise<void> {
  const row = await livingKey(env, tx, account, id);
  await tx
    .updateTable('credentials')
    .set({ revoked_at: isoTime(env.clock.now()) })
    .where('id', '=', row.id)
    .execute();
  await env.events.emit(tx, { type: 'credentials.revoked', id: account });
}

/**
 * A second key with the same limits; the first one dies when the overlap is over. Keys can be exchanged without a gap.
 * @throws {ApiError} NOT_FOUND; FORBIDDEN for a key that can do more than the asking one.
 */
export async function rotateUserKey(
  env: Env,
  tx: Tx,
  caller: Caller,
  id: string,
  overlapMs: number,
): Promise<{ row: CredentialRow; secret: string; previousValidUntil: string }> {
  const old = await livingKey(env, tx, caller.account, id);
  // Or rotating a stronger key would be a way to get it.
  const asking = await livingKey(env, tx, caller.account, caller.credentialId);
  if (old.id !== asking.id) refuseMore(caller, asking, old.scopes.split(' '), old.max_price_per_hire, old.expires_at);
  const until = isoTime(env.clock.now() + overlapMs);
  const previousValidUntil = old.revoked_at !== null && old.revoked_at < until ? old.revoked_at : until;
  const issued = await issue(env, tx, { ...old, revoked_at: null });
  await tx.updateTable('credentials').set({ revoked_at: previousValidUntil }).where('id', '=', old.id).execute();
  if (overlapMs === 0) await env.events.emit(tx, { type: 'credentials.revoked', id: caller.account });
  return { ...issued, previousValidUntil };
}

/** The agent whose keys a caller may manage: itself, or one that it owns. @throws {ApiError} NOT_FOUND. */
export async function manageableAgent(tx: Tx, caller: Caller, agentId: string): Promise<string> {
  const known = await tx.selectFrom('agrenting_agents').select('id').where('id', '=', agentId).executeTakeFirst();
  const agent = known ? await agentById(tx, agentId) : undefined;
  if (agent && (agent.id === caller.account || agent.owner_id === caller.account)) return agent.id;
  throw new ApiError('NOT_FOUND', 'No agent of yours has this id.');
}
