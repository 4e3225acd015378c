import { SettingsError } from '../config/settings-error.js';
import { describeError, HirewireError } from '../errors.js';
import { asObject } from '../marketplaces/envelope.js';
import type { HostedTool } from '../marketplaces/hosted/definitions.js';
import { RemoteError } from '../marketplaces/hosted/faults.js';
import type { Mount } from '../marketplaces/hosted/mount.js';
import type { Mounts } from '../marketplaces/hosted/mounts.js';
import { toolsOf } from '../marketplaces/hosted/offer.js';
import { resultOf } from '../marketplaces/hosted/results.js';
import type { Agent, AgentAnswer, Asking } from './agent.js';
import { filesIn, textsIn } from './agent-answer.js';

/** A tool of a mounted server as an agent: any tool that takes one text. */

interface Askable {
  readonly tool: HostedTool;
  /** Its one argument. */
  readonly argument: string;
}

/** What tools of agents are called; it decides where a server has several that would do. */
const AGENT_TOOL = /^(execute_.+_task|ask_.+)$/;

/**
 * @param asked what --agent says: NAME, or NAME:TOOL.
 * @throws {SettingsError} when there is no such mount, no such tool, or it cannot be told which one.
 */
export async function mountedAgent(mounts: Mounts, asked: string): Promise<Agent> {
  const [, name = asked, wanted] = /^([^:]*):(.*)$/s.exec(asked) ?? [];
  const mount = mounts.all.find(({ settings }) => settings.name === name);
  if (!mount) throw unknownMount(name, mounts);
  await mount.look().catch((error: unknown) => {
    // What it offered last time tells enough to begin with.
    if (!mount.shown) throw unreachable(name, error);
  });
  const chosen = choose(askablesOf(mounts, mount), name, wanted).tool.name;
  return {
    name: `${name}:${chosen}`,
    ask: async (prompt, how) => {
      // It may have changed since.
      const found = askablesOf(mounts, mount).find(({ tool }) => tool.name === chosen);
      if (!found) throw gone(name, chosen);
      return await ask(mount, found, prompt, how);
    },
  };
}

async function ask(mount: Mount, { tool, argument }: Askable, prompt: string, how: Asking): Promise<AgentAnswer> {
  const options = {
    signal: how.signal,
    timeoutMs: mount.settings.timeoutMs,
    onProgress: (_done: number, _total: number | undefined, message: string | undefined) => {
      if (message !== undefined) how.progress(message);
    },
  };
  const params = { name: tool.name, arguments: { [argument]: prompt } };
  try {
    const raw = await mount.request('tools/call', params, options, { kind: 'tool', name: tool.name });
    const { content, isError = false } = resultOf(raw, mount.settings.name, false);
    return { text: textsIn(content), isError, ...filesIn(content) };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return { text: error.message, files: [], leftOut: [], isError: true };
  }
}

/** Its tools that take one text and need nothing else, as far as they are allowed. */
function askablesOf(mounts: Mounts, mount: Mount): Askable[] {
  return toolsOf(mounts.all, new Set(), false)
    .filter((offer) => offer.mount === mount)
    .flatMap(({ item: tool }) => {
      const argument = textArgument(tool);
      return argument === undefined ? [] : [{ tool, argument }];
    });
}

function textArgument({ inputSchema }: HostedTool): string | undefined {
  const properties = asObject(inputSchema.properties) ?? {};
  const required = Array.isArray(inputSchema.required) ? inputSchema.required.map(String) : [];
  const candidates = required.length > 0 ? required : Object.keys(properties);
  const [only, other] = candidates;
  const isText = only !== undefined && asObject(properties[only])?.type === 'string';
  return isText && other === undefined ? only : undefined;
}

function choose(askables: readonly Askable[], mount: string, wanted: string | undefined): Askable {
  const names = askables.map(({ tool }) => tool.name).join(', ');
  const which = names === '' ? 'It has no tool that takes one text.' : `It has: ${names}.`;
  if (wanted !== undefined) {
    const found = askables.find(({ tool }) => tool.name === wanted);
    if (found) return found;
    throw new SettingsError(`--agent: ${mount} has no tool "${wanted}" that takes one text. ${which}`);
  }
  const agents = askables.filter(({ tool }) => AGENT_TOOL.test(tool.name));
  const [only, other] = agents.length > 0 ? agents : askables;
  if (only && !other) return only;
  throw new SettingsError(`--agent: say which tool of ${mount} does the work, as ${mount}:TOOL. ${which}`);
}

function unknownMount(name: string, { all }: Mounts): SettingsError {
  const names = all.map(({ settings }) => settings.name).join(', ');
  const known = names === '' ? 'There are no mounts' : `The mounts are ${names}`;
  return new SettingsError(`--agent: there is no mount "${name}". ${known}; add one with "hirewire mount add".`);
}

function unreachable(name: string, error: unknown): SettingsError {
  const why = error instanceof HirewireError ? describeError(error.facts) : 'It did not answer as MCP says.';
  return new SettingsError(`--agent: ${name} cannot be asked. ${why}`, { cause: error });
}

function gone(name: string, tool: string): HirewireError {
  return new HirewireError({
    code: 'NOT_FOUND',
    message: `The mounted server ${name} has no tool ${tool} that takes one text any more.`,
    changed: 'no',
    next: 'Look at "hirewire mount list".',
    retrySafe: false,
  });
}
