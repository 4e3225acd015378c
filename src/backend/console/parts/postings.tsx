import type { Posting, Side } from '../read/postings.js';
import { Money } from './money.js';
import { Empty, Id, Name } from './text.js';
import { Time } from './time.js';

const PURPOSES: Readonly<Record<Posting['kind'], string>> = {
  deposit: 'paid in',
  withdrawal: 'paid out',
  grant: 'granted',
  lock: 'held in escrow',
  release: 'released',
  fee: 'fee',
  refund: 'refunded',
};

/** Postings as a table. On a narrow screen each row becomes a small card. */
export const Postings = ({ postings, now, caption }: { postings: readonly Posting[]; now: number; caption: string }) =>
  postings.length === 0 ? (
    <Empty>No money was moved yet.</Empty>
  ) : (
    <table class="rows">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What for</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col" class="right">
            Amount
          </th>
        </tr>
      </thead>
      <tbody>
        {postings.map((posting) => (
          <tr>
            <td data-label="When">
              <Time at={posting.created_at} now={now} />
            </td>
            <td data-label="What for">
              <span>
                {PURPOSES[posting.kind]} <Subject subject={posting.subject} />
              </span>
            </td>
            <td data-label="From">
              <Purse side={posting.from} />
            </td>
            <td data-label="To">
              <Purse side={posting.to} />
            </td>
            <td data-label="Amount" class="right">
              <Money units={posting.amount} currency={posting.currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );

const Purse = ({ side }: { side: Side }) => (
  <span>
    <Name text={side.name} max={40} />
    {side.kind === 'escrow' ? <span class="quiet"> escrow</span> : ''}
  </span>
);

/** "hiring:<id>:<attempt>" and "task:<id>" have pages; a grant or a deposit has none. */
const Subject = ({ subject }: { subject: string }) => {
  const [kind = '', id = ''] = subject.split(':');
  const page =
    kind === 'hiring' ? `/console/hirings/${id}` : /^task:task_/.test(subject) ? `/console/tasks/${id}` : undefined;
  return page ? (
    <a href={page}>
      {kind} <Id id={id} />
    </a>
  ) : null;
};
