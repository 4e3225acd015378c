import * as z from 'zod';
import { SANDBOX_HUMANS } from '../../backend/actors/sandbox-humans.js';
import { applicationView, paymentView, taskState, taskView } from '../../marketplaces/humans2ai/views.js';
import { agree, type Telling } from './agree.js';
import { quoted } from './screen.js';
import { type Session, StoryError } from './session.js';

/** The second act: a task for a human, from publishing it to paying for it. */

const BUDGET = 150;
const DAY_MS = 24 * 3_600_000;
const TASK = {
  title: 'Photograph 3 coffee shops in Shanghai',
  description: 'Visit 3 popular coffee shops in Jing’an District. Take 5 exterior and 5 interior photos of each.',
  category: 'photography',
  budget: BUDGET,
  urgency: 'medium',
  location: 'Shanghai, China',
  requirements: ['10 photos of each shop', 'Name and address of each shop'],
};

const applicants = z.object({ applications: z.array(applicationView) });
const paidTask = z.object({ task: taskState, payment: paymentView });

/** @throws {StoryError} when the task is not completed and paid. */
export async function hireAHuman(session: Session): Promise<void> {
  const { screen } = session;
  screen.heading('A human, on Humans2AI');

  const deadline = new Date(session.backend.env.clock.now() + 3 * DAY_MS).toISOString();
  const creation = { tool: 'create_task', args: { ...TASK, deadline }, shape: taskState };
  const task = await agree(session, creation, BRIEFLY, ({ status }) => `${status}, ${BUDGET} $A9token in escrow`);

  // Applications arrive one by one; the first is not always the one to take, so two are awaited.
  const taskId = task.id;
  let count = 0;
  const applications = await session.until(
    'list_applicants',
    () => `${count} of 2 have applied`,
    async () => {
      const found = await session.call('list_applicants', { taskId }, applicants);
      count = found.applications.length;
      return found.applications.length >= 2 ? found.applications : undefined;
    },
  );
  const names = applications.map(({ humanId }) => nameOf(humanId));
  screen.done('list_applicants', `${names.join(' and ')} applied: ${quoted(applications[0]?.message ?? '')}`);

  const humanId = applications[0]?.humanId ?? '';
  const selection = { tool: 'select_applicant', args: { taskId, humanId }, shape: z.object({ task: taskState }) };
  await agree(session, selection, BRIEFLY, ({ task: { status } }) => `${status} to ${nameOf(humanId)}`);

  const submitted = await session.until(
    'get_task',
    () => `${nameOf(humanId)} is at work`,
    async () => {
      const seen = await session.call('get_task', { taskId }, taskView);
      return seen.status === 'submitted' ? seen : undefined;
    },
  );
  screen.done('get_task', `proof handed in: ${quoted(submitted.submission?.content ?? '')}`);

  const payment = { tool: 'approve_submission', args: { taskId }, shape: paidTask };
  await agree(session, payment, { by: 'approve command', detail: 'in full' }, ({ task: { status }, payment: paid }) => {
    if (status !== 'completed') throw new StoryError(`The task ended as ${status}.`);
    return `${status}, ${paid.humanPayout} to ${nameOf(humanId)}, ${paid.platformFee} to Humans2AI`;
  });
}

const BRIEFLY: Telling = { by: 'token', detail: 'in short' };

const nameOf = (humanId: string): string => SANDBOX_HUMANS.find(({ id }) => id === humanId)?.name ?? humanId;
