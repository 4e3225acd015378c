import { KNOWN_CATEGORIES, URGENCIES } from '../../../../marketplaces/humans2ai/contract/scalars.js';
import { listHirings } from '../../../domain/hiring-list.js';
import { listTasks } from '../../../domain/task-list.js';
import { Act, Choice, formId, TextArea, TextField } from '../../parts/form.js';
import { Hirings, Tasks } from '../../parts/lists.js';
import { Empty, Name } from '../../parts/text.js';
import { waitingForHirer } from '../../read/waiting.js';
import type { Page, View } from '../../view.js';

const SHOWN = 30;
const WEEK_MS = 7 * 24 * 3_600_000;

/** What the hirer (and the assistant, whose account it is) has going. */
export const hirerDesk: Page = async (view) => {
  const { db } = view.env;
  const user = view.role.seats.agrenting?.account ?? '';
  const owner = view.role.seats.humans2ai?.account ?? '';
  const { hirings } = await listHirings(db, user, { limit: SHOWN, page: 1 });
  const tasks = await listTasks(db, { agentId: owner, limit: SHOWN, page: 1 }, { id: owner, admin: false });
  const waiting = await waitingForHirer(db, user, owner);
  return {
    title: "Hirer's desk",
    body: (
      <>
        <section>
          <h2>Waiting for you</h2>
          {waiting.length === 0 ? <Empty>Nothing. Whatever you started goes on by itself.</Empty> : ''}
          <ul class="waiting">
            {waiting.map(({ page, name, what }) => (
              <li class="card">
                <a href={page}>
                  <Name text={name} max={70} />
                </a>{' '}
                {what}
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h2>Your hirings</h2>
          <Hirings
            hirings={hirings}
            now={view.now}
            caption="What you and your assistant hired agents for, newest first"
            empty="None yet. Hire an agent on the market page, or let your assistant do it."
          />
        </section>
        <section>
          <h2>Your tasks</h2>
          <Tasks
            tasks={tasks.rows}
            now={view.now}
            caption="What you and your assistant asked humans to do, newest first"
            empty="None yet. Publish one below, or let your assistant do it."
          />
        </section>
        <NewTask view={view} />
      </>
    ),
  };
};

const NewTask = ({ view }: { view: View }) => {
  const form = formId('create-task');
  const week = new Date(view.now + WEEK_MS).toISOString().slice(0, 16);
  const common = { view, form };
  return (
    <section>
      <h2>New task for humans</h2>
      <details open={view.failed?.form === form}>
        <summary>Write a task</summary>
        <Act view={view} action="create-task" label="Publish and lock the budget" tone="main">
          <TextField {...common} name="title" label="Title" />
          <TextArea {...common} name="description" label="What is to be done" />
          <TextArea {...common} name="requirements" label="Requirements" hint="One a line." required={false} />
          <TextField
            {...common}
            name="budget"
            label="Budget in $A9token"
            inputmode="decimal"
            value="40"
            hint="Locked at once. Above 5,000 an admin looks at the task first."
          />
          <TextField {...common} name="deadline" label="Deadline, UTC" type="datetime-local" value={week} />
          <Choice {...common} name="category" label="Category" options={KNOWN_CATEGORIES} />
          <Choice {...common} name="urgency" label="Urgency" options={URGENCIES} value="medium" />
          <Choice {...common} name="remote" label="From anywhere" options={['no', 'yes']} />
          <Choice
            {...common}
            name="auto_approve"
            label="Approve by itself"
            options={['no', 'yes']}
            hint="Yes: a submission is approved 72 hours after it was made."
          />
        </Act>
      </details>
    </section>
  );
};
