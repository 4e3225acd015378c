import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Standard } from '../marketplaces/envelope.js';
import { ApiError } from './api-error.js';
import { hashSecret } from './clock.js';
import type { IdempotencyRow, Tx } from './store/schema.js';

/**
 * Idempotency keys as both marketplaces document them: the key is claimed, the effect made and the answer stored in
 * one transaction, so a crash leaves either all or nothing. A stored answer is replayed byte for byte for 24 hours;
 * the key itself is kept for ever, so a very late repeat is refused instead of run again.
 */

export const REPLAY_WINDOW_MS = 24 * 3_600_000;

export interface Claim {
  readonly marketplace: string;
  readonly account: string;
  readonly keyHash: string;
  readonly fingerprint: string;
}

export function claimOf(marketplace: string, account: string, key: string, route: string, content: unknown): Claim {
  const canonical = canonicalize({ route, content }) ?? '';
  const fingerprint = createHash('sha256').update(canonical).digest('hex');
  return { marketplace, account, keyHash: hashSecret(key), fingerprint };
}

/** The name under which transfers carry this key. */
export const operationKey = (claim: Claim): string => `${claim.marketplace}/${claim.account}/${claim.keyHash}`;

/** What was answered the first time under this key, if it was used. @throws {ApiError} when it was used for something else. */
export async function replay(tx: Tx, claim: Claim, codes: Standard): Promise<IdempotencyRow | undefined> {
  const row = await tx
    .selectFrom('idempotency')
    .selectAll()
    .where('marketplace', '=', claim.marketplace)
    .where('account', '=', claim.account)
    .where('key_hash', '=', claim.keyHash)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.fingerprint !== claim.fingerprint) {
    throw new ApiError(codes.keyMismatch, 'This idempotency key was used for a different request.');
  }
  if (row.body === null) {
    throw new ApiError(
      codes.keyExpired,
      'This idempotency key was used more than 24 hours ago. Nothing was done again; read the state instead.',
    );
  }
  return row;
}

export async function remember(
  tx: Tx,
  claim: Claim,
  outcome: { state: IdempotencyRow['state']; status: number; body: string; at: string },
): Promise<void> {
  const row = tx.insertInto('idempotency').values({
    marketplace: claim.marketplace,
    account: claim.account,
    key_hash: claim.keyHash,
    fingerprint: claim.fingerprint,
    state: outcome.state,
    status: BigInt(outcome.status),
    body: outcome.body,
    created_at: outcome.at,
  });
  // A completed effect must never meet an older row: then the database refuses, and the effect is rolled back.
  await (outcome.state === 'completed' ? row : row.onConflict((conflict) => conflict.doNothing())).execute();
}

/** Drops stored bodies older than 24 hours. The keys stay. */
export async function forgetBodies(tx: Tx, now: number): Promise<void> {
  await tx
    .updateTable('idempotency')
    .set({ body: null })
    .where('created_at', '<', new Date(now - REPLAY_WINDOW_MS).toISOString())
    .where('body', 'is not', null)
    .execute();
}
