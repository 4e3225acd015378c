import type { z } from 'zod';
import { type EnvelopeTool, type ToolName, tools } from '../../../marketplaces/humans2ai/api.js';
import * as accounts from './actions/accounts.js';
import type { ActionCall } from './actions/action.js';
import { requestConfirmation } from './actions/confirmations.js';
import * as conversation from './actions/conversation.js';
import * as tasks from './actions/tasks.js';
import * as wallet from './actions/wallet.js';
import { readInput } from './read-input.js';

/** A tool with what serves it. */
export interface ServedTool {
  readonly tool: EnvelopeTool;
  /** @throws {ApiError} VALIDATION_ERROR. */
  read(input: unknown): Record<string, unknown>;
  run(call: ActionCall, input: unknown): Promise<unknown>;
}

function serve<I extends z.ZodObject, R extends z.ZodObject>(
  tool: EnvelopeTool<ToolName, I, R>,
  action: (call: ActionCall, input: z.output<I>) => Promise<z.input<R>>,
): ServedTool {
  return {
    tool,
    read: (input) => readInput(tool.input, input),
    run: (call, input) => action(call, readInput(tool.input, input)),
  };
}

const served: Record<ToolName, ServedTool> = {
  register: serve(tools.register, accounts.register),
  login: serve(tools.login, accounts.login),
  create_task: serve(tools.create_task, tasks.createTask),
  list_tasks: serve(tools.list_tasks, tasks.listTasks),
  get_task: serve(tools.get_task, tasks.getTask),
  cancel_task: serve(tools.cancel_task, tasks.cancelTask),
  list_applicants: serve(tools.list_applicants, conversation.listApplicants),
  select_applicant: serve(tools.select_applicant, tasks.selectApplicant),
  approve_submission: serve(tools.approve_submission, tasks.approveSubmission),
  reject_submission: serve(tools.reject_submission, tasks.rejectSubmission),
  send_message: serve(tools.send_message, conversation.sendMessage),
  get_messages: serve(tools.get_messages, conversation.getMessages),
  get_wallet: serve(tools.get_wallet, wallet.getWallet),
  get_transactions: serve(tools.get_transactions, wallet.getTransactions),
  request_confirmation: serve(tools.request_confirmation, requestConfirmation),
};

const byName = new Map(Object.entries(served));

export const servedTool = (name: string): ServedTool | undefined => byName.get(name);
