import type { Selectable } from 'kysely';
import { ApiError } from '../api-error.js';
import type { DojoPromptRow, DojoResourceRow } from '../store/agentdojo-schema.js';
import type { Tx } from '../store/schema.js';
import type { DojoServer } from './dojo-servers.js';

/** Resources and prompts of AgentDojo's servers. */

export type DojoResource = Selectable<DojoResourceRow>;

export interface ResourceWish {
  readonly uri: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly mimeType: string;
  readonly text: string;
}

/** @throws {ApiError} CONFLICT when the server has one with this URI. */
export async function createResource(tx: Tx, server: DojoServer, wanted: ResourceWish): Promise<DojoResource> {
  const row = await tx
    .insertInto('dojo_resources')
    .values({
      account: server.account,
      server_id: server.id,
      uri: wanted.uri,
      name: wanted.name,
      description: wanted.description ?? null,
      mime_type: wanted.mimeType,
      text: wanted.text,
    })
    .onConflict((conflict) => conflict.columns(['server_id', 'uri']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new ApiError('CONFLICT', `The server already has a resource ${wanted.uri}.`);
  return row;
}

/** Those of all servers of an account, oldest first. */
export async function listResources(tx: Tx, account: string, limit: number, offset: number): Promise<DojoResource[]> {
  return await tx
    .selectFrom('dojo_resources')
    .selectAll()
    .where('account', '=', account)
    .orderBy('id')
    .limit(limit)
    .offset(offset)
    .execute();
}

/** Those of one server, by URI. */
export async function resourcesOf(tx: Tx, serverId: bigint): Promise<DojoResource[]> {
  return await tx.selectFrom('dojo_resources').selectAll().where('server_id', '=', serverId).orderBy('uri').execute();
}

export async function resourceOf(tx: Tx, serverId: bigint, uri: string): Promise<DojoResource | undefined> {
  return await tx
    .selectFrom('dojo_resources')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('uri', '=', uri)
    .executeTakeFirst();
}

/** The oldest one with this URI. @throws {ApiError} NOT_FOUND. */
export async function requireResource(tx: Tx, account: string, uri: string): Promise<DojoResource> {
  const row = await tx
    .selectFrom('dojo_resources')
    .selectAll()
    .where('account', '=', account)
    .where('uri', '=', uri)
    .orderBy('id')
    .executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', `Resource not found: ${uri}`);
  return row;
}

const MOST_SUBSCRIPTIONS = 1_000;

/** @throws {ApiError} CONFLICT when the account has too many. */
export async function subscribe(tx: Tx, account: string, uri: string): Promise<void> {
  if ((await subscriptionsOf(tx, account)).length >= MOST_SUBSCRIPTIONS) {
    throw new ApiError('CONFLICT', `An account has at most ${MOST_SUBSCRIPTIONS} subscriptions.`);
  }
  await tx
    .insertInto('dojo_subscriptions')
    .values({ account, uri })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function unsubscribe(tx: Tx, account: string, uri: string): Promise<void> {
  await tx.deleteFrom('dojo_subscriptions').where('account', '=', account).where('uri', '=', uri).execute();
}

export async function subscriptionsOf(tx: Tx, account: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('dojo_subscriptions')
    .select('uri')
    .where('account', '=', account)
    .orderBy('uri')
    .execute();
  return rows.map(({ uri }) => uri);
}

/** By name. */
export async function promptsOf(tx: Tx, serverId: bigint): Promise<DojoPromptRow[]> {
  return await tx.selectFrom('dojo_prompts').selectAll().where('server_id', '=', serverId).orderBy('name').execute();
}

export async function promptOf(tx: Tx, serverId: bigint, name: string): Promise<DojoPromptRow | undefined> {
  return await tx
    .selectFrom('dojo_prompts')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('name', '=', name)
    .executeTakeFirst();
}
