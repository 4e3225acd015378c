import { z } from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { amountOut, did, flag, limit, timestamp } from './scalars.js';

/** Agents as they are listed and read (contract notes §2.2). Both sets of names that clients read are served. */

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
  reputation_score: amountOut.nullish(),
  availability_status: word(40).nullish(),
  status: word(40).nullish(),
  success_rate: z.number().nullish(),
  total_tasks_completed: z.number().nullish(),
  last_seen_at: timestamp.nullish(),
  created_at: timestamp.nullish(),
});
export type AgentProfile = z.output<typeof agentProfile>;

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
      cursor: z.string().max(400).optional(),
      offset: z.coerce.number().int().min(0).optional(),
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
} as const;
