import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FinancialTool } from '../../marketplaces/humans2ai/contract/inputs.js';
import { ApiError } from '../api-error.js';
import { hashSecret, isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { ConfirmationRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';

/**
 * Confirmation tokens (contract notes §5.1): one-time, five minutes, bound to account, tool and parameters. Only the
 * hash is stored. The error codes are ours: the documents have none.
 */

const LIFETIME_MS = 5 * 60_000;
/** A token that is over is kept for a day, so that a refusal can say why. */
const KEPT_MS = 24 * 3_600_000;

type Params = Readonly<Record<string, unknown>>;

/** RFC 8785 over what the tool's schema has read: flat, with defaults filled in, without the token itself. */
function hashParams(params: Params): string {
  const { confirmationToken: _, ...rest } = params;
  return createHash('sha256')
    .update(canonicalize(rest) ?? '')
    .digest('hex');
}

/** @returns the token, shown once, and its end. */
export async function issueConfirmation(
  env: Env,
  tx: Tx,
  account: string,
  tool: FinancialTool,
  params: Params,
): Promise<{ token: string; expiresAt: string }> {
  const nowMs = env.clock.now();
  const token = env.ids.secret('ctk_');
  const row: ConfirmationRow = {
    token_hash: hashSecret(token),
    account,
    tool,
    params_hash: hashParams(params),
    expires_at: isoTime(nowMs + LIFETIME_MS),
    used_at: null,
  };
  await tx
    .deleteFrom('h2a_confirmations')
    .where('expires_at', '<', isoTime(nowMs - KEPT_MS))
    .execute();
  await tx.insertInto('h2a_confirmations').values(row).execute();
  return { token, expiresAt: row.expires_at };
}

/**
 * Uses up the token of a financial call, in the transaction of its effect: a call that is refused later leaves it whole.
 * @throws {ApiError} CONFIRMATION_REQUIRED when one is demanded and missing; CONFIRMATION_INVALID when it is not good.
 */
export async function useConfirmation(
  env: Env,
  tx: Tx,
  account: string,
  tool: FinancialTool,
  params: Params & { readonly confirmationToken?: string | undefined },
): Promise<void> {
  const token = params.confirmationToken;
  if (token === undefined) {
    if (!env.settings.enforceConfirmation) return;
    throw new ApiError('CONFIRMATION_REQUIRED', 'Confirmation is required: call request_confirmation first.');
  }
  const hash = hashSecret(token);
  const row = await tx
    .selectFrom('h2a_confirmations')
    .selectAll()
    .where('token_hash', '=', hash)
    .where('account', '=', account)
    .executeTakeFirst();
  const now = isoTime(env.clock.now());
  const problem = problemWith(row, tool, hashParams(params), now);
  if (problem !== undefined) throw new ApiError('CONFIRMATION_INVALID', problem);
  await tx.updateTable('h2a_confirmations').set({ used_at: now }).where('token_hash', '=', hash).execute();
}

function problemWith(
  row: ConfirmationRow | undefined,
  tool: string,
  paramsHash: string,
  now: string,
): string | undefined {
  if (!row) return 'The confirmation token is unknown.';
  if (row.used_at !== null) return 'The confirmation token was used already.';
  if (row.expires_at <= now) return 'The confirmation token has expired: it is valid for five minutes.';
  if (row.tool !== tool) return 'The confirmation token was issued for another tool.';
  if (row.params_hash !== paramsHash) return 'The confirmation token was issued for other parameters.';
  return undefined;
}
