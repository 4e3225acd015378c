import { listTasks } from '../../../domain/task-list.js';
import { Tasks } from '../../parts/lists.js';
import { tasksAppliedFor } from '../../read/market.js';
import type { Page } from '../../view.js';

const SHOWN = 30;

/** What the human is working on, and what there is to apply for. */
export const humanDesk: Page = async (view) => {
  const { db } = view.env;
  const account = view.role.seats.humans2ai?.account ?? '';
  const applied = await tasksAppliedFor(db, account);
  const open = await listTasks(db, { status: 'open', limit: SHOWN, page: 1 });
  const mine = applied.filter(({ task }) => task.human_id === account).map(({ task }) => task);
  const waiting = applied.filter(({ task, application }) => task.human_id !== account && application === 'pending');
  const known = new Set(applied.map(({ task }) => task.id));
  return {
    title: "Human's desk",
    body: (
      <>
        <section>
          <h2>Your work</h2>
          <Tasks
            tasks={mine}
            now={view.now}
            caption="Tasks for which you were chosen: open one to submit proof, to resubmit or to dispute"
            empty="You were not chosen for a task yet."
          />
        </section>
        <section>
          <h2>Your applications</h2>
          <Tasks
            tasks={waiting.map(({ task }) => task)}
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
