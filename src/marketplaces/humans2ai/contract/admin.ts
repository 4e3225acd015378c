import * as z from 'zod';
import { defineRoute } from '../../route.js';
import { task } from './replies.js';
import { id } from './scalars.js';

/** What the platform's own people decide (ours: the documents name the decisions, not their routes; §4). */

const byId = z.object({ id });
const common = {
  callers: ['admin'],
  evidence: 'ours',
  key: 'optional',
  params: byId,
  data: task,
  errors: ['TASK_NOT_FOUND', 'CONFLICT'],
} as const;

export const admin = {
  approveReview: defineRoute({
    ...common,
    id: 'approveReview',
    method: 'POST',
    path: '/api/v1/admin/tasks/:id/approve',
    summary: 'Let a task under review go live.',
  }),
  declineReview: defineRoute({
    ...common,
    id: 'declineReview',
    method: 'POST',
    path: '/api/v1/admin/tasks/:id/decline',
    summary: 'Decline a task under review: the escrow is refunded and the task expires.',
  }),
  ruleDispute: defineRoute({
    ...common,
    id: 'ruleDispute',
    method: 'POST',
    path: '/api/v1/admin/tasks/:id/ruling',
    summary: 'Rule on a dispute: the escrow goes to the human, less the fee, or back to the agent.',
    body: z.object({ outcome: z.enum(['release', 'refund']) }),
  }),
} as const;
