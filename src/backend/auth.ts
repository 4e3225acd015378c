import type { CallerKind, Route } from '../marketplaces/route.js';
import { ApiError } from './api-error.js';
import { hashSecret } from './clock.js';
import { isListed } from './ip-list.js';
import type { CredentialRow, Db } from './store/schema.js';

/** Who is calling, as the backend knows them. */
export interface Caller {
  readonly kind: CallerKind;
  readonly via: 'key' | 'session';
  readonly account: string;
  readonly credentialId: string;
  readonly scopes: readonly string[];
  /** 10^-8 USD; null when the key has no cap. */
  readonly maxPricePerHire: bigint | null;
  readonly since: string;
}

/**
 * The secret in a request: X-API-Key, then Api-Key, then Bearer (Agrenting, contract notes §1.2). Humans2AI uses
 * Bearer only. The class of a credential is looked up, never guessed from its header or prefix.
 */
export function presentedSecret(headers: Headers): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return headers.get('x-api-key') ?? headers.get('api-key') ?? bearer ?? undefined;
}

export async function findCredential(db: Db, headers: Headers): Promise<CredentialRow | undefined> {
  const secret = presentedSecret(headers);
  if (!secret || secret.length > 4_096) return undefined;
  return await db.selectFrom('credentials').selectAll().where('hash', '=', hashSecret(secret)).executeTakeFirst();
}

/**
 * The caller of a marketplace, or undefined when the credential is missing, foreign, revoked, expired or used from an
 * address that its list does not name.
 */
export function callerOf(
  row: CredentialRow | undefined,
  marketplace: string,
  now: string,
  address: string,
): Caller | undefined {
  if (!row || row.marketplace !== marketplace) return undefined;
  if (row.revoked_at !== null && row.revoked_at <= now) return undefined;
  if (row.expires_at !== null && row.expires_at <= now) return undefined;
  if (row.allowed_ips !== null && !isListed(row.allowed_ips, address)) return undefined;
  return {
    kind: row.kind,
    via: row.via,
    account: row.account,
    credentialId: row.id,
    scopes: row.scopes.split(' ').filter(Boolean),
    maxPricePerHire: row.max_price_per_hire,
    since: row.created_at,
  };
}

const FRESH_MS = 5 * 60_000;

/**
 * Refuses a caller that may not use this route. Scopes bind keys; a session carries all that its account may do.
 * @throws {ApiError} with the marketplace's code for "unauthorized" or "forbidden".
 */
export function authorize(
  route: Pick<Route, 'callers' | 'via' | 'scope'>,
  caller: Caller | undefined,
  codes: AuthCodes,
  nowMs: number,
): void {
  if (route.callers.length === 0) return;
  if (!caller) throw new ApiError(codes.unauthorized, 'Missing, invalid or revoked credential.');
  if (!route.callers.includes(caller.kind)) throw new ApiError(codes.forbidden, 'This credential cannot be used here.');
  if (route.via && caller.via !== 'session') throw new ApiError(codes.forbidden, 'This needs a login, not an API key.');
  if (route.via === 'fresh' && nowMs - Date.parse(caller.since) > FRESH_MS) {
    throw new ApiError(codes.forbidden, 'This needs a fresh login: log in again and repeat within five minutes.');
  }
  if (route.scope && !hasScope(caller, route.scope)) {
    throw new ApiError(codes.forbidden, `Missing permission: ${route.scope}.`, { details: { scope: [route.scope] } });
  }
}

/** Agents and people act with their whole role; only a user's or agent's key is narrowed by scopes ("*" is all). */
export function hasScope(caller: Caller, scope: string): boolean {
  return caller.scopes.includes('*') || caller.scopes.includes(scope);
}

export interface AuthCodes {
  readonly unauthorized: string;
  readonly forbidden: string;
}
