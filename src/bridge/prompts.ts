import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { agrentingPrompts } from '../marketplaces/agrenting/prompts.js';
import { humans2aiPrompts } from '../marketplaces/humans2ai/prompts.js';
import type { Prompt } from '../marketplaces/prompt.js';
import { cleanLabel, cleanText } from '../untrusted.js';

/** Prompts over MCP. Which are listed depends on the tools that are offered, and on nothing else. */

const whatDidISpend: Prompt = {
  name: 'what_did_i_spend',
  title: 'What did I spend?',
  description: 'An account of what was spent, earned and is still held, on both marketplaces.',
  arguments: [
    {
      name: 'period',
      description: 'By default the last 7 days.',
      required: false,
      suggest: ['today', 'yesterday', 'the last 7 days', 'the last 30 days', 'this month', 'last month'],
    },
  ],
  tools: ['get_operation'],
  text: ({ period }) =>
    [
      `Tell me what I spent. Period (quoted): ${period ?? '"the last 7 days"'}`,
      'Use what you have of: list_my_hirings and check_balance (Agrenting, USD), get_transactions and get_wallet (Humans2AI, $A9token), and the resource operations://recent (what went through this computer, with its confirmations).',
      'Show one table per currency: when, what, to whom, how much, and whether it is paid, refunded or still held in escrow. Never add up different currencies.',
      'Point out what is open: operations whose outcome is unknown (get_operation settles them), escrows without a result, submissions that wait for me.',
      'Only read; change nothing.',
    ].join('\n'),
};

const prompts: readonly Prompt[] = [...agrentingPrompts, ...humans2aiPrompts, whatDidISpend].toSorted((a, b) =>
  a.name < b.name ? -1 : 1,
);

const MAX_ARGUMENT = 4_000;

/** Their names, whether or not they are offered. */
export const promptNames: ReadonlySet<string> = new Set(prompts.map(({ name }) => name));

export class Prompts {
  private readonly offered: readonly Prompt[];

  constructor(tools: readonly { readonly name: string }[]) {
    const names = tools.map(({ name }) => name);
    this.offered = prompts.filter((prompt) => prompt.tools.every((tool) => names.includes(tool)));
  }

  /** Whether a name is one of ours, whether or not it is offered. */
  isOurs(name: string): boolean {
    return promptNames.has(name);
  }

  list() {
    return this.offered.map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: args.map((argument) => ({
        name: argument.name,
        description: argument.description,
        required: argument.required,
      })),
    }));
  }

  /** @throws {ProtocolError} for a prompt or an argument that there is not, and for one that is missing. */
  get(name: string, args: Readonly<Record<string, unknown>>) {
    const prompt = this.find(name);
    const known = prompt.arguments.map((argument) => argument.name);
    const unknown = Object.keys(args).filter((argument) => !known.includes(argument));
    const given = Object.entries(args).flatMap(([argument, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[argument, quoted(value)] as const] : [],
    );
    const values = Object.fromEntries(given);
    const missing = prompt.arguments.filter(({ name: argument, required }) => required && !(argument in values));
    if (unknown.length > 0 || missing.length > 0) {
      const problems = [
        ...unknown.map((argument) => `${cleanLabel(argument, 60)}: there is no such argument`),
        ...missing.map((argument) => `${argument.name}: is required`),
      ];
      throw invalid(`${problems.join('; ')}. The arguments are: ${known.join(', ') || 'none'}.`);
    }
    const content = { type: 'text', text: prompt.text(values) } as const;
    return { description: prompt.description, messages: [{ role: 'user', content } as const] };
  }

  /** @throws {ProtocolError} when it is not offered. */
  find(name: string): Prompt {
    const prompt = this.offered.find((candidate) => candidate.name === name);
    if (prompt) return prompt;
    throw invalid(`There is no such prompt. The prompts are: ${this.offered.map((known) => known.name).join(', ')}.`);
  }
}

/** Data in one line: as a JSON string it can neither end its quotation nor look like a sentence of ours. */
const quoted = (value: string): string => JSON.stringify(cleanText(value.trim(), MAX_ARGUMENT));

const invalid = (message: string): ProtocolError => new ProtocolError(ProtocolErrorCode.InvalidParams, message);
