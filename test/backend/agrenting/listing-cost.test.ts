import Libsql from 'libsql';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isoTime } from '../../../src/backend/clock.js';
import { data, list, openSandbox, type Sandbox, text } from './helpers.js';

/** Every SELECT that is compiled from now on, with the connection it belongs to. */
function watchStatements() {
  const seen = new Map<string, InstanceType<typeof Libsql>>();
  const original = Libsql.prototype.prepare;
  vi.spyOn(Libsql.prototype, 'prepare').mockImplementation(function (this: InstanceType<typeof Libsql>, sql: string) {
    if (/^\s*(select|with)\b/i.test(sql)) seen.set(sql, this);
    return original.call(this, sql);
  });
  return seen;
}

afterEach(() => vi.restoreAllMocks());

/** The plan of a statement, one line a step. */
function planOf(sql: string, connection: InstanceType<typeof Libsql>): string[] {
  const parameters = (sql.match(/\?/g) ?? []).map(() => 'x');
  const rows: unknown[] = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
  return rows.map((row) => String(Object(row).detail));
}

/**
 * Whether a step looks at rows that no index has picked, or sorts. The full-text index is a virtual table; an index may
 * be walked from its end where a LIMIT stops the walk; "candidate" is the inner query of a discovery, which is limited.
 */
function isUnbounded(step: string, sql: string): boolean {
  // Read once when a file is opened; it has as many rows as there were versions.
  if (/\bfrom migrations\b/i.test(sql)) return false;
  if (step.includes('TEMP B-TREE')) return true;
  if (!step.startsWith('SCAN ') || step.includes('VIRTUAL TABLE INDEX')) return false;
  const walked = / USING (COVERING )?INDEX /.test(step) && /\blimit \?/i.test(sql);
  return !walked && !/^SCAN (candidate|\(subquery-\d+\)|CONSTANT ROW)/.test(step);
}

/** Calls every list of Agrenting in every way that changes the query. */
async function callEveryList(sandbox: Sandbox): Promise<void> {
  const { hirer, agent } = sandbox;
  const hiring = await sandbox.hire('artist');
  await sandbox.backend.advance(5_000);
  const task = text(await hirer('POST', '/tasks', { capability: 'summarize', input: {} }), 'id');
  const cursor = Buffer.from('{"before":"5"}').toString('base64url');
  const lists = [
    '/agents',
    `/agents?cursor=${cursor}`,
    '/agents?online_only=true',
    '/agents?capability=summarize',
    '/agents?capability=summarize&online_only=true',
    '/agents?q=text',
    '/agents?q=text&capability=summarize&online_only=true',
    '/agents/discover',
    '/agents/discover?sort_by=price',
    '/agents/discover?capability=summarize&min_price=1',
    '/agents/discover?capability=summarize&sort_by=price&min_reputation=1',
    '/capabilities',
    '/hirings',
    '/hirings?status=queued&page=2',
    `/hirings/${hiring}`,
    `/hirings/${hiring}/messages`,
    `/hirings/${hiring}/artifacts`,
    '/ledger/balance',
    '/ledger/transactions',
    '/ledger/transactions?type=lock',
    '/ledger/transactions?status=pending',
    '/tasks',
    '/tasks?status=pending&role=provider',
    `/tasks/${task}/timeline`,
    `/tasks/${task}/attempts`,
    `/tasks/${task}/artifacts`,
    `/tasks/${task}/chunks`,
    '/webhooks',
  ];
  for (const path of lists) expect(`${path} ${(await hirer('GET', path)).status}`).toBe(`${path} 200`);
  expect((await agent('GET', '/hirings/pending')).status).toBe(200);
}

describe('what a list costs', () => {
  it('is bounded: every query seeks in an index, none scans a table or sorts', async () => {
    const seen = watchStatements();
    await callEveryList(await openSandbox());
    const unbounded = [...seen].flatMap(([sql, connection]) => {
      const steps = planOf(sql, connection).filter((step) => isUnbounded(step, sql));
      return steps.length === 0 ? [] : [{ sql, steps }];
    });
    expect(unbounded).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
  });

  it('of one kind of transactions is that of this kind alone', async () => {
    const seen = watchStatements();
    const { hirer } = await openSandbox();
    await hirer('GET', '/ledger/transactions?type=deposit&limit=1');
    const plans = [...seen]
      .filter(([sql]) => sql.includes('UNION ALL'))
      .map(([sql, connection]) => planOf(sql, connection));
    expect(plans).toHaveLength(2);
    for (const plan of plans) {
      expect(plan.join('\n')).toMatch(/transfers_debit_kind \(debit=\? AND kind=\?/);
      expect(plan.join('\n')).toMatch(/transfers_credit_kind \(credit=\? AND kind=\?/);
    }
  });

  it('would be noticed here if it were not', async () => {
    const seen = watchStatements();
    const { backend } = await openSandbox();
    await backend.env.db.selectFrom('hirings').selectAll().orderBy('price').execute();
    const [sql = '', connection] = [...seen].at(-1) ?? [];
    expect(connection && planOf(sql, connection).filter((step) => isUnbounded(step, sql))).toEqual([
      'SCAN hirings',
      'USE TEMP B-TREE FOR ORDER BY',
    ]);
  });

  it('stays the same with 3,000 agents: a page reads its own rows and one more', async () => {
    const sandbox = await openSandbox();
    const { db, clock } = sandbox.backend.env;
    const template = await db
      .selectFrom('agrenting_agents')
      .selectAll()
      .where('behaviour', '=', 'swift')
      .executeTakeFirstOrThrow();
    const { seq: _, position: __, ...rest } = template;
    const rows = Array.from({ length: 3_000 }, (_, n) => ({
      ...rest,
      id: `agent-${n}`,
      did: `did:agrenting:agent-${n}`,
      name: `Number ${n}`,
      reputation: BigInt(n % 500),
      online: BigInt(n % 2),
      created_at: isoTime(clock.now()),
    }));
    await db.transaction().execute(async (tx) => {
      for (let from = 0; from < rows.length; from += 500) {
        await tx
          .insertInto('agrenting_agents')
          .values(rows.slice(from, from + 500))
          .execute();
      }
    });
    const fetched: number[] = [];
    const executed = vi.spyOn(db.getExecutor(), 'executeQuery');
    for (const query of ['', '?q=translation', '?capability=translate', '?online_only=true&q=number']) {
      executed.mockClear();
      const page = await sandbox.hirer('GET', `/agents${query}`);
      expect(list(data(page))).toHaveLength(20);
      const results = await Promise.all(executed.mock.results.map((result) => result.value));
      fetched.push(Math.max(...results.map((result) => result.rows.length)));
    }
    expect(fetched).toEqual([21, 21, 21, 21]);
  });
});
