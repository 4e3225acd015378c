import { hashSecret, isoTime } from '../clock.js';
import { HUMANS2AI_SCOPES, issueCredential } from '../credentials.js';
import type { Env } from '../env.js';
import type { Humans2aiUserRow, RefreshTokenRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';

/** Sessions of Humans2AI. The real service hands out Firebase tokens; ours are opaque. */

const SESSION_MS = 3_600_000;
const REFRESH_MS = 30 * 24 * 3_600_000;

export interface Session {
  readonly idToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

/**
 * Opens a session of one hour that carries every permission. `signedInAt` is when the password was given: what needs a
 * fresh login looks at that. The account's sessions that are over are swept.
 */
export async function openSession(env: Env, tx: Tx, user: Humans2aiUserRow, signedInAt: string): Promise<Session> {
  const nowMs = env.clock.now();
  const now = isoTime(nowMs);
  await tx
    .deleteFrom('credentials')
    .where('marketplace', '=', 'humans2ai')
    .where('account', '=', user.id)
    .where('via', '=', 'session')
    .where('expires_at', '<=', now)
    .execute();
  await tx.deleteFrom('h2a_refresh_tokens').where('user_id', '=', user.id).where('expires_at', '<=', now).execute();
  const { secret: idToken } = await issueCredential(env, tx, {
    marketplace: 'humans2ai',
    kind: user.role,
    via: 'session',
    account: user.id,
    name: 'session',
    prefix: 'idt_',
    scopes: HUMANS2AI_SCOPES,
    expiresAt: isoTime(nowMs + SESSION_MS),
    since: signedInAt,
  });
  const refreshToken = env.ids.secret('rft_');
  const row: RefreshTokenRow = {
    hash: hashSecret(refreshToken),
    user_id: user.id,
    signed_in_at: signedInAt,
    expires_at: isoTime(nowMs + REFRESH_MS),
  };
  await tx.insertInto('h2a_refresh_tokens').values(row).execute();
  return { idToken, refreshToken, expiresInSeconds: SESSION_MS / 1_000 };
}

/** Uses up a refresh token. */
export async function takeRefreshToken(env: Env, tx: Tx, token: string): Promise<RefreshTokenRow | undefined> {
  return await tx
    .deleteFrom('h2a_refresh_tokens')
    .where('hash', '=', hashSecret(token))
    .where('expires_at', '>', isoTime(env.clock.now()))
    .returningAll()
    .executeTakeFirst();
}
