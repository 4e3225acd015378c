import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { task } from './replies.js';
import { id, maybe, queryLimit, timestamp } from './scalars.js';

/** What the platform's own people decide (ours: the documents name the decisions, not their routes; §4). */

/** One line of the audit log (ours: the documents name the route and show no body). */
export const auditLogEntry = z.looseObject({
  /** Its number: 1, 2, 3 … without a gap. */
  seq: z.number(),
  at: timestamp,
  marketplace: word(20),
  /** The route's id, or the tool's name. */
  action: word(80),
  method: word(10),
  path: word(120),
  target: maybe(word()),
  actor: maybe(word()),
  role: maybe(word(20)),
  via: maybe(word(20)),
  credentialId: maybe(word()),
  address: maybe(word(60)),
  status: z.number(),
  error: maybe(word(60)),
  replayed: z.boolean(),
  /** SHA-256 over this line and the hash of the line before it. */
  hash: word(64),
  previousHash: word(64),
});

const adminUser = z.looseObject({
  id: word(),
  role: word(20),
  displayName: foreignText(120),
  suspended: z.boolean(),
  createdAt: timestamp,
});

const byId = z.object({ id });
const onUser = {
  method: 'POST',
  callers: ['admin'],
  evidence: 'ours',
  key: 'optional',
  params: byId,
  data: adminUser,
  errors: ['USER_NOT_FOUND', 'CONFLICT'],
} as const;
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
    summary: 'Rule on a dispute: the escrow goes to the human, less the fee, back to the agent, or partly to each.',
    body: z.discriminatedUnion('outcome', [
      z.object({ outcome: z.literal('release') }),
      z.object({ outcome: z.literal('refund') }),
      z.object({ outcome: z.literal('split'), humanPercent: z.number().int().min(1).max(99) }),
    ]),
  }),
  listUsers: defineRoute({
    id: 'listUsers',
    method: 'GET',
    path: '/api/v1/admin/users',
    summary: 'Accounts, by id. `after` continues where the last page ended.',
    evidence: 'ours',
    callers: ['admin'],
    query: z.object({ limit: queryLimit, after: id.optional() }),
    data: z.looseObject({ users: z.array(adminUser), nextAfter: maybe(word()) }),
  }),
  suspendUser: defineRoute({
    ...onUser,
    id: 'suspendUser',
    path: '/api/v1/admin/users/:id/suspend',
    summary: 'Suspend an account: every credential of it is refused from now on. Its money stays where it is.',
  }),
  reinstateUser: defineRoute({
    ...onUser,
    id: 'reinstateUser',
    path: '/api/v1/admin/users/:id/reinstate',
    summary: 'End the suspension of an account.',
  }),
  listAuditLogs: defineRoute({
    id: 'listAuditLogs',
    method: 'GET',
    path: '/api/v1/admin/audit-logs',
    summary: 'Who asked for which change, newest first. `before` continues where the last page ended.',
    evidence: 'documented',
    callers: ['admin'],
    query: z.object({
      limit: queryLimit,
      before: z.coerce.number().int().min(1).optional(),
      actor: id.optional(),
      action: z
        .string()
        .regex(/^[A-Za-z_]{1,80}$/)
        .optional(),
    }),
    data: z.looseObject({
      logs: z.array(auditLogEntry),
      /** To be sent as `before` for the next page; missing on the last one. */
      nextBefore: maybe(z.number()),
      /** The last line of the whole log; written down elsewhere, it proves later that nothing was taken away. */
      head: z.looseObject({ seq: z.number(), hash: word(64) }),
    }),
  }),
} as const;
