import type { z } from 'zod';
import { type FinancialTool, tools } from '../../../../marketplaces/humans2ai/api.js';
import { issueConfirmation } from '../../../domain/confirmations.js';
import { callerIn } from '../../../pipeline.js';
import { readInput } from '../read-input.js';
import type { ActionCall } from './action.js';

/** The documents' own sentences ("Suggested UX"), without any text that somebody else wrote. */
const QUESTIONS: Record<FinancialTool, string> = {
  create_task: 'Lock the budget in escrow for this task?',
  select_applicant: 'Assign this human to the task and reject the other applicants?',
  approve_submission: 'Release the escrow to the human? This is irreversible.',
  reject_submission: 'Reject the submission with this reason? It may lead to a dispute.',
  cancel_task: 'Cancel the task and refund its budget?',
};

/** @throws {ApiError} VALIDATION_ERROR when the parameters are not what the tool takes: such a token could not be used. */
export async function requestConfirmation(
  call: ActionCall,
  input: { readonly tool: FinancialTool; readonly params: Record<string, unknown> },
) {
  const schema: z.ZodObject = tools[input.tool].input;
  const params = readInput(schema, input.params);
  const { token, expiresAt } = await issueConfirmation(call.env, call.tx, callerIn(call).account, input.tool, params);
  return { confirmationToken: token, expiresAt, tool: input.tool, message: QUESTIONS[input.tool] };
}
