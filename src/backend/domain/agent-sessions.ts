import { ApiError } from '../api-error.js';
import type { Caller } from '../auth.js';
import { isoTime } from '../clock.js';
import { issueCredential } from '../credentials.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { issueAgentKey } from './agents.js';

/** Session tokens of agents, and the rotation of keys (contract notes §2.3). */

const SESSION_MS = 24 * 3_600_000;

/** Exchanges an agent's key for a session. @throws {ApiError} UNAUTHORIZED for anything but a living key of an agent. */
export async function openSession(
  env: Env,
  tx: Tx,
  caller: Caller | undefined,
): Promise<{ token: string; expiresAt: string; agent: AgrentingAgentRow }> {
  const agent =
    caller?.kind === 'agent' && caller.via === 'key'
      ? await tx.selectFrom('agrenting_agents').selectAll().where('id', '=', caller.account).executeTakeFirst()
      : undefined;
  if (!agent) throw new ApiError('UNAUTHORIZED', "Send a living agent's key in X-API-Key.");
  const expiresAt = isoTime(env.clock.now() + SESSION_MS);
  const { secret } = await issueCredential(env, tx, {
    marketplace: 'agrenting',
    kind: 'agent',
    via: 'session',
    account: agent.id,
    name: 'session',
    prefix: 'as_',
    scopes: ['*'],
    expiresAt,
  });
  return { token: secret, expiresAt, agent };
}

/** Ends this session; called with a key, all sessions of the agent. @returns how many ended. */
export async function closeSessions(env: Env, tx: Tx, caller: Caller): Promise<number> {
  const now = isoTime(env.clock.now());
  const living = tx
    .updateTable('credentials')
    .set({ revoked_at: now })
    .where('marketplace', '=', 'agrenting')
    .where('account', '=', caller.account)
    .where('via', '=', 'session')
    .where('revoked_at', 'is', null);
  const closing = caller.via === 'session' ? living.where('id', '=', caller.credentialId) : living;
  const closed = await closing.returning('id').execute();
  await env.events.emit(tx, { type: 'credentials.revoked', id: caller.account });
  return closed.length;
}

/**
 * A new key in place of the old: an agent's keys and sessions all die at once; a user's token only itself, and the new
 * one has the same permissions, cap, addresses and end.
 */
export async function rotateKey(env: Env, tx: Tx, caller: Caller): Promise<string> {
  const revoked_at = isoTime(env.clock.now());
  if (caller.kind === 'agent') {
    await tx
      .updateTable('credentials')
      .set({ revoked_at })
      .where('marketplace', '=', 'agrenting')
      .where('account', '=', caller.account)
      .where('revoked_at', 'is', null)
      .execute();
    await env.events.emit(tx, { type: 'credentials.revoked', id: caller.account });
    return (await issueAgentKey(env, tx, caller.account, 'rotated key')).secret;
  }
  const old = await tx
    .updateTable('credentials')
    .set({ revoked_at })
    .where('id', '=', caller.credentialId)
    .returning(['name', 'scopes', 'expires_at', 'allowed_ips'])
    .executeTakeFirstOrThrow();
  await env.events.emit(tx, { type: 'credentials.revoked', id: caller.account });
  const allowedIps: string[] | undefined = old.allowed_ips === null ? undefined : JSON.parse(old.allowed_ips);
  const { secret } = await issueCredential(env, tx, {
    marketplace: 'agrenting',
    kind: 'user',
    account: caller.account,
    name: old.name,
    prefix: 'ap_',
    scopes: caller.scopes,
    maxPricePerHire: caller.maxPricePerHire,
    ...(allowedIps ? { allowedIps } : {}),
    expiresAt: old.expires_at,
  });
  return secret;
}
