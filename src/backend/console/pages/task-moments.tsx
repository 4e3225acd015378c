import type { Application } from '../../domain/applications.js';
import type { Task } from '../../domain/task-record.js';
import type { SubmissionRow, TaskMessageRow } from '../../store/humans2ai-schema.js';
import { Foreign, Name } from '../parts/text.js';
import type { Moment } from '../parts/timeline.js';
import type { Posting } from '../read/postings.js';

interface Told {
  readonly applications: readonly Application[];
  readonly messages: readonly Omit<TaskMessageRow, 'seq'>[];
  readonly submissions: readonly SubmissionRow[];
  readonly postings: readonly Posting[];
  readonly names: ReadonlyMap<string, string>;
}

/** What happened in a task, as far as its rows tell. */
export function taskMoments(task: Task, { applications, messages, submissions, postings, names }: Told): Moment[] {
  const who = (id: string) => <Name text={names.get(id) ?? id} max={60} />;
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
    ...postings.flatMap(({ kind, created_at }) => MONEY[kind]?.(created_at) ?? []),
  ];
}

const MONEY: Partial<Record<Posting['kind'], (at: string) => Moment>> = {
  release: (at) => ({ at, what: 'The human was paid.', tone: 'good' }),
  refund: (at) => ({ at, what: 'The budget went back to the hirer.', tone: 'back' }),
};

const attachmentsOf = (json: string): string[] => {
  const urls: string[] = JSON.parse(json);
  return urls;
};
