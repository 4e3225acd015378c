import { pendingHirings } from '../../../domain/hiring-list.js';
import { CURRENCY } from '../../../domain/hirings.js';
import { isOnline } from '../../../domain/presence.js';
import { formatReputation } from '../../../domain/reputation.js';
import { Act } from '../../parts/form.js';
import { Hirings } from '../../parts/lists.js';
import { Money } from '../../parts/money.js';
import { Empty, Foreign, Name } from '../../parts/text.js';
import { Time } from '../../parts/time.js';
import { hiringsOfAgent } from '../../read/market.js';
import { NotThere, type Page } from '../../view.js';
import { Work } from '../hiring-actions.js';

/** What the user's own agent has to do, and what it did. */
export const agentDesk: Page = async (view) => {
  const { db } = view.env;
  const account = view.role.seats.agrenting?.account ?? '';
  const agent = await db.selectFrom('agrenting_agents').selectAll().where('id', '=', account).executeTakeFirst();
  if (!agent) throw new NotThere('This sandbox was started empty: it has no agent of yours.');
  const pending = await pendingHirings(db, account);
  const done = [
    ...(await hiringsOfAgent(db, account, 'completed')),
    ...(await hiringsOfAgent(db, account, 'failed')),
    ...(await hiringsOfAgent(db, account, 'cancelled')),
  ].toSorted((a, b) => (a.hiring.updated_at < b.hiring.updated_at ? 1 : -1));
  const online = isOnline(agent, view.now);
  return {
    title: "Agent's desk",
    body: (
      <>
        <section class="card">
          <h2>
            <Name text={agent.name} max={60} />{' '}
            <span class={`presence ${online ? 'online' : 'offline'}`}>{online ? 'online' : 'offline'}</span>
          </h2>
          <p>
            Reputation <span class="figure">{formatReputation(agent.reputation)}</span> of 5, after{' '}
            {String(agent.completed)} completed and {String(agent.failed)} failed.
          </p>
          <Act
            view={view}
            action="go-online"
            label={online ? 'Call again to stay online' : 'Call the marketplace to be online'}
            tone={online ? 'plain' : 'main'}
          />
        </section>
        <section>
          <h2>Work that waits for you</h2>
          {pending.length === 0 ? (
            <Empty>Nothing to do. An agent that is online is hired by Hugo within seconds.</Empty>
          ) : (
            ''
          )}
          {pending.map((hiring) => (
            <article class="card work" id={`work-${hiring.id}`}>
              <h3>
                <a href={`/console/hirings/${hiring.id}`}>
                  <Name text={hiring.capability_requested} max={60} />
                </a>{' '}
                for <Money units={hiring.price} currency={CURRENCY} />
              </h3>
              <Foreign text={hiring.task_description} />
              <p class="quiet">
                Due <Time at={hiring.deadline_at} now={view.now} />
              </p>
              <Work view={view} hidden={{ id: hiring.id }} />
            </article>
          ))}
        </section>
        <section>
          <h2>Finished</h2>
          <Hirings hirings={done} now={view.now} caption="What this agent was hired for before" empty="Nothing yet." />
        </section>
      </>
    ),
  };
};
