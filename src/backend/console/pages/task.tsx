import { TASK_STATUSES } from '../../../marketplaces/humans2ai/contract/replies.js';
import { type Application, applicationsOf } from '../../domain/applications.js';
import { messagesOf } from '../../domain/task-messages.js';
import { CURRENCY, findTask, subjectOf, type Task } from '../../domain/task-record.js';
import { ruleOf, type TaskAction } from '../../domain/task-states.js';
import type { SubmissionRow, TaskMessageRow } from '../../store/humans2ai-schema.js';
import type { Tx } from '../../store/schema.js';
import { Flow } from '../parts/flow.js';
import { type Edge, Machine, type MachineState } from '../parts/machine.js';
import { Money } from '../parts/money.js';
import { Postings } from '../parts/postings.js';
import { Foreign, Name, Status } from '../parts/text.js';
import { exact } from '../parts/time.js';
import { type Moment, Timeline } from '../parts/timeline.js';
import { namesOf } from '../read/names.js';
import { moneyState, postingsOf } from '../read/postings.js';
import { NotThere, type Page } from '../view.js';
import { TaskActions } from './task-actions.js';

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
const ACTIONS: readonly TaskAction[] = [
  'open',
  'decline',
  'cancel',
  'expire',
  'assign',
  'submit',
  'approve',
  'reject',
  'dispute',
  'rule_release',
  'rule_refund',
  'rule_split',
];
const EDGES: readonly Edge[] = TASK_STATUSES.flatMap((from) => {
  const reached = ACTIONS.map(ruleOf).filter((rule) => rule.from.includes(from));
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
        <section>
          <h2>Timeline</h2>
          <Timeline moments={momentsOf(task, { applications, messages, submissions, names })} now={view.now} />
        </section>
        <section>
          <h2>Postings</h2>
          <Postings postings={postings} now={view.now} caption="What the ledger says of this task" />
        </section>
      </>
    ),
  };
};

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

interface Told {
  readonly applications: readonly Application[];
  readonly messages: readonly Omit<TaskMessageRow, 'seq'>[];
  readonly submissions: readonly SubmissionRow[];
  readonly names: ReadonlyMap<string, string>;
}

function momentsOf(task: Task, { applications, messages, submissions, names }: Told): Moment[] {
  const who = (id: string) => <Name text={names.get(id) ?? id} max={60} />;
  const over = task.status === 'expired' || task.status === 'refunded';
  return [
    { at: task.created_at, what: 'Published: the budget was locked in escrow.', tone: 'held' },
    ...applications.map(
      ({ applied_at, human_id, status, message }): Moment => ({
        at: applied_at,
        what: (
          <>
            {who(human_id)} applied{status === 'pending' ? '' : `, and was ${status}`}.
          </>
        ),
        ...(message ? { detail: <Foreign text={message} /> } : {}),
      }),
    ),
    ...(task.assigned_at && task.human_id
      ? [{ at: task.assigned_at, what: <>{who(task.human_id)} was chosen.</> }]
      : []),
    ...submissions.map(
      ({ submitted_at, version, content, attachments }): Moment => ({
        at: submitted_at,
        what: `Proof was submitted, version ${version}.`,
        detail: <Foreign text={[content, ...attachmentsOf(attachments)].join('\n')} />,
      }),
    ),
    ...messages.map(
      ({ created_at, sender_id, content }): Moment => ({
        at: created_at,
        what: <>{who(sender_id)} wrote:</>,
        detail: <Foreign text={content} />,
      }),
    ),
    ...(task.rejection_reason
      ? [
          {
            at: rejectedAt(task),
            what: 'The last rejection said:',
            tone: 'bad' as const,
            detail: <Foreign text={task.rejection_reason} />,
          },
        ]
      : []),
    ...(task.dispute_reason
      ? [
          {
            at: rejectedAt(task),
            what: 'The human disputed it:',
            tone: 'bad' as const,
            detail: <Foreign text={task.dispute_reason} />,
          },
        ]
      : []),
    ...(task.completed_at ? [{ at: task.completed_at, what: 'The human was paid.', tone: 'good' as const }] : []),
    ...(over ? [{ at: task.updated_at, what: 'It is over: the budget went back.', tone: 'back' as const }] : []),
  ];
}

const attachmentsOf = (json: string): string[] => {
  const urls: string[] = JSON.parse(json);
  return urls;
};

/** The row does not keep when it was rejected; it was after the proof and not after the end. */
const rejectedAt = (task: Task): string => task.completed_at ?? task.updated_at;
