import { createQueryId, type KyselyPlugin, type RootOperationNode, sql } from 'kysely';
import { expect, it } from 'vitest';
import { createConsole } from '../../../src/backend/console/index.js';
import { PAGES } from '../../../src/backend/console/pages/index.js';
import { ROLE_NAMES } from '../../../src/backend/console/roles.js';
import type { Backend } from '../../../src/backend/index.js';
import { openBackend } from '../support.js';
import { formOf, Visitor } from './visitor.js';

/** A page costs the same in a sandbox with a million rows: every statement is served by an index and has an end. */

/** Sums over all accounts are what the ledger page is there to show. */
const WHOLE = /^select currency, (kind, )?sum\(balance\)|select coalesce\(sum\((balance|amount)\), 0\)/i;

class Recorder implements KyselyPlugin {
  readonly nodes: RootOperationNode[] = [];
  transformQuery({ node }: { node: RootOperationNode }): RootOperationNode {
    this.nodes.push(node);
    return node;
  }
  async transformResult<Result>({ result }: { result: Result }): Promise<Result> {
    return result;
  }
}

/** What SQLite would read without an end for a statement. */
async function endless(backend: Backend, node: RootOperationNode): Promise<string[]> {
  const { db } = backend.env;
  const { sql: text, parameters } = db.getExecutor().compileQuery(node, createQueryId());
  const plain = text.trim().replace(/\s+/g, ' ');
  if (!/^select/i.test(plain) || WHOLE.test(plain)) return [];
  const parts = text.split('?').map((part) => sql.raw(part));
  const bound = parts.flatMap((part, at) => (at < parameters.length ? [part, sql`${parameters[at]}`] : [part]));
  const { rows } = await sql<{ detail: string }>`explain query plan ${sql.join(bound, sql.raw(''))}`.execute(db);
  const bounded = / limit /i.test(plain) && !rows.some(({ detail }) => detail.includes('TEMP B-TREE'));
  const bad = rows.filter(
    ({ detail }) => detail.startsWith('SCAN') && !bounded && !/^SCAN (page|CONSTANT ROW)/.test(detail),
  );
  return bad.map(({ detail }) => `${detail}: ${plain}`);
}

it('reads every page through indexes', async () => {
  const { backend } = await openBackend({ seed: 'demo' });
  const hirer = await Visitor.as(backend, 'hirer');
  const hired = await hirer.fill(await hirer.get('/'), 'hire-did-agrenting-curious', {
    task_description: 'Something',
  });
  const published = await hirer.fill(await hirer.get('/console/desk'), 'create-task', { title: 'T', description: 'D' });
  await hirer.fill(await hirer.get('/console/webhooks'), 'create-task-webhook', { chosen: 'task.opened' });
  await backend.advance(60_000);

  const recorder = new Recorder();
  const console_ = createConsole({ ...backend.env, db: backend.env.db.withPlugin(recorder) }, (request) =>
    backend.fetch(request),
  );
  const visited = { ...backend, fetch: (request: Request) => console_(request) };
  const times: number[] = [];
  for (const role of ROLE_NAMES) {
    const visitor = await Visitor.as(visited, role);
    for (const [path] of PAGES) {
      const example = path.includes('hirings') ? hired.path : path.includes('tasks') ? published.path : path;
      const began = performance.now();
      const { status, html } = await visitor.get(example);
      times.push(performance.now() - began);
      expect([example, status]).toEqual([example, 200]);
      if (path === '/console/wallet' && role === 'hirer') expect(formOf(html, 'deposit').values.amount).toBe('100.00');
    }
  }
  const problems = new Set<string>();
  for (const node of recorder.nodes) for (const problem of await endless(backend, node)) problems.add(problem);
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  console.log(
    `figure: ${times.length} pages, ${recorder.nodes.length} statements, ${problems.size} without an index, ${median?.toFixed(1)} ms a page at the median`,
  );
  expect([...problems]).toEqual([]);
  // The look itself must see what it looks for.
  const bad = backend.env.db.selectFrom('hirings').selectAll().where('task_description', '=', 'x');
  expect(await endless(backend, bad.toOperationNode())).toHaveLength(1);
  const sorted = backend.env.db.selectFrom('hirings').selectAll().orderBy('price').limit(1);
  expect(await endless(backend, sorted.toOperationNode())).toHaveLength(1);
  await backend.close();
});
