import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { asObject } from '../../marketplaces/envelope.js';
import { FunctionError, runDojoFunction } from '../actors/dojo-functions.js';
import { ApiError } from '../api-error.js';
import type { Env } from '../env.js';
import type { DojoToolRow } from '../store/agentdojo-schema.js';
import type { Tx } from '../store/schema.js';
import { readSchema } from './json-schema.js';

/** Tools of AgentDojo, which live in toolkits, and what a call of one comes to. */

export type DojoTool = Selectable<DojoToolRow>;

export interface ToolWish {
  readonly toolkit_id: string;
  readonly name: string;
  readonly display_name?: string | undefined;
  readonly description: string;
  readonly function_name: string;
  readonly input_schema: object;
  readonly dangerous: boolean;
  readonly timeout_seconds: number;
}

/** @throws {ApiError} CONFLICT when the toolkit has a tool of this name, VALIDATION_ERROR for a schema that is none. */
export async function createTool(env: Env, tx: Tx, account: string, wanted: ToolWish): Promise<DojoTool> {
  const input_schema = JSON.stringify(wanted.input_schema);
  await readSchema(input_schema);
  const row = await tx
    .insertInto('dojo_tools')
    .values({
      id: env.ids.uuid(),
      account,
      toolkit_id: wanted.toolkit_id,
      name: wanted.name,
      display_name: wanted.display_name ?? wanted.name,
      description: wanted.description,
      function_name: wanted.function_name,
      input_schema,
      dangerous: wanted.dangerous ? 1n : 0n,
      timeout_seconds: BigInt(wanted.timeout_seconds),
      usage_count: 0n,
    })
    .onConflict((conflict) => conflict.columns(['toolkit_id', 'name']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new ApiError('CONFLICT', `The toolkit already has a tool "${wanted.name}".`);
  return row;
}

/** @throws {ApiError} NOT_FOUND, also for a tool of somebody else. */
export async function requireTool(tx: Tx, account: string, id: string): Promise<DojoTool> {
  const row = await tx
    .selectFrom('dojo_tools')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account)
    .executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'Tool not found');
  return row;
}

/** Oldest first. */
export async function listTools(tx: Tx, account: string, limit: number, offset: number): Promise<DojoTool[]> {
  return await tx
    .selectFrom('dojo_tools')
    .selectAll()
    .where('account', '=', account)
    .orderBy('seq')
    .limit(limit)
    .offset(offset)
    .execute();
}

/** The oldest tool of this name. @throws {ApiError} NOT_FOUND. */
export async function toolNamed(tx: Tx, account: string, name: string): Promise<DojoTool> {
  const row = await tx
    .selectFrom('dojo_tools')
    .selectAll()
    .where('account', '=', account)
    .where('name', '=', name)
    .orderBy('seq')
    .executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', `Tool not found: ${name}`);
  return row;
}

export type ToolResult = {
  readonly content: { type: 'text'; text: string }[];
  readonly isError: boolean;
};

/**
 * Calls a tool. What its function cannot do is a result with `isError`.
 * @throws {ApiError} VALIDATION_ERROR for arguments that its schema does not take.
 */
export async function callDojoTool(tx: Tx, tool: DojoTool, args: unknown): Promise<ToolResult> {
  const given = asObject(args ?? {}) ?? args;
  const problem = (await readSchema(tool.input_schema))(given);
  if (problem !== undefined) throw new ApiError('VALIDATION_ERROR', `Invalid params: ${problem}`);
  await tx.updateTable('dojo_tools').set({ usage_count: sql`usage_count + 1` }).where('id', '=', tool.id).execute();
  try {
    return textResult(runDojoFunction(tool.function_name, asObject(given) ?? {}), false);
  } catch (error) {
    if (error instanceof FunctionError) return textResult(error.message, true);
    throw error;
  }
}

const textResult = (text: string, isError: boolean): ToolResult => ({ content: [{ type: 'text', text }], isError });
