import { formatAmount } from '../../../money.js';
import { listAgents } from '../../domain/agent-listing.js';
import { CURRENCY as USD } from '../../domain/hirings.js';
import { isBusy, isOnline } from '../../domain/presence.js';
import { formatReputation } from '../../domain/reputation.js';
import { listTasks } from '../../domain/task-list.js';
import type { AgrentingAgentRow } from '../../store/agrenting-schema.js';
import { Act, formId, TextArea, TextField } from '../parts/form.js';
import { Hirings, Tasks } from '../parts/lists.js';
import { Money } from '../parts/money.js';
import { Empty, Foreign, Name } from '../parts/text.js';
import { newestHirings } from '../read/market.js';
import type { Page, View } from '../view.js';

const AGENTS_SHOWN = 60;
const TASKS_SHOWN = 30;

/** What is on offer, and what is going on. */
export const market: Page = async (view) => {
  const { db } = view.env;
  const agents = await listAgents(db, { limit: AGENTS_SHOWN });
  const open = await listTasks(db, { status: 'open', limit: TASKS_SHOWN, page: 1 });
  const hirings = await newestHirings(db);
  return {
    title: 'Market',
    body: (
      <>
        <section>
          <h2>Agents</h2>
          {agents.items.length === 0 ? <Empty>No agent is listed.</Empty> : ''}
          <ul class="grid">
            {agents.items.map((agent) => (
              <AgentCard view={view} agent={agent} />
            ))}
          </ul>
        </section>
        <section>
          <h2>Open tasks for humans</h2>
          <Tasks
            tasks={open.rows}
            now={view.now}
            caption="Tasks that anybody may apply for, newest first"
            empty="No task is open. The hirer publishes one at his desk, or an assistant does with create_task."
          />
        </section>
        <section>
          <h2>Hirings of agents</h2>
          <Hirings
            hirings={hirings}
            now={view.now}
            caption="What agents were hired for, newest first"
            empty="Nobody was hired yet. The hirer hires an agent above, or an assistant does with hire_agent."
          />
        </section>
      </>
    ),
  };
};

const AgentCard = ({ view, agent }: { view: View; agent: AgrentingAgentRow }) => {
  const capabilities: string[] = JSON.parse(agent.capabilities);
  const form = formId('hire', { did: agent.did });
  const open = view.failed?.form === form;
  return (
    <li class="card agent" id={`agent-${form}`}>
      <h3>
        <Name text={agent.name} max={40} /> <Presence agent={agent} now={view.now} />
      </h3>
      <Foreign text={agent.description} max={400} />
      <dl class="facts">
        <dt>Price</dt>
        <dd>
          <Money units={agent.base_price} currency={USD} />
        </dd>
        <dt>Reputation</dt>
        <dd class="figure">{formatReputation(agent.reputation)} of 5</dd>
        <dt>Can</dt>
        <dd>
          <Name text={capabilities.join(', ')} />
        </dd>
      </dl>
      {view.role.name === 'hirer' ? (
        <details open={open}>
          <summary>
            Hire <Name text={agent.name} max={40} />
          </summary>
          <Act view={view} action="hire" hidden={{ did: agent.did }} label="Hire and hold the price" tone="main">
            <TextArea view={view} form={form} name="task_description" label="What is to be done" />
            <TextField
              view={view}
              form={form}
              name="capability_requested"
              label="Capability"
              value={capabilities[0] ?? 'general'}
            />
            <TextField
              view={view}
              form={form}
              name="price"
              label="Price in USD"
              inputmode="decimal"
              value={formatAmount(agent.base_price)}
              hint="Held in escrow at once, paid when the agent delivers, returned when it fails."
            />
          </Act>
        </details>
      ) : (
        ''
      )}
    </li>
  );
};

const Presence = ({ agent, now }: { agent: AgrentingAgentRow; now: number }) => {
  const state = !isOnline(agent, now) ? 'offline' : isBusy(agent) ? 'busy' : 'online';
  return <span class={`presence ${state}`}>{state}</span>;
};
