import * as z from 'zod';
import { HirewireError } from '../../../errors.js';
import { defineMoneyTool, type ToolContext } from '../../define.js';
import { tools } from '../api.js';
import { callFinancialTool, callTool } from '../client.js';
import { selectApplicantInput } from '../contract/inputs.js';
import { escrowed, gateArguments, LATER_FEE_NOTE, readStake } from '../tool-support.js';
import { shown, taskState } from '../views.js';

const output = z.object({ task: taskState, message: z.string().optional() });

export const selectApplicant = defineMoneyTool({
  name: 'select_applicant',
  title: 'Select an applicant',
  description:
    'Gives an open task to one of the humans who applied; the task becomes assigned and all other applications are rejected. ' +
    'Use it after list_applicants, when the person has chosen. ' +
    'No money moves yet, but the budget in escrow is now for this human, the task can no longer be cancelled, and the choice cannot be undone.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: selectApplicantInput.extend({
    humanId: selectApplicantInput.shape.humanId.describe('From list_applicants.'),
    ...gateArguments,
  }),
  output,
  tokenArgument: 'confirmationToken',
  confirm: true,

  async preview({ taskId, humanId }, context) {
    const stake = await readStake(context, taskId, { done: 'given to somebody', from: ['open'] });
    const { id, others } = await readApplication(context, taskId, humanId);
    const { task, budget } = stake;
    const auto = task.autoApprove ? ', by itself 72 hours after a submission (autoApprove)' : '';
    return {
      sentence:
        `Give task ${taskId} (deadline ${task.deadline ?? 'not shown'}) to human ${humanId}: ${escrowed(stake)} will be paid to them when a ` +
        `submission is approved${auto}; your available balance does not change. ${others} other pending applications are rejected, the task ` +
        `can no longer be cancelled, and this cannot be undone. ${LATER_FEE_NOTE}`,
      amount: budget,
      spends: false,
      commits: true,
      payee: humanId,
      version: { status: task.status, application: id, deadline: task.deadline ?? '' },
    };
  },

  async send({ taskId, humanId }, { api, signal }, key) {
    return shown(output, await callFinancialTool(api, tools.select_applicant, { taskId, humanId }, { key, signal }));
  },

  async find({ taskId, humanId }, { api, signal }) {
    const task = await callTool(api, tools.get_task, { taskId }, { signal });
    const undecided = task.status === 'open' || task.status === 'pending_review';
    return task.humanId === humanId && !undecided ? shown(output, { task }) : undefined;
  },
});

/** The human's pending application, and how many others it would push out. @throws {HirewireError} NOT_FOUND, CONFLICT. */
async function readApplication(
  { api, signal }: ToolContext,
  taskId: string,
  humanId: string,
): Promise<{ id: string; others: number }> {
  const { applications } = await callTool(api, tools.list_applicants, { taskId }, { signal });
  const theirs = applications.filter((application) => application.humanId === humanId);
  // A status that is not stated, or that we do not know, is the marketplace's to judge.
  const mine = theirs.find(({ status }) => status !== 'accepted' && status !== 'rejected');
  if (mine) {
    const others = applications.filter(({ status, humanId: other }) => status === 'pending' && other !== humanId);
    return { id: mine.id, others: others.length };
  }
  const [former] = theirs;
  throw new HirewireError({
    code: former ? 'CONFLICT' : 'NOT_FOUND',
    message: former
      ? `The application of ${humanId} for task ${taskId} is ${former.status ?? 'not pending'}, no longer pending.`
      : `${humanId} has not applied for task ${taskId}.`,
    changed: 'no',
    next: 'Choose a humanId with a pending application from list_applicants.',
    retrySafe: false,
  });
}
