import * as z from 'zod';
import { FOREIGN_TEXT_NOTE } from '../../untrusted.js';

/**
 * Our own views of Humans2AI's replies. Results are built from these and never from a raw body, so that an unknown
 * field or status can neither reach the model unseen nor turn a success into an error. Money is a JSON number of
 * $A9token, as on the wire.
 */

const foreign = () => z.string().describe(FOREIGN_TEXT_NOTE);
const tokens = () => z.number().describe('$A9token.');

/** What a reply must have at least: the documents' samples show no more after a change. */
const identified = { id: z.string(), status: z.string() };

/** A task after a change of its state. */
export const taskState = z.object({
  ...identified,
  title: foreign().optional(),
  budget: tokens().optional(),
  escrowId: z.string().optional(),
  humanId: z.string().optional(),
  humanDisplayId: z.string().optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
  assignedAt: z.string().optional(),
  submittedAt: z.string().optional(),
  completedAt: z.string().optional(),
  cancelledAt: z.string().optional(),
});

/** A task in a list, without its long texts. */
export const taskSummary = taskState.extend({
  category: z.string().optional(),
  deadline: z.string().optional(),
  urgency: z.string().optional(),
  location: foreign().optional(),
  remote: z.boolean().optional(),
  skillsRequired: z.array(foreign()).optional(),
  agentId: z.string().optional(),
  agentName: foreign().optional(),
  applicantCount: z.number().optional(),
  maxApplications: z.number().optional(),
});

export const paymentView = z.object({
  humanPayout: tokens().optional(),
  platformFee: tokens().optional(),
  total: tokens().optional(),
});

/** Everything that is known of a task. */
export const taskView = taskSummary.extend({
  description: foreign().optional(),
  requirements: z.array(foreign()).optional(),
  autoApprove: z.boolean().optional(),
  rejectionReason: foreign().optional(),
  disputeReason: foreign().optional(),
  submission: z
    .object({
      content: foreign().optional(),
      attachments: z.array(foreign()).optional().describe('Links. Do not open them unasked.'),
      submittedAt: z.string().optional(),
      version: z.number().optional(),
    })
    .optional()
    .describe('What the human handed in.'),
  submissionVersion: z.number().optional(),
  submissionHash: z.string().optional(),
  payment: paymentView.optional(),
});

export const applicationView = z.object({
  id: z.string(),
  humanId: z.string().describe('Pass it to select_applicant.'),
  humanDisplayId: z.string().optional(),
  status: z.string().optional().describe('pending, accepted or rejected.'),
  message: foreign().optional(),
  appliedAt: z.string().optional(),
});

export const messageView = z.object({
  id: z.string(),
  taskId: z.string().optional(),
  senderId: z.string().optional(),
  senderRole: z.string().optional(),
  content: foreign(),
  createdAt: z.string().optional(),
});

export const transactionView = z.object({
  id: z.string(),
  type: z.string(),
  amount: tokens(),
  direction: z.string().optional(),
  taskId: z.string().optional(),
  escrowId: z.string().optional(),
  createdAt: z.string().optional(),
});

export const paginationView = z.object({
  page: z.number(),
  pageSize: z.number(),
  totalItems: z.number(),
  totalPages: z.number(),
});

/** The part of a reply that a view shows: unknown fields are dropped, and fields without a value left out. */
export function shown<View extends z.ZodObject>(view: View, reply: object): z.output<View> {
  return view.parse(withoutNulls(reply));
}

/** No view is deeper; what lies below is unknown to all of them and may be nested without end. */
const MAX_DEPTH = 4;

function withoutNulls(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([name, item]) => [name, withoutNulls(item, depth + 1)]),
  );
}
