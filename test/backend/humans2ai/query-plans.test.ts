import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { applicationsOf } from '../../../src/backend/domain/applications.js';
import { facetOf, taskPage } from '../../../src/backend/domain/task-list.js';
import { transactionPage } from '../../../src/backend/domain/wallet.js';
import { openWorld, type World } from './world.js';

interface Explainable {
  compile(): { readonly sql: string; readonly parameters: readonly unknown[] };
}

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

/** SQLite's plan, a step a line. */
async function planOf(query: Explainable): Promise<string[]> {
  const { sql: text, parameters } = query.compile();
  const parts = text.split('?').map((part) => sql.raw(part));
  const bound = parts.flatMap((part, index) =>
    index < parameters.length ? [part, sql`${parameters[index]}`] : [part],
  );
  const explained = sql<{ detail: string }>`explain query plan ${sql.join(bound, sql.raw(''))}`;
  return (await explained.execute(world.backend.env.db)).rows.map(({ detail }) => detail);
}

/** Tables are searched by an index; only the page itself, at most 100 rows, may be scanned or sorted. */
function expectIndexed(plan: readonly string[], scannable: readonly string[] = []): void {
  const scans = plan.filter((line) => line.startsWith('SCAN') && !scannable.some((name) => line === `SCAN ${name}`));
  expect(scans).toEqual([]);
  expect(plan.some((line) => line.startsWith('SEARCH'))).toBe(true);
}

describe('lists are served by an index, whatever the filters', () => {
  const filters = [
    {},
    { status: 'open' as const },
    { agentId: 'user_x', category: 'photography' },
    { status: 'completed' as const, agentId: 'user_x', category: 'photography', urgency: 'low', remote: true },
  ];
  for (const filter of filters) {
    it(`tasks by ${Object.keys(filter).join(', ') || 'nothing'}`, async () => {
      const plan = await planOf(taskPage(world.backend.env.db, facetOf(filter), { limit: 100, page: 3 }));
      expectIndexed(plan);
      expect(plan).toContain('SEARCH h2a_task_facets USING PRIMARY KEY (facet=?)');
      expect(plan.join()).not.toContain('TEMP B-TREE');
    });
  }

  for (const type of [undefined, 'escrow_lock']) {
    it(`transactions of ${type ?? 'every type'}`, async () => {
      const query = transactionPage(world.backend.env.db, 'user_x', { limit: 100, page: 3, type });
      const plan = await planOf(query);
      expectIndexed(plan, ['page']);
      expect(plan.some((line) => line.startsWith('SEARCH h2a_transactions USING'))).toBe(true);
    });
  }

  it('the index of all tasks names every column that the facets are made of', async () => {
    await world.createTask({ remote: true });
    const facets = await world.backend.env.db.selectFrom('h2a_task_facets').select('facet').execute();
    const full = {
      status: 'open',
      agentId: 'user_your_assistant',
      category: 'photography',
      urgency: 'medium',
    } as const;
    expect(facets.map(({ facet }) => facet)).toContain(facetOf({ ...full, remote: true }));
    expect(facets).toHaveLength(48);
  });

  it('applications of a task are read by their index', async () => {
    const { db } = world.backend.env;
    const query = db.selectFrom('h2a_applications').selectAll().where('task_id', '=', 'task_x').orderBy('seq');
    expect(await planOf(query)).toEqual(['SEARCH h2a_applications USING INDEX h2a_applications_task (task_id=?)']);
    expect(await applicationsOf(db, 'task_x')).toEqual([]);
  });

  it('messages, webhooks and keys of an owner are read by their index', async () => {
    const { db } = world.backend.env;
    const queries = [
      db.selectFrom('h2a_messages').selectAll().where('task_id', '=', 'x').orderBy('seq'),
      db.selectFrom('h2a_webhooks').selectAll().where('user_id', '=', 'x').orderBy('created_at').orderBy('id'),
      db.selectFrom('credentials').selectAll().where('marketplace', '=', 'humans2ai').where('account', '=', 'x'),
    ];
    for (const query of queries) expectIndexed(await planOf(query));
  });
});
