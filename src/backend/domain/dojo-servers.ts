import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import { issueCredential } from '../credentials.js';
import type { Env } from '../env.js';
import type { DojoServerRow } from '../store/agentdojo-schema.js';
import type { Tx } from '../store/schema.js';

/** Servers of AgentDojo: what answers MCP under a slug. */

export type DojoServer = Selectable<DojoServerRow>;

/** First parts of paths that are no slugs: AgentDojo's own, and those of the other surfaces of this backend. */
export const RESERVED_SLUGS: readonly string[] = [
  ...['servers', 'toolkits', 'tools', 'resources', 'prompts'],
  ...['mcp', 'sse', 'messages', 'hirer'],
  ...['agentdojo', 'agrenting', 'humans2ai', 'praisonai', 'api', 'console', 'health', 'reference', 'sandbox'],
];

/** The permission that the key of one server carries. */
export const serverScope = (id: bigint): string => `server:${id}`;

export interface ServerWish {
  readonly name: string;
  readonly slug?: string | undefined;
  readonly description?: string | undefined;
}

/** @throws {ApiError} CONFLICT for a slug that is taken or reserved, VALIDATION_ERROR for a name that makes none. */
export async function createServer(
  env: Env,
  tx: Tx,
  account: string,
  wanted: ServerWish,
): Promise<{ row: DojoServer; key: string }> {
  const slug = wanted.slug ?? slugOf(wanted.name);
  if (slug === '') {
    const details = { slug: ['cannot be derived from this name; give one'] };
    throw new ApiError('VALIDATION_ERROR', 'The request is not valid.', { details });
  }
  if (RESERVED_SLUGS.includes(slug) || (await findServer(tx, account, slug))) {
    throw new ApiError('CONFLICT', `The slug "${slug}" is taken.`);
  }
  const row = await tx
    .insertInto('dojo_servers')
    .values({
      account,
      slug,
      name: wanted.name,
      description: wanted.description ?? null,
      is_active: 1n,
      request_count: 0n,
      last_used_at: null,
      created_at: isoTime(env.clock.now()),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const { secret } = await issueCredential(env, tx, {
    marketplace: 'agentdojo',
    kind: 'agent',
    account,
    name: slug,
    prefix: 'sk_server_',
    scopes: [serverScope(row.id)],
  });
  return { row, key: secret };
}

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '');

export async function findServer(tx: Tx, account: string, slug: string): Promise<DojoServer | undefined> {
  return await tx
    .selectFrom('dojo_servers')
    .selectAll()
    .where('account', '=', account)
    .where('slug', '=', slug)
    .executeTakeFirst();
}

/** @throws {ApiError} NOT_FOUND, also for a server of somebody else. */
export async function requireServer(tx: Tx, account: string, id: bigint): Promise<DojoServer> {
  const row = await tx
    .selectFrom('dojo_servers')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account)
    .executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'Server not found');
  return row;
}

/** Oldest first. */
export async function listServers(tx: Tx, account: string, limit: number, offset: number): Promise<DojoServer[]> {
  return await tx
    .selectFrom('dojo_servers')
    .selectAll()
    .where('account', '=', account)
    .orderBy('id')
    .limit(limit)
    .offset(offset)
    .execute();
}

/** With everything on it; its own key is worth nothing any more. */
export async function deleteServer(env: Env, tx: Tx, server: DojoServer): Promise<void> {
  await tx.deleteFrom('dojo_servers').where('id', '=', server.id).execute();
  await tx
    .updateTable('credentials')
    .set({ revoked_at: isoTime(env.clock.now()) })
    .where('marketplace', '=', 'agentdojo')
    .where('account', '=', server.account)
    .where('scopes', '=', serverScope(server.id))
    .execute();
}

/** Takes note of a request to a server's MCP endpoint. */
export async function usedServer(tx: Tx, id: bigint, now: string): Promise<void> {
  await tx
    .updateTable('dojo_servers')
    .set({ request_count: sql`request_count + 1`, last_used_at: now })
    .where('id', '=', id)
    .execute();
}
