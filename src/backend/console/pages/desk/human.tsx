import { listTasks } from '../../../domain/task-list.js';
import { CURRENCY } from '../../../domain/task-record.js';
import { allows } from '../../../domain/task-states.js';
import { Tasks } from '../../parts/lists.js';
import { Money } from '../../parts/money.js';
import { Empty, Foreign, Name, Status } from '../../parts/text.js';
import { tasksAppliedFor } from '../../read/market.js';
import type { Page } from '../../view.js';
import { HumanWork } from '../task-actions.js';

const SHOWN = 30;

/** What the human is working on, and what there is to apply for. */
export const humanDesk: Page = async (view) => {
  const { db } = view.env;
  const account = view.role.seats.humans2ai?.account ?? '';
  const applied = await tasksAppliedFor(db, account);
  const open = await listTasks(db, { status: 'open', limit: SHOWN, page: 1 });
  const mine = applied.filter(({ task }) => task.human_id === account).map(({ task }) => task);
  const waiting = mine.filter(({ status }) => allows(status, 'submit'));
  const undecided = applied.filter(({ task, application }) => task.human_id !== account && application === 'pending');
  const known = new Set(applied.map(({ task }) => task.id));
  return {
    title: "Human's desk",
    body: (
      <>
        <section>
          <h2>Work that waits for you</h2>
          {waiting.length === 0 ? <Empty>Nothing to do. Apply for a task below, and wait to be chosen.</Empty> : ''}
          {waiting.map((task) => (
            <article class="card work" id={`work-${task.id}`}>
              <h3>
                <a href={`/console/tasks/${task.id}`}>
                  <Name text={task.title} max={100} />
                </a>{' '}
                for <Money units={task.budget} currency={CURRENCY} /> <Status status={task.status} />
              </h3>
              <Foreign text={task.description} max={1_000} />
              {task.rejection_reason ? (
                <>
                  <p class="quiet">The hirer rejected your proof:</p>
                  <Foreign text={task.rejection_reason} />
                </>
              ) : (
                ''
              )}
              <HumanWork view={view} task={task} />
            </article>
          ))}
        </section>
        <section>
          <h2>Your other work</h2>
          <Tasks
            tasks={mine.filter((task) => !waiting.includes(task))}
            now={view.now}
            caption="Tasks for which you were chosen, newest first"
            empty="None: nothing of yours is being judged or was finished."
          />
        </section>
        <section>
          <h2>Your applications</h2>
          <Tasks
            tasks={undecided.map(({ task }) => task)}
            now={view.now}
            caption="Tasks whose hirer has not chosen yet"
            empty="None is waiting."
          />
        </section>
        <section>
          <h2>Open to you</h2>
          <Tasks
            tasks={open.rows.filter(({ id }) => !known.has(id))}
            now={view.now}
            caption="Open one to apply"
            empty="No task is open at the moment."
          />
        </section>
      </>
    ),
  };
};
