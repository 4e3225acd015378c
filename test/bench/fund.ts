import { demo } from '../../src/backend/credentials.js';
import { accountId, openAccount, post } from '../../src/backend/domain/ledger.js';
import type { Backend } from '../../src/backend/index.js';
import { UNIT } from '../../src/money.js';

/** Gives the demo hirer enough for thousands of hires. */
export async function fund(backend: Backend): Promise<void> {
  await backend.env.db.transaction().execute(async (tx) => {
    const debit = await openAccount(tx, 'world', 'world', 'USD');
    const credit = accountId(demo.hirer, 'available', 'USD');
    const at = new Date(backend.env.clock.now()).toISOString();
    await post(tx, { debit, credit, amount: 1_000_000n * UNIT, kind: 'deposit', subject: 'bench', at });
  });
}
