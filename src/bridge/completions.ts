import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { log } from '../log.js';
import type { Prompts } from './prompts.js';
import type { Resources } from './resources.js';

/** What an argument can be completed to: ids of what is under way on the own accounts, and fixed words. */

export interface CompletionRequest {
  readonly ref:
    | { readonly type: 'ref/prompt'; readonly name: string }
    | { readonly type: 'ref/resource'; readonly uri: string };
  readonly argument: { readonly name: string; readonly value: string };
}

/** The protocol's own bound. */
const MAX_VALUES = 100;

/** @throws {ProtocolError} for a prompt or template that there is not. What cannot be looked up completes to nothing. */
export async function complete(
  { ref, argument }: CompletionRequest,
  { prompts, resources, signal }: { prompts: Prompts; resources: Resources; signal: AbortSignal },
) {
  const suggestions = async (): Promise<readonly string[]> => {
    if (ref.type === 'ref/prompt') {
      const asked = prompts.find(ref.name).arguments.find(({ name }) => name === argument.name);
      const suggest = asked?.suggest ?? [];
      return 'family' in suggest ? await liveIds(resources, suggest.family, signal) : suggest;
    }
    if (!resources.family(ref.uri)) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no such resource template.');
    }
    return argument.name === 'id' ? await liveIds(resources, ref.uri, signal) : [];
  };
  const typed = argument.value.toLowerCase();
  const values = (await suggestions()).filter((value) => value.toLowerCase().startsWith(typed));
  return {
    completion: { values: values.slice(0, MAX_VALUES), total: values.length, hasMore: values.length > MAX_VALUES },
  };
}

async function liveIds(resources: Resources, template: string, signal: AbortSignal): Promise<string[]> {
  const family = resources.family(template);
  if (!family) return [];
  const live = await resources.instances(family, signal).catch((error: unknown) => {
    log('debug', 'nothing to complete from', error);
    return [];
  });
  return live.map(({ id }) => id);
}
