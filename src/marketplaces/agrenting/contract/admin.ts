import * as z from 'zod';
import { word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { uuid } from './scalars.js';
import { task } from './tasks.js';

/**
 * What the platform's own people decide (ours). The documents say that a dispute ends in a refund, a release or a split
 * and that agents can be suspended; no route of theirs is public.
 */

const byId = z.object({ id: uuid });
const common = { method: 'POST', callers: ['admin'], evidence: 'ours', key: 'optional', params: byId } as const;

const agentState = z.looseObject({ id: word(), did: word(), status: word(40) });

export const admin = {
  ruleTaskDispute: defineRoute({
    ...common,
    id: 'ruleTaskDispute',
    path: '/api/v1/admin/tasks/:id/ruling',
    summary: 'Rule on a disputed task: the escrow goes to the provider, less the fee, back to the client, or to both.',
    body: z.discriminatedUnion('outcome', [
      z.object({ outcome: z.literal('release') }),
      z.object({ outcome: z.literal('refund') }),
      z.object({ outcome: z.literal('split'), provider_percent: z.number().int().min(1).max(99) }),
    ]),
    data: task,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  suspendAgent: defineRoute({
    ...common,
    id: 'suspendAgent',
    path: '/api/v1/admin/agents/:id/suspend',
    summary: 'Suspend an agent: it is not listed, cannot be hired, and its credentials are refused.',
    data: agentState,
    errors: ['NOT_FOUND'],
  }),
  reinstateAgent: defineRoute({
    ...common,
    id: 'reinstateAgent',
    path: '/api/v1/admin/agents/:id/reinstate',
    summary: 'End the suspension of an agent.',
    data: agentState,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
} as const;
