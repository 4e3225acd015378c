import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';

/** The GitHub token that a user keeps here for push-mode hirings. It is sealed at rest and never shown. */

export type GithubTokenState = {
  readonly stored: boolean;
  readonly updated_at: string | null;
  readonly hint: string | null;
};

const contextOf = (userId: string) => `github:${userId}`;
/** Four characters of a shorter secret would tell too much of it. */
const HINTED_FROM = 20;

export async function storeGithubToken(env: Env, tx: Tx, userId: string, token: string): Promise<GithubTokenState> {
  const row = {
    sealed: env.sealer.seal(token, contextOf(userId)),
    hint: token.length < HINTED_FROM ? null : token.slice(-4),
    updated_at: isoTime(env.clock.now()),
  };
  await tx
    .insertInto('agrenting_github_tokens')
    .values({ user_id: userId, ...row })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(row))
    .execute();
  return await githubTokenState(tx, userId);
}

export async function githubTokenState(tx: Tx, userId: string): Promise<GithubTokenState> {
  const row = await tx
    .selectFrom('agrenting_github_tokens')
    .select(['updated_at', 'hint'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return { stored: row !== undefined, updated_at: row?.updated_at ?? null, hint: row?.hint ?? null };
}

export async function clearGithubToken(tx: Tx, userId: string): Promise<GithubTokenState> {
  await tx.deleteFrom('agrenting_github_tokens').where('user_id', '=', userId).execute();
  return await githubTokenState(tx, userId);
}

/** The token itself, for a hiring that is about to be made; undefined when none is stored. */
export async function storedGithubToken(env: Env, tx: Tx, userId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('agrenting_github_tokens')
    .select('sealed')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row && env.sealer.open(row.sealed, contextOf(userId));
}
