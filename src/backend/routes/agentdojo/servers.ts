import { api } from '../../../marketplaces/agentdojo/api.js';
import { offeredTools, offerTool, switchTool, withdrawTool } from '../../domain/dojo-server-tools.js';
import * as domain from '../../domain/dojo-servers.js';
import { requireToolkit, toolsOf } from '../../domain/dojo-toolkits.js';
import { requireTool } from '../../domain/dojo-tools.js';
import { counter } from '../../domain/paging.js';
import { type Call, callerIn, implement } from '../../pipeline.js';
import { offerView, serverView } from './views.js';

type Asked = Pick<Call, 'tx' | 'caller' | 'request'>;

const mine = (call: Asked, id: number) => domain.requireServer(call.tx, callerIn(call).account, BigInt(id));

const withTools = async (call: Asked, row: domain.DojoServer) => ({
  ...serverView(row, call.request.url),
  tools: (await offeredTools(call.tx, row.id)).map(offerView),
});

export const serverRoutes = [
  implement(api.createServer, async (call) => {
    const { account } = callerIn(call);
    const { row, key } = await domain.createServer(call.env, call.tx, account, call.body);
    for (const { toolkit_id } of call.body.toolkits ?? []) {
      const toolkit = await requireToolkit(call.tx, account, String(toolkit_id));
      for (const tool of await toolsOf(call.tx, toolkit.id)) await offerTool(call.tx, row, tool);
    }
    return { ...serverView(row, call.request.url), api_key: key };
  }),
  implement(api.listServers, async (call) => {
    const { account } = callerIn(call);
    const { limit, offset, include_tools } = call.query;
    const rows = await domain.listServers(call.tx, account, limit, offset);
    const view = (row: domain.DojoServer) =>
      include_tools ? withTools(call, row) : Promise.resolve(serverView(row, call.request.url));
    const total = Number(await counter(call.tx, `dojo_servers:${account}`));
    return { servers: await Promise.all(rows.map(view)), total, limit, offset };
  }),
  implement(api.getServer, async (call) => await withTools(call, await mine(call, call.params.id))),
  implement(api.deleteServer, async (call) => {
    await domain.deleteServer(call.env, call.tx, await mine(call, call.params.id));
    return { success: true as const };
  }),
  implement(api.addServerTools, async (call) => {
    const row = await mine(call, call.params.id);
    for (const id of call.body.tool_ids) {
      await offerTool(call.tx, row, await requireTool(call.tx, row.account, String(id)));
    }
    return await withTools(call, row);
  }),
  implement(api.removeServerTools, async (call) => {
    const row = await mine(call, call.params.id);
    for (const id of call.body.tool_ids) await withdrawTool(call.tx, row, String(id));
    return await withTools(call, row);
  }),
  implement(api.updateServerTool, async (call) => {
    const row = await mine(call, call.params.id);
    return offerView(await switchTool(call.tx, row, call.params.toolId, call.body.is_active));
  }),
];
