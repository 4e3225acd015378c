import * as z from 'zod';
import { defineRoute } from '../../route.js';

/**
 * The {tool, input} envelope (contract notes §1.3). It is called MCP but is not JSON-RPC: no id, no initialize, no
 * list of tools. Each tool's own entry in `tools` says who may call it and what it takes.
 */
export const mcp = {
  mcp: defineRoute({
    id: 'mcp',
    method: 'POST',
    path: '/api/v1/mcp',
    summary: 'Call one of the fifteen tools. Financial tools need an Idempotency-Key.',
    evidence: 'documented',
    callers: [],
    bucket: 'mcp',
    key: 'optional',
    body: z.object({ tool: z.string().min(1).max(100), input: z.record(z.string(), z.unknown()).default({}) }),
    data: z.unknown(),
    errors: ['MCP_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'TASK_NOT_FOUND', 'CONFLICT'],
  }),
} as const;
