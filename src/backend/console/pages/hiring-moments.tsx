import type { AgrentingAgentRow, HiringMessageRow, HiringRow } from '../../store/agrenting-schema.js';
import { Foreign } from '../parts/text.js';
import { exact } from '../parts/time.js';
import type { Moment } from '../parts/timeline.js';
import type { Posting } from '../read/postings.js';

const SENDERS = { hirer: 'The hirer', agent: 'The agent', system: 'The marketplace' } as const;
const VERBS = { message: 'wrote', question: 'asked', answer: 'answered' } as const;

/** What happened in a hiring, as far as its row, its conversation and its postings tell. */
export function hiringMoments(
  hiring: HiringRow,
  agent: AgrentingAgentRow,
  messages: readonly HiringMessageRow[],
  postings: readonly Posting[],
): Moment[] {
  const moment = (
    at: string | null,
    what: string,
    tone: NonNullable<Moment['tone']>,
    text?: string | null,
  ): Moment[] => (at === null ? [] : [{ at, what, tone, ...(text ? { detail: <Foreign text={text} /> } : {}) }]);
  return [
    ...moment(hiring.created_at, 'Hired: the price moved into escrow.', 'held', hiring.client_message),
    ...attemptMoments(hiring, postings),
    ...moment(hiring.started_at, `The agent answered and works. It has until ${exact(hiring.deadline_at)}.`, 'plain'),
    ...messages.map(
      ({ created_at, sender_type, kind, content, resolved_at }): Moment => ({
        at: created_at,
        what: `${SENDERS[sender_type]} ${VERBS[kind]}${kind === 'question' && !resolved_at ? ' (not answered yet)' : ''}:`,
        detail: <Foreign text={content} />,
      }),
    ),
    ...moment(
      hiring.completed_at,
      `${agent.behaviour === null ? 'The agent' : 'The simulated agent'} delivered and was paid.`,
      'good',
    ),
    ...moment(hiring.failed_at, 'It failed: the price went back to the hirer.', 'bad', hiring.failed_reason),
    ...moment(hiring.cancelled_at, 'The hirer cancelled: the price went back.', 'back'),
  ];
}

/** The row tells of the last attempt only; the ledger forgets none. */
function attemptMoments(hiring: HiringRow, postings: readonly Posting[]): Moment[] {
  return postings.flatMap(({ subject, kind, created_at }): Moment[] => {
    const attempt = subject.split(':')[2] ?? '1';
    if (kind === 'lock' && attempt !== '1') {
      return [
        { at: created_at, what: `Tried again, attempt ${attempt}: the price moved into escrow anew.`, tone: 'held' },
      ];
    }
    if (kind === 'refund' && BigInt(attempt) < hiring.trace_attempt) {
      return [{ at: created_at, what: `Attempt ${attempt} ended: the price went back to the hirer.`, tone: 'back' }];
    }
    return [];
  });
}
