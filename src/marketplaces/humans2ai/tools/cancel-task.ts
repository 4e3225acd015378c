import * as z from 'zod';
import { describeMoney } from '../../../money.js';
import { defineMoneyTool } from '../../define.js';
import { tools } from '../api.js';
import { callFinancialTool, callTool } from '../client.js';
import { financialTaskInput } from '../contract/inputs.js';
import { escrowed, gateArguments, readBalance, readStake } from '../tool-support.js';
import { shown, taskState } from '../views.js';

const output = z.object({ task: taskState, message: z.string().optional() });

export const cancelTask = defineMoneyTool({
  name: 'cancel_task',
  title: 'Cancel a task',
  description:
    'Cancels one of your tasks that is still open or in pending_review; it ends as expired. ' +
    'Use it when the work is no longer wanted and nobody has been selected yet. ' +
    'The whole budget goes back from escrow to the balance. It cannot be undone, and applications are lost.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: financialTaskInput.extend(gateArguments),
  output,
  tokenArgument: 'confirmationToken',
  confirm: true,

  async preview({ taskId }, context) {
    const [stake, balance] = await Promise.all([
      readStake(context, taskId, { done: 'cancelled', from: ['open', 'pending_review'] }),
      readBalance(context),
    ]);
    const { task, budget } = stake;
    return {
      sentence:
        `Cancel task ${taskId} (status ${task.status}, ${task.applicantCount ?? 0} applications): ${escrowed(stake)} comes back to your ` +
        `available balance, now ${describeMoney(balance)}. The task ends as expired; this cannot be undone.`,
      amount: budget,
      spends: false,
      payee: 'your own balance',
      version: { status: task.status },
    };
  },

  async send({ taskId }, { api, signal }, key) {
    return shown(output, await callFinancialTool(api, tools.cancel_task, { taskId }, { key, signal }));
  },

  async find({ taskId }, { api, signal }) {
    const task = await callTool(api, tools.get_task, { taskId }, { signal });
    return task.status === 'expired' ? shown(output, { task }) : undefined;
  },
});
