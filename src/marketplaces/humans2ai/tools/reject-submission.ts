import * as z from 'zod';
import { cleanLabel, cleanText } from '../../../untrusted.js';
import { defineMoneyTool } from '../../define.js';
import { tools } from '../api.js';
import { callFinancialTool, callTool } from '../client.js';
import { rejectSubmissionInput } from '../contract/inputs.js';
import { describeSubmission, escrowed, gateArguments, payeeOf, readStake, submissionVersion } from '../tool-support.js';
import { shown, taskState } from '../views.js';

const output = z.object({ task: taskState, message: z.string().optional() });

export const rejectSubmission = defineMoneyTool({
  name: 'reject_submission',
  title: 'Reject a submission',
  description:
    'Rejects what the human handed in for one of your tasks, with a reason that they read. ' +
    'Use it only after get_task, when the submission does not do what was asked and the person agrees to the reason. ' +
    'Nothing is paid or refunded: the budget stays in escrow, and the human can hand in again or open a dispute. It cannot be taken back.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: rejectSubmissionInput.extend(gateArguments),
  output,
  tokenArgument: 'confirmationToken',
  confirm: true,

  async preview({ taskId, reason }, context) {
    const stake = await readStake(context, taskId, { done: 'rejected', from: ['submitted'] });
    const { task, budget } = stake;
    const payee = payeeOf(task);
    return {
      sentence:
        `Reject the ${describeSubmission(task)} by ${payee} with the reason “${cleanLabel(reason, 300)}”: nothing is paid or refunded, ` +
        `${escrowed(stake)} stays where it is, and your available balance does not change. The human can hand in again or open a ` +
        'dispute. This cannot be taken back.',
      amount: budget,
      spends: false,
      payee,
      version: { status: task.status, ...submissionVersion(task) },
    };
  },

  async send({ taskId, reason }, { api, signal }, key) {
    return shown(output, await callFinancialTool(api, tools.reject_submission, { taskId, reason }, { key, signal }));
  },

  async find({ taskId, reason }, { api, signal }) {
    const task = await callTool(api, tools.get_task, { taskId }, { signal });
    const otherReason = task.rejectionReason != null && task.rejectionReason !== cleanText(reason);
    return task.status === 'rejected_by_agent' && !otherReason ? shown(output, { task }) : undefined;
  },
});
