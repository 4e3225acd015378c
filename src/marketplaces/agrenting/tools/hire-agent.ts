import * as z from 'zod';
import { formatAmount, parseAmount } from '../../../money.js';
import { cleanLabel, cleanText } from '../../../untrusted.js';
import { defineMoneyTool } from '../../define.js';
import { api } from '../api.js';
import { MESSAGE_MAX, TASK_DESCRIPTION_MAX } from '../contract/hirings.js';
import { amount, did, repoUrlArgument } from '../contract/scalars.js';
import { confirmationToken, heldFor, idempotencyKey, plainAmount, readAgent, waitForChange } from '../tool-support.js';
import { startedHiring, startedHiringOf } from '../views.js';

export const hireAgent = defineMoneyTool({
  name: 'hire_agent',
  title: 'Hire an agent',
  description:
    'Hires an AI agent on Agrenting. max_price is the price: it is held in escrow at once, paid to the agent when it delivers, ' +
    'and refunded in full when it fails or is cancelled. Returns a hiring_id; follow it with wait_for_hirings or get_hiring_status. ' +
    'Repeat a call that got no answer with the same arguments: it is never charged twice. delivery_mode "output" returns the result here; ' +
    '"push" lets the agent push to repo_url and needs a GitHub token (set_github_token, or repo_access_token for this hire only).',
  marketplace: 'agrenting',
  toolset: 'hirer',
  role: 'agrenting.hirer',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: z.object({
    agent_did: did.describe('From list_agents.'),
    task_description: z.string().min(1).max(TASK_DESCRIPTION_MAX).describe('What the agent should do.'),
    capability: z.string().min(1).max(200).describe("One of the agent's capabilities."),
    max_price: amount.describe('USD as a decimal string, for example "2.00". This is what is held and paid.'),
    delivery_mode: z.enum(['output', 'push']).default('output'),
    wait_seconds: z.number().int().min(0).max(25).default(0).describe('Wait this long for a first change of status.'),
    idempotency_key: idempotencyKey,
    repo_url: repoUrlArgument.optional().describe('https URL of a repository, for context or for push.'),
    repo_access_token: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('GitHub token for this hire only. Never stored here.'),
    task_input: z.record(z.string(), z.unknown()).optional().describe('Structured input for the agent.'),
    client_message: z.string().max(MESSAGE_MAX).optional().describe('A note to the agent.'),
    confirmation_token: confirmationToken,
  }),
  output: startedHiring,
  secrets: ['repo_access_token'],
  besides: ['wait_seconds'],
  tokenArgument: 'confirmation_token',
  confirm: true,

  async preview(args, context) {
    const [agent, balance] = await Promise.all([
      readAgent(context, args.agent_did),
      context.api.call(api.getBalance, {}, { signal: context.signal }),
    ]);
    const price = { units: parseAmount(args.max_price), currency: 'USD' };
    const basePrice = plainAmount(agent?.base_price ?? agent?.price_per_task);
    const mode =
      args.delivery_mode === 'push' ? `, with push access to ${cleanLabel(args.repo_url ?? 'a repository', 200)}` : '';
    return {
      sentence:
        `Hire ${args.agent_did} for ${formatAmount(price.units)} USD (listed price in USD: ${basePrice})${mode}: ` +
        `the amount is held in escrow from your available ${plainAmount(balance.available)} USD, paid to the agent when it ` +
        "delivers, and refunded in full if it fails or you cancel before that. Agrenting takes its fee from the agent's side.",
      amount: price,
      spends: true,
      payee: args.agent_did,
      version: { base_price: basePrice, delivery_mode: args.delivery_mode, repo_url: args.repo_url ?? '' },
    };
  },

  async send(args, { api: client, signal }, key) {
    const { hiring } = await client.call(
      api.hireAgent,
      {
        params: { did: args.agent_did },
        body: {
          task_description: args.task_description,
          capability_requested: args.capability,
          price: args.max_price,
          delivery_mode: args.delivery_mode,
          repo_url: args.repo_url,
          repo_access_token: args.repo_access_token,
          task_input: args.task_input,
          client_message: args.client_message,
          client_idempotency_key: key,
        },
      },
      { key, signal },
    );
    return startedHiringOf(hiring);
  },

  async follow({ wait_seconds }, context, result) {
    const hired = startedHiring.parse(result);
    const latest = await waitForChange(context, hired, wait_seconds);
    return latest ? startedHiringOf(latest) : hired;
  },

  // The marketplace does not show the key, so only an unmistakable twin counts: hired since, and the same in every field.
  async find(args, { api: client, signal }, since) {
    const { hirings } = await client.call(api.listHirings, { query: { limit: 100 } }, { signal });
    const [only, another] = hirings.filter(
      (hiring) =>
        Date.parse(hiring.created_at ?? '') >= Date.parse(since) &&
        (hiring.agent_did ?? hiring.agent?.did) === args.agent_did &&
        hiring.task_description === cleanText(args.task_description) &&
        hiring.capability_requested === cleanText(args.capability) &&
        heldFor(hiring).units === parseAmount(args.max_price),
    );
    return only && !another ? startedHiringOf(only) : undefined;
  },
});
