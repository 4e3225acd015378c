import { ApiError } from '../api-error.js';
import type { DojoServerToolRow } from '../store/agentdojo-schema.js';
import type { Tx } from '../store/schema.js';
import type { DojoServer } from './dojo-servers.js';
import type { DojoTool } from './dojo-tools.js';

/** Which tools a server of AgentDojo offers, and under which names. */

/** A tool as one server offers it. */
export interface OfferedTool extends Omit<DojoTool, 'name'>, Pick<DojoServerToolRow, 'name' | 'is_active'> {}

/** So that a server's list stays one answer. */
const MOST_TOOLS = 200;

const offered = (tx: Tx, serverId: bigint) =>
  tx
    .selectFrom('dojo_server_tools as offer')
    .innerJoin('dojo_tools as tool', 'tool.id', 'offer.tool_id')
    .selectAll('tool')
    .select(['offer.name', 'offer.is_active'])
    .where('offer.server_id', '=', serverId);

/** By name. */
export async function offeredTools(tx: Tx, serverId: bigint): Promise<OfferedTool[]> {
  return await offered(tx, serverId).orderBy('offer.name').execute();
}

/** The tool that a server offers under a name, if it is switched on. */
export async function offeredTool(tx: Tx, serverId: bigint, name: string): Promise<OfferedTool | undefined> {
  return await offered(tx, serverId)
    .where('offer.name', '=', name)
    .where('offer.is_active', '=', 1n)
    .executeTakeFirst();
}

/**
 * Puts a tool on a server, under its own name, or with its toolkit's in front where that is taken. One that is there
 * already stays as it is.
 * @throws {ApiError} CONFLICT when the server has too many tools, or both names are taken.
 */
export async function offerTool(tx: Tx, server: DojoServer, tool: DojoTool): Promise<void> {
  const offers = await tx.selectFrom('dojo_server_tools').selectAll().where('server_id', '=', server.id).execute();
  if (offers.some((offer) => offer.tool_id === tool.id)) return;
  if (offers.length >= MOST_TOOLS) throw new ApiError('CONFLICT', `A server has at most ${MOST_TOOLS} tools.`);
  const toolkit = await tx
    .selectFrom('dojo_toolkits')
    .select('name')
    .where('id', '=', tool.toolkit_id)
    .executeTakeFirstOrThrow();
  const name = [tool.name, `${toolkit.name}-${tool.name}`].find((each) => !offers.some((offer) => offer.name === each));
  if (name === undefined) throw new ApiError('CONFLICT', `The server has tools of the name "${tool.name}" already.`);
  const row = { server_id: server.id, tool_id: tool.id, name, is_active: 1n };
  await tx.insertInto('dojo_server_tools').values(row).execute();
}

/** @throws {ApiError} NOT_FOUND when the server does not offer it. */
export async function withdrawTool(tx: Tx, server: DojoServer, toolId: string): Promise<void> {
  const gone = await tx
    .deleteFrom('dojo_server_tools')
    .where('server_id', '=', server.id)
    .where('tool_id', '=', toolId)
    .returning('name')
    .executeTakeFirst();
  if (!gone) throw new ApiError('NOT_FOUND', 'Tool not found');
}

/** Switches a tool on or off. @throws {ApiError} NOT_FOUND when the server does not offer it. */
export async function switchTool(tx: Tx, server: DojoServer, toolId: string, on: boolean): Promise<OfferedTool> {
  await tx
    .updateTable('dojo_server_tools')
    .set({ is_active: on ? 1n : 0n })
    .where('server_id', '=', server.id)
    .where('tool_id', '=', toolId)
    .execute();
  const row = await offered(tx, server.id).where('offer.tool_id', '=', toolId).executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'Tool not found');
  return row;
}
