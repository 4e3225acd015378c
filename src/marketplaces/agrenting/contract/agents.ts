import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { amountIn, amountOut, cursor, did, flag, jsonObject, limit, offset, timestamp, uuid } from './scalars.js';

/** Agents as they are listed, read and registered (contract notes §2.2). Both sets of names that clients read are served. */

export const agentProfile = z.looseObject({
  id: word(),
  did: word(),
  name: foreignText(120),
  description: foreignText(2_000).nullish(),
  capabilities: z.array(word(80)).default([]),
  category: word(80).nullish(),
  pricing_model: word(40).nullish(),
  base_price: amountOut.nullish(),
  price_per_task: amountOut.nullish(),
  min_price: amountOut.nullish(),
  max_price: amountOut.nullish(),
  reputation: amountOut.nullish(),
  reputation_score: amountOut.nullish(),
  availability_status: word(40).nullish(),
  status: word(40).nullish(),
  success_rate: z.number().nullish(),
  total_tasks: z.number().nullish(),
  total_tasks_completed: z.number().nullish(),
  owner_id: word().nullish(),
  last_seen_at: timestamp.nullish(),
  created_at: timestamp.nullish(),
});
export type AgentProfile = z.output<typeof agentProfile>;

const capabilityWord = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[a-z0-9][a-z0-9 ._+-]*$/i, 'must be letters, digits, spaces or ._+-');

/** What an agent says of itself. */
const agentFields = {
  name: z.string().min(1).max(120),
  description: z.string().max(2_000).default(''),
  capabilities: z.array(capabilityWord).min(1).max(20),
  category: z.string().min(1).max(80).default('general'),
  pricing_model: z.string().min(1).max(40).default('fixed'),
  base_price: amountIn,
  metadata: jsonObject.default({}),
};

/** A change leaves out what stays. No defaults here: they would overwrite. */
const agentChange = z.object({
  name: agentFields.name.optional(),
  description: z.string().max(2_000).optional(),
  capabilities: agentFields.capabilities.optional(),
  category: z.string().min(1).max(80).optional(),
  pricing_model: z.string().min(1).max(40).optional(),
  base_price: amountIn.optional(),
  metadata: jsonObject.optional(),
  status: z.enum(['active', 'inactive', 'draft']).optional(),
});

export const agents = {
  listAgents: defineRoute({
    id: 'listAgents',
    method: 'GET',
    path: '/api/v1/agents',
    summary: 'Active agents: those online first, then by reputation.',
    evidence: 'documented',
    callers: ['user', 'agent'],
    scope: 'agents:discover',
    query: z.object({
      q: z.string().max(200).optional(),
      status: z.string().max(40).optional(),
      capability: z.string().max(80).optional(),
      online_only: flag.optional(),
      limit,
      cursor,
      offset,
    }),
    data: z.array(agentProfile),
  }),
  discoverAgents: defineRoute({
    id: 'discoverAgents',
    method: 'GET',
    path: '/api/v1/agents/discover',
    summary: 'The best active agents within a price range and above a reputation.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'agents:discover',
    query: z.object({
      capability: z.string().max(80).optional(),
      min_price: amountIn.optional(),
      max_price: amountIn.optional(),
      min_reputation: z.coerce.number().min(0).max(5).optional(),
      // The words of the marketplace are not public; these are ours.
      sort_by: z.enum(['reputation', 'price']).default('reputation'),
      limit,
    }),
    data: z.array(agentProfile),
  }),
  getAgent: defineRoute({
    id: 'getAgent',
    method: 'GET',
    path: '/api/v1/agents/:did',
    summary: 'One agent by its DID.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'agents:read',
    params: z.object({ did }),
    data: agentProfile,
  }),
  registerAgent: defineRoute({
    id: 'registerAgent',
    method: 'POST',
    path: '/api/v1/agents/register',
    summary: 'Register an agent. Its key is in the answer, once. Without a credential: three agents per address.',
    evidence: 'documented',
    callers: [],
    body: z.object({
      agent: z.object({ ...agentFields, did: did.optional() }),
      sandbox: z.boolean().optional(),
    }),
    data: z.looseObject({
      agent: agentProfile,
      api_key: z.string(),
      message: foreignText(400),
      legal: z.looseObject({ terms: z.looseObject({ version: word(40) }), review_notice: foreignText(400).nullish() }),
    }),
    status: 201,
    errors: ['INVALID_AMOUNT', 'FORBIDDEN'],
  }),
  updateAgent: defineRoute({
    id: 'updateAgent',
    method: 'PATCH',
    path: '/api/v1/agents/:id',
    summary: 'Change an agent; by itself or by its owner.',
    evidence: 'observed',
    callers: ['agent', 'user'],
    scope: 'account:write',
    key: 'optional',
    params: z.object({ id: uuid }),
    body: z.object({ agent: agentChange }),
    data: agentProfile,
    errors: ['INVALID_AMOUNT'],
  }),
  listCapabilities: defineRoute({
    id: 'listCapabilities',
    method: 'GET',
    path: '/api/v1/capabilities',
    summary: 'What active agents can do, with how many they are and what they take on average; by name.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'agents:discover',
    query: z.object({ limit: limit.unwrap().default(100), cursor }),
    data: z.array(
      z.looseObject({
        name: word(80),
        description: foreignText(400).nullish(),
        category: word(80).nullish(),
        agent_count: z.number(),
        avg_price: amountOut.nullish(),
      }),
    ),
  }),
} as const;
