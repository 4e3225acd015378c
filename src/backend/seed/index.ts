import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';
import { seedAgentdojo } from './agentdojo.js';
import { seedAgrenting } from './agrenting.js';
import { seedHumans2ai } from './humans2ai.js';

/** Fills an empty database with the demo accounts and the simulated other side. Running it again changes nothing. */
export async function seedDemo(env: Env): Promise<void> {
  await once(env, 'seeded', async (tx) => {
    await seedAgrenting(env, tx);
    await seedHumans2ai(env, tx);
  });
  await once(env, 'seeded-agentdojo', (tx) => seedAgentdojo(env, tx));
}

async function once(env: Env, key: string, seed: (tx: Tx) => Promise<void>): Promise<void> {
  await env.db.transaction().execute(async (tx) => {
    const seeded = await tx.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
    if (seeded) return;
    await tx
      .insertInto('meta')
      .values({ key, value: isoTime(env.clock.now()) })
      .execute();
    await seed(tx);
  });
}
