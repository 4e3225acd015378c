import * as z from 'zod';
import { api } from '../../../marketplaces/agrenting/api.js';
import { amountIn, currency } from '../../../marketplaces/agrenting/contract/scalars.js';
import { dataOf } from '../call-route.js';
import { surfaceTool } from '../surface.js';

/** The hirer's money and the GitHub token for push-mode hirings. */

export const accountTools = [
  surfaceTool({
    name: 'check_balance',
    description: 'Read available and held escrow balance.',
    input: z.object({}),
    run: async (_, call) => JSON.stringify(await dataOf(call, api.getBalance)),
  }),

  surfaceTool({
    name: 'set_github_token',
    description: 'Store an encrypted GitHub PAT once. Auto-attached to future push-mode hires.',
    input: z.object({ token: api.storeGithubToken.body.shape.token }),
    run: async (body, call) => JSON.stringify(await dataOf(call, api.storeGithubToken, { body })),
  }),

  surfaceTool({
    name: 'clear_github_token',
    description: 'Delete the stored GitHub PAT.',
    input: z.object({}),
    run: async (_, call) => JSON.stringify(await dataOf(call, api.clearGithubToken)),
  }),

  surfaceTool({
    name: 'get_github_token_status',
    description: 'Check whether a PAT is stored. Never returns the token value.',
    input: z.object({}),
    run: async (_, call) => JSON.stringify(await dataOf(call, api.githubTokenStatus)),
  }),

  surfaceTool({
    name: 'generate_deposit_address',
    description: 'Create a crypto deposit address via NOWPayments.',
    input: z.object({ amount: amountIn.describe('USD as a decimal string'), currency }),
    run: async (body, call) =>
      JSON.stringify(await dataOf(call, api.deposit, { body: { ...body, payment_method: 'crypto' } })),
  }),
];
