import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { hashSecret, systemRandom } from '../../src/backend/clock.js';
import { checkWhole, openForInspection } from '../../src/backend/store/inspect.js';
import { migrations } from '../../src/backend/store/migrations.js';
import type { Database } from '../../src/backend/store/schema.js';
import { NewerFileError, openSqlite } from '../../src/sqlite.js';
import { openBackend } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'hirewire-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file as every earlier version left it, with an account, its key and its money in it. */
async function oldFile(steps: number, name = `old-${steps}.db`): Promise<string> {
  const file = join(folder, name);
  const { db, close } = openSqlite<Database>(file, migrations.slice(0, steps));
  const at = '2026-01-01T00:00:00.000Z';
  const statements = [
    sql`INSERT INTO credentials (id, hash, marketplace, kind, via, account, name, hint, scopes, created_at)
      VALUES ('c', ${hashSecret('sk_old')}, 'humans2ai', 'agent', 'key', 'user_old', 'old', '_old', '*', ${at})`,
    sql`INSERT INTO accounts VALUES ('world:world:$A9token', 'world', 'world', '$A9token', 0)`,
    sql`INSERT INTO accounts VALUES ('user_old:available:$A9token', 'user_old', 'available', '$A9token', 0)`,
    sql`INSERT INTO transfers (debit, credit, amount, kind, subject, created_at)
      VALUES ('world:world:$A9token', 'user_old:available:$A9token', 4200000000, 'deposit', 'deposit:1', ${at})`,
    sql`INSERT INTO h2a_users (id, email, display_name, role, created_at)
      VALUES ('user_old', 'old@example.com', 'Old', 'agent', ${at})`,
  ];
  for (const statement of statements) await statement.execute(db);
  await close();
  return file;
}

describe('an old file', () => {
  const releases = migrations.map((_, n) => n + 1).filter((steps) => steps >= 3);

  it.each(releases)('of the first %i steps is brought up to date, and loses nothing', async (steps) => {
    const file = await oldFile(steps);
    for (let again = 0; again < 2; again += 1) {
      const { backend, call } = await openBackend({ database: file, random: systemRandom });
      const wallet = await call('GET', '/humans2ai/api/v1/wallet', { key: 'sk_old' });
      expect(wallet.body).toMatchObject({ balance: 42 });
      const made = await call('POST', '/humans2ai/api/v1/webhooks', {
        key: 'sk_old',
        body: { url: 'https://example.com/x', events: ['task.opened'] },
      });
      expect(made.status).toBe(201);
      await backend.close();
    }
    const opened = await openForInspection(file);
    await checkWhole(opened);
    const names = await sql<{ name: string }>`SELECT name FROM migrations ORDER BY rowid`.execute(opened.db);
    expect(names.rows.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    expect(await opened.db.selectFrom('audit_head').select('seq').executeTakeFirst()).toEqual({ seq: 2n });
    await opened.close();
  });

  it('from the future is refused and left as it is', async () => {
    const file = await oldFile(3, 'future.db');
    const future = openSqlite(file, [...migrations, { name: '999-future', sql: 'CREATE TABLE future (a)' }]);
    await future.close();
    expect(() => openSqlite(file, migrations)).toThrow(NewerFileError);
    await expect(checkWhole(await openForInspection(file))).rejects.toThrow('newer');
  });
});
