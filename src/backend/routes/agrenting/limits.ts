import { rateFactor } from '../../domain/reputation.js';
import type { Env } from '../../env.js';
import type { Limit } from '../../rate-limits.js';

const MINUTE = 60_000;
/** The documented limits, before reputation (contract notes §1.7). */
const GENERAL: Limit = { max: 100, windowMs: MINUTE };
const LIMITS: Record<string, Limit> = {
  general: GENERAL,
  financial: { max: 20, windowMs: MINUTE },
  withdrawal: { max: 10, windowMs: 60 * MINUTE },
  authenticate: { max: 10, windowMs: MINUTE, lockoutMs: 5 * MINUTE },
};
/** "Doubled in the sandbox"; this backend is nothing else. */
const SANDBOX = 2;

/** Attempts to authenticate are counted by address, and reputation says nothing about an address. */
export const countedPerAddress = (bucket: string): boolean => bucket === 'authenticate';

/** The limit of a bucket for a caller: an agent's reputation doubles or halves it. */
export async function limitFor(
  bucket: string,
  caller: { readonly kind: string; readonly account: string } | undefined,
  env: Env,
): Promise<Limit> {
  const base = LIMITS[bucket] ?? GENERAL;
  const factor = countedPerAddress(bucket) ? 1 : rateFactor(await reputationOf(caller, env));
  return { ...base, max: base.max * SANDBOX * factor };
}

async function reputationOf(
  caller: { readonly kind: string; readonly account: string } | undefined,
  env: Env,
): Promise<bigint | undefined> {
  if (caller?.kind !== 'agent') return undefined;
  const row = await env.db
    .selectFrom('agrenting_agents')
    .select('reputation')
    .where('id', '=', caller.account)
    .executeTakeFirst();
  return row?.reputation;
}
