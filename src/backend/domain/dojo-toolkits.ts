import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { DojoToolkitRow } from '../store/agentdojo-schema.js';
import type { Tx } from '../store/schema.js';
import type { DojoTool } from './dojo-tools.js';

/** Toolkits of AgentDojo: tools that belong together. */

export interface ToolkitWish {
  readonly name: string;
  readonly description?: string | undefined;
}

/** @throws {ApiError} CONFLICT when the account has one of this name. */
export async function createToolkit(env: Env, tx: Tx, account: string, wanted: ToolkitWish): Promise<DojoToolkitRow> {
  await refuseTaken(tx, account, wanted.name);
  const row: DojoToolkitRow = {
    id: env.ids.uuid(),
    account,
    name: wanted.name,
    description: wanted.description ?? null,
    created_at: isoTime(env.clock.now()),
  };
  await tx.insertInto('dojo_toolkits').values(row).execute();
  return row;
}

/** @throws {ApiError} CONFLICT when another one has this name. */
export async function updateToolkit(tx: Tx, row: DojoToolkitRow, wanted: ToolkitWish): Promise<DojoToolkitRow> {
  if (wanted.name !== row.name) await refuseTaken(tx, row.account, wanted.name);
  const changed = { name: wanted.name, description: wanted.description ?? null };
  await tx.updateTable('dojo_toolkits').set(changed).where('id', '=', row.id).execute();
  return { ...row, ...changed };
}

/** @throws {ApiError} NOT_FOUND, also for one of somebody else. */
export async function requireToolkit(tx: Tx, account: string, id: string): Promise<DojoToolkitRow> {
  const row = await tx
    .selectFrom('dojo_toolkits')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account)
    .executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'Toolkit not found');
  return row;
}

/** By name. */
export async function listToolkits(tx: Tx, account: string, limit: number, offset: number): Promise<DojoToolkitRow[]> {
  return await tx
    .selectFrom('dojo_toolkits')
    .selectAll()
    .where('account', '=', account)
    .orderBy('name')
    .limit(limit)
    .offset(offset)
    .execute();
}

/** By name. */
export async function toolsOf(tx: Tx, toolkitId: string): Promise<DojoTool[]> {
  return await tx.selectFrom('dojo_tools').selectAll().where('toolkit_id', '=', toolkitId).orderBy('name').execute();
}

export async function deleteToolkit(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('dojo_toolkits').where('id', '=', id).execute();
}

async function refuseTaken(tx: Tx, account: string, name: string): Promise<void> {
  const taken = await tx
    .selectFrom('dojo_toolkits')
    .select('id')
    .where('account', '=', account)
    .where('name', '=', name)
    .executeTakeFirst();
  if (taken) throw new ApiError('CONFLICT', `You already have a toolkit "${name}".`);
}
