import * as z from 'zod';
import { describeMoney } from '../../../money.js';
import { cleanLabel, cleanText } from '../../../untrusted.js';
import { defineMoneyTool, type ToolContext } from '../../define.js';
import { tools } from '../api.js';
import { callFinancialTool, callTool } from '../client.js';
import { createTaskInput } from '../contract/inputs.js';
import { type Task, TITLE_MAX } from '../contract/replies.js';
import { deadline } from '../contract/scalars.js';
import { gateArguments, LATER_FEE_NOTE, readBalance, tokensOf } from '../tool-support.js';
import { shown, taskSummary } from '../views.js';

const { shape } = createTaskInput;

export const createTask = defineMoneyTool({
  name: 'create_task',
  title: 'Publish a task for humans',
  description:
    'Publishes a task that a human can do in the real world or remotely on Humans2AI. ' +
    'Use it after the person has agreed to the budget; then follow it with list_applicants, select_applicant and approve_submission. ' +
    'The budget is locked in escrow at once, paid to the human on approval, and refunded when the task is cancelled or expires before ' +
    'anybody is selected. Above 5,000 $A9token the task waits in pending_review for an admin. ' +
    'Repeat a call that got no answer with the same arguments: it is never locked twice.',
  marketplace: 'humans2ai',
  toolset: 'tasks',
  role: 'humans2ai.agent',
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: true },
  input: createTaskInput.extend({
    title: shape.title.describe('One line, public.'),
    description: shape.description.describe('What to do and what to hand in. Public: no secrets.'),
    category: shape.category.describe(
      'field_operations, photography, information_verification, package_pickup, or another snake_case category.',
    ),
    // Checked as in the contract, but stated to the model in two words instead of a long pattern.
    deadline: z
      .string()
      .refine((text) => deadline.safeParse(text).success, 'must be ISO 8601 with an offset or Z')
      .meta({ format: 'date-time', description: 'ISO 8601 with an offset or Z, 1 hour to 90 days from now.' }),
    location: shape.location.describe('City or address.'),
    remote: shape.remote.describe('Whether it can be done from anywhere.'),
    requirements: shape.requirements.describe('What the result must meet.'),
    skillsRequired: shape.skillsRequired.describe('Skill tags.'),
    autoApprove: shape.autoApprove.describe('Pay by itself 72 hours after a submission, unless it is rejected.'),
    ...gateArguments,
  }),
  output: taskSummary,
  tokenArgument: 'confirmationToken',
  confirm: true,

  async preview(args, context) {
    const balance = await readBalance(context);
    const budget = tokensOf(args.budget, 'the budget');
    const review = args.budget > REVIEWED_ABOVE ? ' An admin of Humans2AI reviews it before it goes live.' : '';
    const auto = args.autoApprove ? ', by itself 72 hours after a submission (autoApprove)' : '';
    return {
      sentence:
        `Publish the task “${cleanLabel(args.title, TITLE_MAX)}” (deadline ${args.deadline}) for ${describeMoney(budget)}: ` +
        `the amount is locked in escrow from your available balance of ${describeMoney(balance)}, paid to the human whom you select when a ` +
        `submission is approved${auto}, and refunded if you cancel or it expires before anybody is selected. ${LATER_FEE_NOTE}${review}`,
      amount: budget,
      spends: true,
      payee: 'nobody yet',
      version: { deadline: args.deadline, auto_approve: String(args.autoApprove) },
    };
  },

  async send({ confirmationToken: _ours, idempotencyKey: _kept, ...input }, { api, signal }, key) {
    return shown(taskSummary, await callFinancialTool(api, tools.create_task, input, { key, signal }));
  },

  async find(args, context, since) {
    const candidates = await lockedSince(context, args.budget, since);
    const twins = candidates.filter(
      ({ title, deadline }) =>
        title === cleanText(args.title, TITLE_MAX) && Date.parse(deadline ?? '') === Date.parse(args.deadline),
    );
    const [only, another] = twins;
    return only && !another ? shown(taskSummary, only) : undefined;
  },
});

/** Documented: above this budget a task is reviewed first. */
const REVIEWED_ABOVE = 5_000;
const MAX_CANDIDATES = 20;
/** Between our clock and the marketplace's, whose times may be cut to seconds. */
const SKEW_MS = 60_000;

/**
 * Our tasks for which this budget was locked since then; none when there are more than can be looked at. Our own
 * locks are read instead of the public list: it shows everybody's tasks, and a day later ours is many pages down.
 */
async function lockedSince({ api, signal }: ToolContext, budget: number, since: string): Promise<Task[]> {
  const filter = { type: 'escrow_lock', limit: 100 } as const;
  const { transactions } = await callTool(api, tools.get_transactions, filter, { signal });
  const from = Date.parse(since) - SKEW_MS;
  const recent = transactions.filter(({ createdAt }) => Date.parse(createdAt ?? '') >= from);
  const ids = new Set(recent.flatMap(({ taskId, amount }) => (taskId && Math.abs(amount) === budget ? [taskId] : [])));
  if (recent.length === filter.limit || ids.size > MAX_CANDIDATES) return [];
  return await Promise.all([...ids].map((taskId) => callTool(api, tools.get_task, { taskId }, { signal })));
}
