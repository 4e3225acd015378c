import * as z from 'zod';
import { assist, type Sandglass } from '../../actors/praisonai-assistant.js';

/** The tools of the PraisonAI double (contract notes §6): what a deployed agent and a deployed function look like. */

export interface PraisonTool {
  readonly name: string;
  readonly description: string;
  /** Every argument is a text. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  run(args: Arguments, setting: ToolSetting): Promise<string>;
}

export type Arguments = Readonly<Record<string, string>>;

export interface ToolSetting {
  readonly glass: Sandglass;
  /** What each conversation has heard so far, by its id. */
  readonly conversations: Map<string, string[]>;
}

const AGENT = 'assistant';
/** The agent forgets the conversations that have been silent longest. */
const MOST_CONVERSATIONS = 1_000;
const REMEMBERED = 20;

/** Of `Agent.launch(protocol="mcp")` in its older releases, and of a ToolsMCPServer: served over SSE. */
export const LAUNCHED: readonly PraisonTool[] = [
  {
    name: `execute_${AGENT}_task`,
    description: "Executes the agent's primary task with the given prompt.",
    required: ['prompt'],
    optional: [],
    run: async ({ prompt = '' }, { glass }) => await assist(prompt, glass),
  },
  {
    name: 'search',
    description: 'Search the web for information.',
    required: ['query'],
    optional: [],
    run: async ({ query = '' }) => `Results for: ${query}`,
  },
];

/** Of the newest releases: served over Streamable HTTP. */
export const ASKED: readonly PraisonTool[] = [
  {
    name: `ask_${AGENT}`,
    description: 'Ask the agent. Messages with one session_id are one conversation.',
    required: ['message'],
    optional: ['session_id', 'user_id'],
    run: async ({ message = '', session_id }, { glass, conversations }) => {
      if (session_id === undefined) return await assist(message, glass);
      const heard = conversations.get(session_id) ?? [];
      const answer = await assist(message, glass, heard);
      conversations.delete(session_id);
      conversations.set(session_id, [...heard, message].slice(-REMEMBERED));
      const [oldest] = conversations.keys();
      if (conversations.size > MOST_CONVERSATIONS && oldest !== undefined) conversations.delete(oldest);
      return answer;
    },
  },
  {
    name: 'list_agents',
    description: 'The agents that can be asked.',
    required: [],
    optional: [],
    run: async () => JSON.stringify([AGENT]),
  },
];

const given = z.record(z.string(), z.unknown());

/** The arguments do not fit the tool. */
export class BadArguments extends Error {
  override name = 'BadArguments';
}

/** The texts that a tool was given. @throws {BadArguments} when one is missing or no text. */
export function readArguments(tool: PraisonTool, args: unknown): Arguments {
  const named = given.safeParse(args ?? {}).data ?? {};
  const read: Record<string, string> = {};
  const wrong: string[] = [];
  for (const name of [...tool.required, ...tool.optional]) {
    const value = named[name] ?? undefined;
    if (typeof value === 'string') read[name] = value;
    else if (value !== undefined) wrong.push(`${name}\n  Input should be a valid string`);
    else if (tool.required.includes(name)) wrong.push(`${name}\n  Field required`);
  }
  if (wrong.length === 0) return read;
  const count = `${wrong.length} validation error${wrong.length === 1 ? '' : 's'}`;
  throw new BadArguments(`${count} for ${tool.name}Arguments\n${wrong.join('\n')}`);
}

/** The input schema as the documents print it. */
export const plainSchema = ({ required, optional }: PraisonTool) => ({
  type: 'object',
  properties: Object.fromEntries([...required, ...optional].map((name) => [name, { type: 'string' }])),
  required,
});
