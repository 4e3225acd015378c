import { TASK_STATUSES } from '../../../marketplaces/humans2ai/contract/replies.js';
import { applicationsOf } from '../../domain/applications.js';
import { messagesOf } from '../../domain/task-messages.js';
import { CURRENCY, findTask, subjectOf, type Task } from '../../domain/task-record.js';
import { ruleOf, TASK_ACTIONS } from '../../domain/task-states.js';
import type { SubmissionRow } from '../../store/humans2ai-schema.js';
import type { Tx } from '../../store/schema.js';
import { Flow } from '../parts/flow.js';
import { type Edge, Machine, type MachineState } from '../parts/machine.js';
import { Money } from '../parts/money.js';
import { Postings } from '../parts/postings.js';
import { Foreign, Name, Status } from '../parts/text.js';
import { exact } from '../parts/time.js';
import { Timeline } from '../parts/timeline.js';
import { namesOf } from '../read/names.js';
import { moneyState, postingsOf } from '../read/postings.js';
import { NotThere, type Page } from '../view.js';
import { TaskActions } from './task-actions.js';
import { taskMoments } from './task-moments.js';

/** Where each state stands in the picture. */
const STATES: readonly MachineState[] = [
  { name: 'pending_review', column: 0, row: 0 },
  { name: 'open', column: 1, row: 0 },
  { name: 'assigned', column: 2, row: 0 },
  { name: 'expired', column: 0, row: 1 },
  { name: 'rejected_by_agent', column: 1, row: 1 },
  { name: 'submitted', column: 2, row: 1 },
  { name: 'refunded', column: 0, row: 2 },
  { name: 'disputed', column: 1, row: 2 },
  { name: 'completed', column: 2, row: 2 },
];
const EDGES: readonly Edge[] = TASK_STATUSES.flatMap((from) => {
  const reached = TASK_ACTIONS.map(ruleOf).filter((rule) => rule.from.includes(from));
  return [...new Set(reached.map(({ to }) => to))].map((to) => ({ from, to }));
});

/** One task for humans: where it stands, where its money is, who applied, what was said and submitted. */
export const taskPage: Page = async (view, { id = '' }) => {
  const { db } = view.env;
  const task = await findTask(db, id);
  if (!task) throw new NotThere('There is no task with this id.');
  const applications = await applicationsOf(db, id);
  const messages = await messagesOf(db, id);
  const submissions = await submissionsOf(db, id);
  const postings = await postingsOf(db, subjectOf(task));
  const people = [task.agent_id, ...applications.map((one) => one.human_id), ...messages.map((one) => one.sender_id)];
  const names = await namesOf(db, people);
  const worker = task.human_id === null ? undefined : (names.get(task.human_id) ?? 'human');
  return {
    title: 'Task',
    body: (
      <>
        <p class="lede">
          <Name text={task.title} max={200} /> <Status status={task.status} told />
        </p>
        <Foreign text={task.description} />
        <dl class="facts">
          <dt>Budget</dt>
          <dd>
            <Money units={task.budget} currency={CURRENCY} />
          </dd>
          <dt>Published by</dt>
          <dd>
            <Name text={task.agent_name} />
          </dd>
          <dt>Deadline</dt>
          <dd>{exact(task.deadline)}</dd>
          <dt>Category</dt>
          <dd>{task.category.replaceAll('_', ' ')}</dd>
        </dl>
        <Flow
          money={moneyState(postings, subjectOf(task), CURRENCY)}
          payer={task.agent_name}
          payee={worker}
          price={task.budget}
        />
        <div class="beside">
          <Machine states={STATES} edges={EDGES} current={task.status} passed={passed(task)} />
          <TaskActions view={view} task={task} applications={applications} names={names} />
        </div>
        {task.rejection_reason ? <Quarrel task={task} /> : ''}
        <section>
          <h2>Timeline</h2>
          <Timeline
            moments={taskMoments(task, { applications, messages, submissions, postings, names })}
            now={view.now}
          />
        </section>
        <section>
          <h2>Postings</h2>
          <Postings postings={postings} now={view.now} caption="What the ledger says of this task" />
        </section>
      </>
    ),
  };
};

/** When it was said is not kept; what was said is the last word of each. */
const Quarrel = ({ task }: { task: Task }) => (
  <section>
    <h2>What they disagree about</h2>
    <p>The hirer rejected the proof:</p>
    <Foreign text={task.rejection_reason ?? ''} />
    {task.dispute_reason ? (
      <>
        <p>The human disputes that:</p>
        <Foreign text={task.dispute_reason} />
      </>
    ) : (
      ''
    )}
  </section>
);

const SUBMISSIONS_SHOWN = 50;

async function submissionsOf(tx: Tx, taskId: string): Promise<SubmissionRow[]> {
  return await tx
    .selectFrom('h2a_submissions')
    .selectAll()
    .where('task_id', '=', taskId)
    .orderBy('version', 'desc')
    .limit(SUBMISSIONS_SHOWN)
    .execute();
}

const passed = (task: Task): string[] => [
  ...(task.live === 1n ? ['open'] : ['pending_review']),
  ...(task.assigned_at ? ['assigned'] : []),
  ...(task.submitted_at ? ['submitted'] : []),
  ...(task.rejection_reason ? ['rejected_by_agent'] : []),
  ...(task.dispute_reason ? ['disputed'] : []),
  task.status,
];
