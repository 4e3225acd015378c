import { api } from '../../../marketplaces/humans2ai/api.js';
import { mcpEnvelope } from '../../../marketplaces/humans2ai/envelope.js';
import { ApiError } from '../../api-error.js';
import { authorize } from '../../auth.js';
import { type Admission, implement } from '../../pipeline.js';
import { limitFor, tooMany } from './limits.js';
import { type ServedTool, servedTool } from './tool-table.js';

/** POST /api/v1/mcp: one route, fifteen tools. Which tool is called decides who may call it and what it takes. */

interface Body {
  readonly tool: string;
  readonly input: Record<string, unknown>;
}

function requireTool(name: string): ServedTool {
  const found = servedTool(name);
  if (!found) throw new ApiError('MCP_ERROR', 'There is no tool of this name.');
  return found;
}

/** Who may call, how often, then the input by the tool's own schema; all of it before any idempotency key is looked at. */
function admit(body: Body, { caller, address, env }: Admission): { tool: string; input: Record<string, unknown> } {
  const codes = mcpEnvelope.standard;
  const nowMs = env.clock.now();
  const found = servedTool(body.tool);
  // A caller whom nobody knows is told so first, whatever the name of the tool.
  if (found?.tool.callers.length !== 0 && !caller) {
    throw new ApiError(codes.unauthorized, 'Missing, invalid or revoked credential.');
  }
  const { tool, read } = requireTool(body.tool);
  authorize({ callers: tool.callers, ...(tool.scope ? { scope: tool.scope } : {}) }, caller, codes, nowMs);
  // Registering and logging in share their limits with the REST routes.
  const bucket = tool.callers.length === 0 ? tool.name : 'mcp-address';
  const state = env.limiter.take(`humans2ai/${bucket}/${address}`, limitFor(bucket));
  if (!state.allowed) throw tooMany(state, nowMs);
  return { tool: tool.name, input: read(body.input) };
}

export const mcpRoutes = [
  implement(api.mcp, async (call) => await requireTool(call.body.tool).run(call, call.body.input), {
    envelope: mcpEnvelope,
    admit,
    changes: ({ tool }) => servedTool(tool)?.tool.changes ?? false,
    ownTransaction: ({ tool }) => requireTool(tool).tool.callers.length === 0,
    action: ({ tool }) => tool,
    claims: ({ tool }) => requireTool(tool).tool.financial,
    keyRequired: ({ tool }) => requireTool(tool).tool.financial,
  }),
];
