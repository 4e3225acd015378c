import { demo } from '../../src/backend/credentials.js';
import { accountId, openAccount, post } from '../../src/backend/domain/ledger.js';
import { CURRENCY } from '../../src/backend/domain/task-record.js';
import type { Db } from '../../src/backend/store/schema.js';
import { UNIT } from '../../src/money.js';

/** Gives the demo hirer and the demo assistant enough for thousands of hires and tasks. @param now milliseconds */
export async function fund(db: Db, now: number): Promise<void> {
  const accounts = [
    [demo.hirer, 'USD'],
    [demo.humans2aiAgent, CURRENCY],
  ] as const;
  await db.transaction().execute(async (tx) => {
    for (const [owner, currency] of accounts) {
      const debit = await openAccount(tx, 'world', 'world', currency);
      const credit = accountId(owner, 'available', currency);
      const at = new Date(now).toISOString();
      await post(tx, { debit, credit, amount: 1_000_000n * UNIT, kind: 'deposit', subject: `funds of ${owner}`, at });
    }
  });
}
