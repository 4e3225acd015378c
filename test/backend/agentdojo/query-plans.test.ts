import { type CompiledQuery, createQueryId, type KyselyPlugin, type RootOperationNode, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as resources from '../../../src/backend/domain/dojo-resources.js';
import * as offers from '../../../src/backend/domain/dojo-server-tools.js';
import * as servers from '../../../src/backend/domain/dojo-servers.js';
import * as toolkits from '../../../src/backend/domain/dojo-toolkits.js';
import * as tools from '../../../src/backend/domain/dojo-tools.js';
import { type Backend, createBackend } from '../../../src/backend/index.js';
import type { Tx } from '../../../src/backend/store/schema.js';

/** Every read of the AgentDojo double is served by an index, in the order in which it is shown. */

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend();
});
afterAll(() => backend.close());

const NOBODY = 'dojo_nobody';

const READS: Readonly<Record<string, (tx: Tx) => Promise<unknown>>> = {
  'servers of an account': (tx) => servers.listServers(tx, NOBODY, 100, 100),
  'a server by its slug': (tx) => servers.findServer(tx, NOBODY, 'my-server'),
  'a server by its number': (tx) => servers.requireServer(tx, NOBODY, 1n),
  'tools of an account': (tx) => tools.listTools(tx, NOBODY, 100, 100),
  'a tool by its name': (tx) => tools.toolNamed(tx, NOBODY, 'search'),
  'a tool by its id': (tx) => tools.requireTool(tx, NOBODY, 'x'),
  'toolkits of an account': (tx) => toolkits.listToolkits(tx, NOBODY, 100, 100),
  'a toolkit by its id': (tx) => toolkits.requireToolkit(tx, NOBODY, 'x'),
  'tools of a toolkit': (tx) => toolkits.toolsOf(tx, 'x'),
  'tools of a server': (tx) => offers.offeredTools(tx, 1n),
  'a tool of a server by its name': (tx) => offers.offeredTool(tx, 1n, 'search'),
  'resources of an account': (tx) => resources.listResources(tx, NOBODY, 100, 100),
  'resources of a server': (tx) => resources.resourcesOf(tx, 1n),
  'a resource of a server': (tx) => resources.resourceOf(tx, 1n, 'db://users'),
  'a resource by its URI': (tx) => resources.requireResource(tx, NOBODY, 'db://users'),
  'subscriptions of an account': (tx) => resources.subscriptionsOf(tx, NOBODY),
  'prompts of a server': (tx) => resources.promptsOf(tx, 1n),
  'a prompt by its name': (tx) => resources.promptOf(tx, 1n, 'x'),
};

/** The queries that a read makes; that it finds nothing does not matter. */
async function queriesOf(read: (tx: Tx) => Promise<unknown>): Promise<CompiledQuery[]> {
  const { db } = backend.env;
  const nodes: RootOperationNode[] = [];
  const recorder: KyselyPlugin = {
    transformQuery: ({ node }) => {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await read(db.withPlugin(recorder)).catch(() => undefined);
  return nodes.map((node) => db.getExecutor().compileQuery(node, createQueryId()));
}

async function planOf(query: CompiledQuery): Promise<string[]> {
  const parts = query.sql.split('?').map((part) => sql.raw(part));
  const bound = parts.flatMap((part, index) =>
    index < query.parameters.length ? [part, sql`${query.parameters[index]}`] : [part],
  );
  const explained = sql<{ detail: string }>`explain query plan ${sql.join(bound, sql.raw(''))}`;
  return (await explained.execute(backend.env.db)).rows.map(({ detail }) => detail);
}

it.each(Object.entries(READS))('%s', async (_, read) => {
  const queries = await queriesOf(read);
  expect(queries).toHaveLength(1);
  for (const query of queries) {
    const plan = await planOf(query);
    expect(plan.filter((line) => !line.startsWith('SEARCH'))).toEqual([]);
  }
});
