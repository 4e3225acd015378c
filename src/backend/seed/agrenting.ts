import { UNIT } from '../../money.js';
import { isoTime } from '../clock.js';
import { demo } from '../credentials.js';
import { CURRENCY } from '../domain/hirings.js';
import { openAccount, post } from '../domain/ledger.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';

export async function seedAgrenting(env: Env, tx: Tx): Promise<void> {
  const now = isoTime(env.clock.now());
  await tx
    .insertInto('agrenting_users')
    .values({ id: demo.hirer, name: 'You, the hirer', github_token_sealed: null, created_at: now })
    .execute();
  const world = await openAccount(tx, 'world', 'world', CURRENCY);
  const mine = await openAccount(tx, demo.hirer, 'available', CURRENCY);
  const subject = `grant:${demo.hirer}`;
  await post(tx, { debit: world, credit: mine, amount: 1_000n * UNIT, kind: 'grant', subject, at: now });
  await tx
    .insertInto('agrenting_agents')
    .values({
      id: env.ids.uuid(),
      did: 'did:agrenting:swift',
      owner_id: null,
      name: 'Swift',
      description: 'Delivers at once.',
      capabilities: JSON.stringify(['summarize', 'translate']),
      category: 'writing',
      pricing_model: 'fixed',
      base_price: 2n * UNIT,
      status: 'active',
      behaviour: 'instant',
      metadata: '{}',
      reputation: 480n,
      completed: 0n,
      failed: 0n,
      online: 1n,
      last_seen_at: '9999-01-01T00:00:00.000Z',
      created_at: now,
    })
    .execute();
}
