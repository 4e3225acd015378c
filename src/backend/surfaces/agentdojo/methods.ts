import * as z from 'zod';
import { ApiError } from '../../api-error.js';
import { promptOf, promptsOf, resourceOf, resourcesOf } from '../../domain/dojo-resources.js';
import { offeredTool, offeredTools } from '../../domain/dojo-server-tools.js';
import type { DojoServer } from '../../domain/dojo-servers.js';
import { callDojoTool } from '../../domain/dojo-tools.js';
import { contentsOf, listedResource, listedTool } from '../../routes/agentdojo/views.js';
import type { DojoPromptRow } from '../../store/agentdojo-schema.js';
import type { Tx } from '../../store/schema.js';
import { RPC, RpcError } from '../json-rpc.js';

/** The methods of AgentDojo's protocol reference. There are no others: no subscriptions, no completion, no logging. */

type Params = Readonly<Record<string, unknown>>;
type Method = (server: DojoServer, params: Params, tx: Tx) => Promise<object>;

const METHODS: Readonly<Record<string, Method>> = {
  initialize: async ({ name }) => ({
    protocolVersion: '2024-11-05',
    capabilities: { tools: {}, resources: {}, prompts: {} },
    serverInfo: { name, version: '1.0.0' },
  }),
  ping: async () => ({}),

  'tools/list': async ({ id }, _, tx) => {
    const tools = await offeredTools(tx, id);
    return { tools: tools.filter((tool) => tool.is_active === 1n).map(listedTool) };
  },
  'tools/call': async ({ id }, params, tx) => {
    const name = textParam(params, 'name');
    const tool = await offeredTool(tx, id, name);
    if (!tool) throw new RpcError(RPC.invalidParams, `Tool not found: ${name.slice(0, 100)}`);
    return await callDojoTool(tx, tool, params.arguments);
  },

  'resources/list': async ({ id }, _, tx) => ({ resources: (await resourcesOf(tx, id)).map(listedResource) }),
  'resources/read': async ({ id }, params, tx) => {
    const uri = textParam(params, 'uri');
    const resource = await resourceOf(tx, id, uri);
    if (!resource) throw new RpcError(RPC.invalidParams, `Resource not found: ${uri.slice(0, 200)}`);
    return contentsOf(resource);
  },

  'prompts/list': async ({ id }, _, tx) => ({
    prompts: (await promptsOf(tx, id)).map((row) => ({
      name: row.name,
      description: row.description,
      arguments: argumentsOf(row),
    })),
  }),
  'prompts/get': async ({ id }, params, tx) => {
    const name = textParam(params, 'name');
    const row = await promptOf(tx, id, name);
    if (!row) throw new RpcError(RPC.invalidParams, `Prompt not found: ${name.slice(0, 100)}`);
    const text = filled(row, params.arguments ?? {});
    return { description: row.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
  },
};

/** The result of a method. @throws {RpcError} with one of the codes of the reference. */
export async function dojoResult(server: DojoServer, method: string, params: Params, tx: Tx): Promise<object> {
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (!known) throw new RpcError(RPC.unknownMethod, `Method not found: ${method.slice(0, 100)}`);
  return await known(server, params, tx).catch((error: unknown) => {
    throw error instanceof ApiError ? new RpcError(RPC.invalidParams, error.message) : error;
  });
}

const promptArguments = z.array(z.object({ name: z.string(), description: z.string(), required: z.boolean() }));
const argumentsOf = (row: DojoPromptRow) => promptArguments.parse(JSON.parse(row.arguments));

/** A prompt with its arguments put in. @throws {RpcError} when one that is required is missing. */
function filled(row: DojoPromptRow, given: unknown): string {
  const values = z.record(z.string(), z.string()).safeParse(given);
  if (!values.success) throw new RpcError(RPC.invalidParams, 'Invalid params: arguments must be texts by name');
  const missing = argumentsOf(row).find(({ name, required }) => required && values.data[name] === undefined);
  if (missing) throw new RpcError(RPC.invalidParams, `Invalid params: the argument ${missing.name} is required`);
  return row.template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values.data[name] ?? '');
}

function textParam(params: Params, name: string): string {
  const value = params[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new RpcError(RPC.invalidParams, `Invalid params: ${name} is required`);
}
