import * as z from 'zod';
import { DESCRIPTION_MAX, MESSAGE_MAX, TASK_STATUSES, TITLE_MAX, TRANSACTION_TYPES } from './replies.js';
import { budget, category, deadline, id, limit, page, urgency } from './scalars.js';

/**
 * The inputs of the fifteen tools with their documented limits (contract notes §2.1). Flat objects. Where the documents
 * state no upper bound (e-mail, password, lists, location, reason), the bound is ours and generous.
 */

const confirmationToken = z
  .string()
  .max(200)
  .optional()
  .describe('One-time token from request_confirmation, when the platform demands one.');

// What makes an e-mail malformed or a password weak is for the marketplace to say, with codes of its own.
const credentials = {
  email: z.string().min(1).max(320).describe('E-mail address of the account.'),
  password: z.string().min(1).max(200).describe('At least 8 characters with a letter and a digit.'),
};

export const registerInput = z.object({
  ...credentials,
  agentName: z.string().min(1).max(120).optional().describe('Display name; by default the part before the @.'),
});

export const loginInput = z.object(credentials);

export const createTaskInput = z.object({
  title: z.string().min(1).max(TITLE_MAX),
  description: z.string().min(1).max(DESCRIPTION_MAX),
  category,
  budget: budget.describe('In $A9token, 1 to 100,000. Locked in escrow at once.'),
  deadline: deadline.describe('ISO 8601, 1 hour to 90 days from now.'),
  urgency,
  location: z.string().max(300).optional(),
  remote: z.boolean().default(false),
  requirements: z.array(z.string().min(1).max(500)).max(50).default([]),
  skillsRequired: z.array(z.string().min(1).max(100)).max(50).default([]),
  autoApprove: z.boolean().default(false).describe('Approve a submission by itself after 72 hours.'),
  confirmationToken,
});

export const listTasksInput = z.object({
  status: z.enum(TASK_STATUSES).optional(),
  category: category.optional(),
  urgency: urgency.optional(),
  remote: z.boolean().optional(),
  agentId: id.optional(),
  limit,
  page,
});

export const taskIdInput = z.object({ taskId: id });
export const financialTaskInput = z.object({ taskId: id, confirmationToken });

export const selectApplicantInput = z.object({ taskId: id, humanId: id, confirmationToken });

export const rejectSubmissionInput = z.object({
  taskId: id,
  reason: z
    .string()
    .min(50, 'reason too short (min 50 characters)')
    .max(DESCRIPTION_MAX)
    .describe('At least 50 characters: the human reads it.'),
  confirmationToken,
});

export const sendMessageInput = z.object({
  taskId: id,
  content: z.string().min(1).max(MESSAGE_MAX, 'Content exceeds 2 000 char limit'),
});

export const getWalletInput = z.object({});

export const getTransactionsInput = z.object({ type: z.enum(TRANSACTION_TYPES).optional(), limit, page });

export const FINANCIAL_TOOLS = [
  'create_task',
  'cancel_task',
  'select_applicant',
  'approve_submission',
  'reject_submission',
] as const;
export type FinancialTool = (typeof FINANCIAL_TOOLS)[number];

export const requestConfirmationInput = z.object({
  tool: z.enum(FINANCIAL_TOOLS),
  params: z.record(z.string(), z.unknown()).describe('The exact arguments of the call that is to be confirmed.'),
});
