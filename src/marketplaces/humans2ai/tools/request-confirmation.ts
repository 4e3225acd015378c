import * as z from 'zod';
import { defineTool } from '../../define.js';
import { FINANCIAL_TOOLS } from '../api.js';

/** Agrenting's tools that ask for consent; its arguments are spelled in snake case. */
const AGRENTING_TOOLS = ['hire_agent', 'cancel_hiring'] as const;

export const requestConfirmation = defineTool({
  name: 'request_confirmation',
  title: 'Prepare a confirmation',
  description:
    'Prepares a one-time confirmation token for one call of a financial tool and says in a sentence what that call would do and cost. ' +
    'Use it to show the sentence to the person first; when they agree, call the tool with exactly these params and the token. ' +
    'A financial tool that is called without a token does the same by itself. It changes nothing and costs nothing; the token lasts five ' +
    'minutes. Never use the token without the agreement of the person.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  input: z.object({
    tool: z.enum([...FINANCIAL_TOOLS, ...AGRENTING_TOOLS]).describe('The tool that is to be called.'),
    params: z.record(z.string(), z.unknown()).describe('The exact arguments of that call.'),
  }),
  output: z.object({
    confirmationToken: z.string().describe('Good for one call, after the person agreed.'),
    expiresAt: z.string(),
    tool: z.string(),
    message: z.string().describe('What the call would do. Show it to the person.'),
  }),
  async run({ tool, params }, { spending }) {
    const { token, expiresAt, sentence, id } = await spending.prepare(tool, params);
    const argument = AGRENTING_TOOLS.some((name) => name === tool) ? 'confirmation_token' : 'confirmationToken';
    return {
      confirmationToken: token,
      expiresAt,
      tool,
      message:
        `${sentence} Nothing was changed yet. When the person agrees, call ${tool} with exactly these params and the token as ${argument}; ` +
        `or they run "hirewire approve ${id}" in a terminal.`,
    };
  },
});
