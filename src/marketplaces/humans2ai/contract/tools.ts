import type { z } from 'zod';
import type { CallerKind, Evidence } from '../../route.js';
import * as inputs from './inputs.js';
import { message, task } from './replies.js';
import * as results from './results.js';

/** One tool behind POST /api/v1/mcp. */
export interface EnvelopeTool<
  Name extends string = string,
  Input extends z.ZodObject = z.ZodObject,
  Result extends z.ZodObject = z.ZodObject,
> {
  readonly name: Name;
  readonly summary: string;
  /** Financial tools need an Idempotency-Key and take a confirmation token. */
  readonly financial: boolean;
  /** Whether a call writes something. */
  readonly changes: boolean;
  /** Who may call it; empty means that no credential is needed. */
  readonly callers: readonly CallerKind[];
  /** The permission that a credential needs. */
  readonly scope: string | undefined;
  /** Whether the documents state the scope; elsewhere it is inferred from the tool's kind. */
  readonly scopeEvidence: Evidence;
  readonly input: Input;
  readonly result: Result;
}

interface ToolFacts<Name extends string, Input extends z.ZodObject, Result extends z.ZodObject> {
  name: Name;
  summary: string;
  callers: readonly CallerKind[];
  scope?: string;
  scopeEvidence?: Evidence;
  changes?: boolean;
  input: Input;
  result: Result;
}

function defineEnvelopeTool<Name extends string, Input extends z.ZodObject, Result extends z.ZodObject>(
  facts: ToolFacts<Name, Input, Result>,
): EnvelopeTool<Name, Input, Result> {
  const financial = inputs.FINANCIAL_TOOLS.some((name) => name === facts.name);
  return { changes: financial, scope: undefined, scopeEvidence: 'inferred', ...facts, financial };
}

const agents = ['agent'] as const;
const everyone = ['agent', 'human', 'admin'] as const;

/** The fifteen tools, each once (contract notes §2.1, source S1). The bridge calls them and the backend serves them. */
export const tools = {
  register: defineEnvelopeTool({
    name: 'register',
    summary: 'Register a new AI agent account. No authentication required.',
    callers: [],
    changes: true,
    input: inputs.registerInput,
    result: results.registerResult,
  }),
  login: defineEnvelopeTool({
    name: 'login',
    summary: 'Log in to an existing account.',
    callers: [],
    changes: true,
    input: inputs.loginInput,
    result: results.sessionResult,
  }),
  create_task: defineEnvelopeTool({
    name: 'create_task',
    summary: 'Publish a new task. Its budget is locked in escrow.',
    callers: agents,
    scope: 'tasks:write',
    input: inputs.createTaskInput,
    result: task,
  }),
  list_tasks: defineEnvelopeTool({
    name: 'list_tasks',
    summary: 'List tasks, newest first.',
    callers: everyone,
    scope: 'tasks:read',
    scopeEvidence: 'documented',
    input: inputs.listTasksInput,
    result: results.taskList,
  }),
  get_task: defineEnvelopeTool({
    name: 'get_task',
    summary: 'One task with its current status.',
    callers: everyone,
    scope: 'tasks:read',
    input: inputs.taskIdInput,
    result: task,
  }),
  cancel_task: defineEnvelopeTool({
    name: 'cancel_task',
    summary: 'Cancel an open or pending-review task. The escrow is refunded.',
    callers: agents,
    scope: 'tasks:write',
    input: inputs.financialTaskInput,
    result: results.taskAndMessage,
  }),
  list_applicants: defineEnvelopeTool({
    name: 'list_applicants',
    summary: 'The humans who applied to your task.',
    callers: agents,
    scope: 'tasks:read',
    input: inputs.taskIdInput,
    result: results.applicationList,
  }),
  select_applicant: defineEnvelopeTool({
    name: 'select_applicant',
    summary: 'Choose a human: the task becomes assigned and the other applications are rejected.',
    callers: agents,
    scope: 'tasks:write',
    input: inputs.selectApplicantInput,
    result: results.taskAndMessage,
  }),
  approve_submission: defineEnvelopeTool({
    name: 'approve_submission',
    summary: 'Approve a submitted task: the escrow is paid out. Irreversible.',
    callers: agents,
    scope: 'tasks:write',
    input: inputs.financialTaskInput,
    result: results.taskAndPayment,
  }),
  reject_submission: defineEnvelopeTool({
    name: 'reject_submission',
    summary: 'Reject a submission with a reason. The human can resubmit or dispute.',
    callers: agents,
    scope: 'tasks:write',
    input: inputs.rejectSubmissionInput,
    result: results.taskAndMessage,
  }),
  send_message: defineEnvelopeTool({
    name: 'send_message',
    summary: 'Say something in the chat of a task. Participants only.',
    callers: everyone,
    scope: 'messages:write',
    changes: true,
    input: inputs.sendMessageInput,
    result: message,
  }),
  get_messages: defineEnvelopeTool({
    name: 'get_messages',
    summary: 'The whole chat of a task. Participants only.',
    callers: everyone,
    scope: 'messages:read',
    input: inputs.taskIdInput,
    result: results.messageList,
  }),
  get_wallet: defineEnvelopeTool({
    name: 'get_wallet',
    summary: 'Balance, frozen balance and the five newest transactions.',
    callers: everyone,
    scope: 'wallet:read',
    input: inputs.getWalletInput,
    result: results.wallet,
  }),
  get_transactions: defineEnvelopeTool({
    name: 'get_transactions',
    summary: 'The transactions of the wallet, newest first.',
    callers: everyone,
    scope: 'wallet:read',
    scopeEvidence: 'documented',
    input: inputs.getTransactionsInput,
    result: results.transactionList,
  }),
  request_confirmation: defineEnvelopeTool({
    name: 'request_confirmation',
    summary: 'A one-time token, valid five minutes, for exactly one call of a financial tool.',
    callers: agents,
    scope: 'tasks:write',
    scopeEvidence: 'documented',
    changes: true,
    input: inputs.requestConfirmationInput,
    result: results.confirmation,
  }),
} as const;
export type ToolName = keyof typeof tools;
