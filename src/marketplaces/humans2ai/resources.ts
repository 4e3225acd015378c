import type { ApiClient } from '../api-client.js';
import type { ToolContext } from '../define.js';
import { KNOWN_INSTANCES, type LiveReader, type ResourceReader } from '../resource.js';
import { tools } from './api.js';
import { callTool } from './client.js';
import { FINAL_STATUSES, type Task } from './contract/replies.js';
import { getMessages } from './tools/get-messages.js';
import { getTask } from './tools/get-task.js';
import { getWallet } from './tools/get-wallet.js';

/** The resources of Humans2AI. The marketplace has none of its own: these are what its reading tools answer. */

export const task: ResourceReader = {
  tool: getTask,
  args: (id) => ({ taskId: id }),
  settled: ({ status }) => FINAL_STATUSES.includes(String(status)),
};

export const taskMessages: ResourceReader = { tool: getMessages, args: (id) => ({ taskId: id }) };

export const wallet: ResourceReader = { tool: getWallet, args: () => ({}) };

type Reader = Pick<ToolContext, 'api' | 'signal'>;

const owners = new WeakMap<ApiClient, string>();

/**
 * The id of this account, which no call of the marketplace tells: it is read from a task of its own, found by the newest
 * escrow. Undefined before there is one.
 */
async function ownId({ api, signal }: Reader): Promise<string | undefined> {
  const known = owners.get(api);
  if (known !== undefined) return known;
  const locks = await callTool(api, tools.get_transactions, { type: 'escrow_lock', limit: 1 }, { signal });
  const taskId = locks.transactions[0]?.taskId;
  if (!taskId) return undefined;
  const { agentId } = await callTool(api, tools.get_task, { taskId }, { signal });
  if (agentId) owners.set(api, agentId);
  return agentId ?? undefined;
}

/** The newest tasks of this account, a page of them. */
export async function ownTasks(reader: Reader): Promise<Task[]> {
  const agentId = await ownId(reader);
  if (agentId === undefined) return [];
  const query = { agentId, limit: KNOWN_INSTANCES };
  return (await callTool(reader.api, tools.list_tasks, query, { signal: reader.signal })).tasks;
}

export const liveTasks: LiveReader = {
  tool: getTask,
  async read(context) {
    return (await ownTasks(context))
      .filter(({ status }) => !FINAL_STATUSES.includes(status))
      .map(({ id, status, budget }) => ({
        id,
        title: [status, budget == null ? '' : `${budget} $A9token`].filter(Boolean).join(', '),
      }));
  },
};
