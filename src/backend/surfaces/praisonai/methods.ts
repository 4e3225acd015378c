import { AssistantError } from '../../actors/praisonai-assistant.js';
import type { Env } from '../../env.js';
import { errorOf, RPC, RpcError, type RpcRequest, resultOf } from '../json-rpc.js';
import type { Dialect } from './dialects.js';
import { BadArguments, readArguments, type ToolSetting } from './tools.js';

/** The agents' memory, for as long as the process lives. */
const conversations = new WeakMap<Env, ToolSetting['conversations']>();

/** The answer to a request. Never fails. @param gone aborted when nobody waits for it any more. */
export async function respond(dialect: Dialect, request: RpcRequest, env: Env, gone: AbortSignal): Promise<object> {
  try {
    return resultOf(request.id, await resultIn(dialect, request, settingOf(env, gone)));
  } catch (error) {
    if (error instanceof RpcError) return errorOf(request.id, error);
    if (!gone.aborted) env.report(`PraisonAI ${request.method}`, error);
    return errorOf(request.id, new RpcError(RPC.internal, 'Internal error'));
  }
}

function settingOf(env: Env, gone: AbortSignal): ToolSetting {
  const heard = conversations.get(env) ?? new Map<string, string[]>();
  conversations.set(env, heard);
  const wait = (ms: number) =>
    new Promise<void>((resolve, reject) => {
      const cancel = env.alarms.set(ms, resolve);
      const leave = () => {
        cancel();
        reject(new Error('the caller is gone'));
      };
      if (gone.aborted) leave();
      else gone.addEventListener('abort', leave, { once: true });
    });
  return { glass: { wait }, conversations: heard };
}

async function resultIn(dialect: Dialect, { method, params }: RpcRequest, setting: ToolSetting): Promise<object> {
  const { tools, hello, silent } = dialect;
  if (method === 'initialize') return { protocolVersion: dialect.negotiate(params.protocolVersion), ...hello };
  if (method === 'ping') return {};
  if (method === 'tools/list') return { tools: tools.map((tool) => dialect.listed(tool)) };
  const nothing = Object.hasOwn(silent, method) ? silent[method] : undefined;
  if (nothing) return nothing;
  if (method !== 'tools/call') throw dialect.unknownMethod(method.slice(0, 100));
  const name = typeof params.name === 'string' ? params.name.slice(0, 100) : '';
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) return dialect.unknownTool(name);
  try {
    return dialect.result(await tool.run(readArguments(tool, params.arguments), setting), false);
  } catch (error) {
    const told = `Error executing tool ${name}: ${error instanceof Error ? error.message : ''}`;
    if (error instanceof AssistantError) return dialect.result(told, true);
    if (error instanceof BadArguments) return dialect.badArguments(told);
    throw error;
  }
}
