import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import {
  common,
  description,
  done,
  id,
  idInPath,
  inputSchema,
  limit,
  name,
  offset,
  ofOne,
  toolResult,
} from './scalars.js';

/** Toolkits and their tools (contract notes §7). The fields of a tool are documented; request bodies are inferred. */

const TOOL_TIMEOUT_S = 30;

export const tool = z.looseObject({
  id,
  toolkit_id: id,
  name: word(),
  display_name: word(),
  description: foreignText(2_000),
  /** What runs when it is called. */
  function_name: word(),
  input_schema: inputSchema,
  requires_credentials: z.boolean(),
  credential_provider_name: word().nullable(),
  allowed_roles: z.array(word()),
  dangerous: z.boolean(),
  timeout_seconds: z.number(),
  is_active: z.boolean(),
  usage_count: z.number().int(),
});

export const toolkit = z.looseObject({
  id,
  name: word(),
  description: foreignText(2_000).nullable(),
  tools: z.array(tool).optional(),
});

const toolkitFields = z.object({ name, description: description.optional() });
const byId = z.object({ id: idInPath });
const page = z.object({ limit, offset });

export const toolkits = {
  createToolkit: defineRoute({
    ...common,
    id: 'createToolkit',
    evidence: 'documented',
    method: 'POST',
    path: '/mcp/toolkits',
    summary: 'Create a toolkit.',
    bucket: 'toolkit-creation',
    body: toolkitFields,
    data: toolkit,
    status: 201,
    errors: ['CONFLICT'],
  }),
  listToolkits: defineRoute({
    ...common,
    id: 'listToolkits',
    method: 'GET',
    path: '/mcp/toolkits',
    summary: 'Your toolkits, by name.',
    bucket: 'toolkits',
    query: page,
    data: z.looseObject({ toolkits: z.array(toolkit) }),
  }),
  getToolkit: defineRoute({
    ...ofOne,
    id: 'getToolkit',
    method: 'GET',
    path: '/mcp/toolkits/:id',
    summary: 'One toolkit with its tools.',
    bucket: 'toolkits',
    params: byId,
    data: toolkit,
  }),
  updateToolkit: defineRoute({
    ...ofOne,
    id: 'updateToolkit',
    method: 'PUT',
    path: '/mcp/toolkits/:id',
    summary: 'Rename a toolkit, or describe it anew.',
    bucket: 'toolkit-changes',
    params: byId,
    body: toolkitFields,
    data: toolkit,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  deleteToolkit: defineRoute({
    ...ofOne,
    id: 'deleteToolkit',
    method: 'DELETE',
    path: '/mcp/toolkits/:id',
    summary: 'Delete a toolkit and its tools, also from servers.',
    bucket: 'toolkit-deletion',
    params: byId,
    data: done,
  }),
} as const;

export const tools = {
  createTool: defineRoute({
    ...ofOne,
    id: 'createTool',
    evidence: 'documented',
    method: 'POST',
    path: '/mcp/tools',
    summary: 'Add a tool to a toolkit.',
    bucket: 'tool-creation',
    body: z.object({
      toolkit_id: id,
      name,
      display_name: z.string().max(100).optional(),
      description: description.default(''),
      function_name: z.string().min(1).max(100),
      input_schema: inputSchema.default({ type: 'object' }),
      dangerous: z.boolean().default(false),
      timeout_seconds: z.number().int().min(1).max(600).default(TOOL_TIMEOUT_S),
    }),
    data: tool,
    status: 201,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  getTools: defineRoute({
    ...common,
    id: 'getTools',
    method: 'GET',
    path: '/mcp/tools',
    summary: 'The records of your tools, oldest first.',
    bucket: 'tools',
    query: page,
    data: z.looseObject({ tools: z.array(tool) }),
  }),
  listTools: defineRoute({
    ...common,
    id: 'listTools',
    method: 'POST',
    path: '/mcp/tools/list',
    summary: 'Your tools as MCP lists them.',
    bucket: 'tool-lists',
    body: page,
    data: z.looseObject({
      tools: z.array(z.looseObject({ name: word(), description: foreignText(2_000), inputSchema })),
    }),
  }),
  callTool: defineRoute({
    ...ofOne,
    id: 'callTool',
    evidence: 'documented',
    method: 'POST',
    path: '/mcp/tools/call',
    summary: 'Call a tool without a server.',
    bucket: 'tool-calls',
    body: z.object({ name, arguments: z.record(z.string(), z.unknown()).default({}) }),
    data: toolResult,
  }),
} as const;
