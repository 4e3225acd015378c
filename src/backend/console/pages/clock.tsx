import { isoTime } from '../../clock.js';
import { Hidden } from '../parts/form.js';
import { exact, relative } from '../parts/time.js';
import type { Page } from '../view.js';

const HOUR = 3_600_000;
const STEPS = [
  [60_000, '1 minute'],
  [HOUR, '1 hour'],
  [24 * HOUR, '1 day'],
  [72 * HOUR, '3 days'],
  [7 * 24 * HOUR, '7 days'],
] as const;

const SHOWN = 20;

const KINDS: Readonly<Record<string, string>> = {
  'hiring.probe': 'an agent is asked whether it is there',
  'hiring.deadline': 'a hiring reaches its deadline',
  'task.deadline': 'a task reaches its deadline',
  'task.auto_approve': 'a submission is approved by itself',
  'task.lapse': 'a rejected task lapses',
  'actor.agent': 'a simulated agent goes on working',
  'actor.human': 'a simulated human does something',
  'actor.hirer': 'Hugo answers',
  'actor.visit': 'Hugo looks for an agent to hire',
  'actor.reviewer': 'the simulated reviewer decides',
  'presence.expire': 'an agent counts as offline',
  'presence.probe': 'an agent is asked whether it is there',
};

/** The sandbox's time, which can be moved forward, and what will happen then. */
export const clock: Page = async (view) => {
  const jobs = await view.env.db.selectFrom('jobs').selectAll().orderBy('due_at').orderBy('id').limit(SHOWN).execute();
  return {
    title: 'Clock',
    body: (
      <>
        <p class="clock figure">{exact(isoTime(view.now))}</p>
        <p>
          Moving the clock forward makes everything happen that would have happened by then: deadlines, automatic
          approvals, simulated people. It never goes back.
        </p>
        <form id="clock" method="post" action="/console/sandbox/clock" class="act steps">
          <Hidden view={view} fields={{}} />
          {STEPS.map(([ms, name]) => (
            <button type="submit" name="advance_ms" value={ms}>
              {`+ ${name}`}
            </button>
          ))}
        </form>
        <section>
          <h2>What comes next</h2>
          {jobs.length === 0 ? (
            <p class="empty">Nothing is planned.</p>
          ) : (
            <table class="rows">
              <caption>Planned for a time, soonest first</caption>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">What</th>
                  <th scope="col">About</th>
                </tr>
              </thead>
              <tbody>
                {jobs.map(({ due_at, kind, subject }) => (
                  <tr>
                    <td data-label="When">
                      <time datetime={due_at} title={exact(due_at)}>
                        {relative(Date.parse(due_at) - view.now)}
                      </time>
                    </td>
                    <td data-label="What">{KINDS[kind] ?? kind.replaceAll(/[._]/g, ' ')}</td>
                    <td data-label="About">
                      <code class="id">{subject.slice(0, 40)}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      </>
    ),
  };
};
