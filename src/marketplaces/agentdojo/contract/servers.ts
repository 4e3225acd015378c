import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import {
  common,
  description,
  done,
  flag,
  id,
  idInPath,
  limit,
  offset,
  ofOne,
  serverId,
  slug,
  timestamp,
} from './scalars.js';

/**
 * Hosted MCP servers (contract notes §7). Paths and the fields of a server are documented; the bodies that put tools on
 * a server and take them off are inferred.
 */

export const serverTool = z.looseObject({
  id,
  name: word(200),
  description: foreignText(2_000),
  is_active: z.boolean(),
});

export const server = z.looseObject({
  id: z.number().int(),
  slug,
  name: word(),
  description: foreignText(2_000).nullable(),
  /** Where MCP is spoken with it; to be used as it is given. */
  url: word(500),
  is_active: z.boolean(),
  request_count: z.number().int(),
  last_used_at: timestamp.nullable(),
  created_at: timestamp,
  tools: z.array(serverTool).optional(),
});

/** The key of this server alone is shown when it is made. */
export const newServer = server.extend({ api_key: z.string() });

export const servers = {
  createServer: defineRoute({
    ...ofOne,
    id: 'createServer',
    evidence: 'documented',
    method: 'POST',
    path: '/mcp/servers',
    summary: 'Create an MCP server. Its own key is shown once.',
    bucket: 'server-changes',
    body: z.object({
      name: z.string().trim().min(1).max(100),
      slug: slug.optional(),
      description: description.optional(),
      toolkits: z
        .array(z.object({ toolkit_id: id, credential_id: id.nullish() }))
        .max(50)
        .optional(),
    }),
    data: newServer,
    status: 201,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  listServers: defineRoute({
    ...common,
    id: 'listServers',
    evidence: 'documented',
    method: 'GET',
    path: '/mcp/servers',
    summary: 'Your servers, oldest first.',
    bucket: 'servers',
    query: z.object({ include_tools: flag.optional(), limit, offset }),
    data: z.looseObject({
      servers: z.array(server),
      total: z.number().int(),
      limit: z.number().int(),
      offset: z.number().int(),
    }),
  }),
  getServer: defineRoute({
    ...ofOne,
    id: 'getServer',
    evidence: 'documented',
    method: 'GET',
    path: '/mcp/servers/:id',
    summary: 'One server with its tools.',
    bucket: 'servers',
    params: z.object({ id: serverId }),
    data: server,
  }),
  deleteServer: defineRoute({
    ...ofOne,
    id: 'deleteServer',
    evidence: 'documented',
    method: 'DELETE',
    path: '/mcp/servers/:id',
    summary: 'Delete a server, its key, resources and prompts.',
    bucket: 'server-changes',
    params: z.object({ id: serverId }),
    data: done,
  }),
  addServerTools: defineRoute({
    ...ofOne,
    id: 'addServerTools',
    method: 'POST',
    path: '/mcp/servers/:id/tools',
    summary: 'Put tools on a server.',
    bucket: 'server-tools',
    params: z.object({ id: serverId }),
    body: z.object({ tool_ids: z.array(id).min(1).max(100) }),
    data: server,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  removeServerTools: defineRoute({
    ...ofOne,
    id: 'removeServerTools',
    method: 'DELETE',
    path: '/mcp/servers/:id/tools',
    summary: 'Take tools off a server.',
    bucket: 'server-tools',
    params: z.object({ id: serverId }),
    body: z.object({ tool_ids: z.array(id).min(1).max(100) }),
    data: server,
  }),
  updateServerTool: defineRoute({
    ...ofOne,
    id: 'updateServerTool',
    method: 'PATCH',
    path: '/mcp/servers/:id/tools/:toolId',
    summary: 'Switch a tool of a server on or off.',
    bucket: 'server-tools',
    params: z.object({ id: serverId, toolId: idInPath }),
    body: z.object({ is_active: z.boolean() }),
    data: serverTool,
  }),
} as const;
