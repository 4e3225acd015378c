import { api } from '../../../marketplaces/agentdojo/api.js';
import * as kits from '../../domain/dojo-toolkits.js';
import * as domain from '../../domain/dojo-tools.js';
import { type Call, callerIn, implement } from '../../pipeline.js';
import { listedTool, toolkitView, toolView } from './views.js';

const mine = (call: Pick<Call, 'tx' | 'caller'>, id: string) =>
  kits.requireToolkit(call.tx, callerIn(call).account, id);

export const toolkitRoutes = [
  implement(api.createToolkit, async (call) => {
    return toolkitView(await kits.createToolkit(call.env, call.tx, callerIn(call).account, call.body));
  }),
  implement(api.listToolkits, async (call) => {
    const { limit, offset } = call.query;
    const rows = await kits.listToolkits(call.tx, callerIn(call).account, limit, offset);
    return { toolkits: rows.map(toolkitView) };
  }),
  implement(api.getToolkit, async (call) => {
    const row = await mine(call, call.params.id);
    return { ...toolkitView(row), tools: (await kits.toolsOf(call.tx, row.id)).map(toolView) };
  }),
  implement(api.updateToolkit, async (call) => {
    return toolkitView(await kits.updateToolkit(call.tx, await mine(call, call.params.id), call.body));
  }),
  implement(api.deleteToolkit, async (call) => {
    await kits.deleteToolkit(call.tx, (await mine(call, call.params.id)).id);
    return { success: true as const };
  }),
];

export const toolRoutes = [
  implement(api.createTool, async (call) => {
    const { id, account } = await mine(call, String(call.body.toolkit_id));
    return toolView(await domain.createTool(call.env, call.tx, account, { ...call.body, toolkit_id: id }));
  }),
  implement(api.getTools, async (call) => {
    const { limit, offset } = call.query;
    return { tools: (await domain.listTools(call.tx, callerIn(call).account, limit, offset)).map(toolView) };
  }),
  implement(
    api.listTools,
    async (call) => {
      const { limit, offset } = call.body;
      return { tools: (await domain.listTools(call.tx, callerIn(call).account, limit, offset)).map(listedTool) };
    },
    { changes: () => false },
  ),
  implement(api.callTool, async (call) => {
    const tool = await domain.toolNamed(call.tx, callerIn(call).account, call.body.name);
    return await domain.callDojoTool(call.tx, tool, call.body.arguments);
  }),
];
