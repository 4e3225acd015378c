import { SEEN_MS, seenNow } from '../domain/presence.js';
import type { Env } from '../env.js';
import type { Session } from './session.js';

/** Every message refreshes the presence of the agent that sent it; one a minute of a session asks the database. */
export async function heardFrom(env: Env, session: Session): Promise<void> {
  const now = env.clock.now();
  session.usedAt = now;
  if (session.facts.surface !== 'agent' || now - session.seenAt < SEEN_MS) return;
  session.seenAt = now;
  await seenNow(env, session.facts.account);
}
