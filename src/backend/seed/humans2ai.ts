import { amountFromJson } from '../../money.js';
import { REVIEWER_BEHAVIOUR } from '../actors/reviewer.js';
import { SANDBOX_HUMANS } from '../actors/sandbox-humans.js';
import { isoTime } from '../clock.js';
import { demo } from '../credentials.js';
import { credit } from '../domain/wallet.js';
import type { Env } from '../env.js';
import type { Humans2aiUserRow } from '../store/humans2ai-schema.js';
import type { Tx } from '../store/schema.js';

/** The demo accounts of Humans2AI and the simulated humans. None of them has a password. */
export async function seedHumans2ai(env: Env, tx: Tx): Promise<void> {
  const created_at = isoTime(env.clock.now());
  const account = (
    id: string,
    name: string,
    role: Humans2aiUserRow['role'],
    email: string,
    behaviour: string | null = null,
  ): Humans2aiUserRow => ({
    id,
    email: `${email}@sandbox.invalid`,
    display_name: name,
    role,
    password: null,
    suspended: 0n,
    behaviour,
    created_at,
  });
  await tx
    .insertInto('h2a_users')
    .values([
      account(demo.humans2aiAgent, 'Your assistant', 'agent', 'you'),
      account(demo.humans2aiHuman, 'You, as a human', 'human', 'human'),
      account(demo.humans2aiAdmin, 'Platform admin', 'admin', 'admin', REVIEWER_BEHAVIOUR),
      ...SANDBOX_HUMANS.map((human) =>
        account(human.id, human.name, 'human', human.name.toLowerCase(), human.behaviour),
      ),
    ])
    .execute();
  // The bonus of every new account, and enough to reach the tasks that are reviewed: 12,000 in all.
  await credit(env, tx, demo.humans2aiAgent, amountFromJson(500), 'grant', demo.humans2aiAgent);
  await credit(env, tx, demo.humans2aiAgent, amountFromJson(11_500), 'deposit', `seed-${demo.humans2aiAgent}`);
}
