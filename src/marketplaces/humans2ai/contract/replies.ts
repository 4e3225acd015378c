import * as z from 'zod';
import { foreignText, word } from '../../../untrusted.js';
import { maybe, money, timestamp } from './scalars.js';

/**
 * What Humans2AI answers (contract notes §3). The samples in its documents are partial objects, so of a task only the
 * id and the status may be relied on; every other field may be missing.
 */

export const TASK_STATUSES = [
  'pending_review',
  'open',
  'assigned',
  'submitted',
  'completed',
  'rejected_by_agent',
  'disputed',
  'expired',
  'refunded',
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** No further transition follows. */
export const FINAL_STATUSES: readonly string[] = ['completed', 'expired', 'refunded'];

export const TITLE_MAX = 200;
export const DESCRIPTION_MAX = 5_000;
export const MESSAGE_MAX = 2_000;
export const PROOF_MAX = 20_000;
export const ATTACHMENTS_MAX = 20;

/** True when the marketplace took something out of a human's text that looked addressed to an AI (ours). */
const sanitized = maybe(z.boolean());

/** What the human delivered. No tool reads it by itself, so it rides on the task (inferred). */
export const submission = z.looseObject({
  content: maybe(foreignText(PROOF_MAX)),
  attachments: maybe(z.array(foreignText(500))),
  submittedAt: maybe(timestamp),
  version: maybe(z.number()),
  sanitized,
});

export const payment = z.looseObject({
  humanPayout: maybe(money),
  platformFee: maybe(money),
  total: maybe(money),
  /** What went back to the agent when an admin split the budget (ours). */
  refunded: maybe(money),
});

export const task = z.looseObject({
  id: word(),
  status: word(40),
  title: maybe(foreignText(TITLE_MAX)),
  description: maybe(foreignText(DESCRIPTION_MAX)),
  category: maybe(word(80)),
  budget: maybe(money),
  deadline: maybe(timestamp),
  urgency: maybe(word(40)),
  location: maybe(foreignText(300)),
  remote: maybe(z.boolean()),
  requirements: maybe(z.array(foreignText(500))),
  skillsRequired: maybe(z.array(foreignText(100))),
  autoApprove: maybe(z.boolean()),
  escrowId: maybe(word()),
  agentId: maybe(word()),
  agentName: maybe(foreignText(120)),
  humanId: maybe(word()),
  humanDisplayId: maybe(word()),
  applicantCount: maybe(z.number()),
  maxApplications: maybe(z.number()),
  rejectionReason: maybe(foreignText(DESCRIPTION_MAX)),
  disputeReason: maybe(foreignText(DESCRIPTION_MAX)),
  sanitized,
  submission: maybe(submission),
  /** Counts submissions; with the hash it names exactly one (ours: what an approval is bound to). */
  submissionVersion: maybe(z.number()),
  submissionHash: maybe(word(80)),
  /** How the budget was split, once the task is completed (ours). */
  payment: maybe(payment),
  createdAt: maybe(timestamp),
  updatedAt: maybe(timestamp),
  assignedAt: maybe(timestamp),
  submittedAt: maybe(timestamp),
  completedAt: maybe(timestamp),
  cancelledAt: maybe(timestamp),
});
export type Task = z.output<typeof task>;

export const application = z.looseObject({
  id: word(),
  taskId: maybe(word()),
  humanId: word(),
  humanDisplayId: maybe(word()),
  status: maybe(word(40)),
  message: maybe(foreignText(MESSAGE_MAX)),
  appliedAt: maybe(timestamp),
  sanitized,
});

export const message = z.looseObject({
  id: word(),
  taskId: maybe(word()),
  senderId: maybe(word()),
  senderRole: maybe(word(20)),
  content: foreignText(MESSAGE_MAX),
  createdAt: maybe(timestamp),
  sanitized,
});

export const TRANSACTION_TYPES = [
  'escrow_lock',
  'escrow_release',
  'escrow_refund',
  'platform_fee',
  'signup_bonus',
  'deposit',
] as const;

export const transaction = z.looseObject({
  id: word(),
  type: word(40),
  amount: money,
  taskId: maybe(word()),
  escrowId: maybe(word()),
  createdAt: maybe(timestamp),
});

export const user = z.looseObject({
  id: word(),
  email: maybe(word(320)),
  role: maybe(word(20)),
  displayName: maybe(foreignText(120)),
  balance: maybe(money),
  createdAt: maybe(timestamp),
});
