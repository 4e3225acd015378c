import { reviewerActs } from '../../../actors/reviewer.js';
import { listAudit } from '../../../domain/audit-log.js';
import { keywordGate } from '../../../domain/risk-gate.js';
import { listTasks } from '../../../domain/task-list.js';
import { CURRENCY, type Task } from '../../../domain/task-record.js';
import type { Tx } from '../../../store/schema.js';
import { Hidden } from '../../parts/form.js';
import { Money } from '../../parts/money.js';
import { Empty, Foreign, Name, Status } from '../../parts/text.js';
import { namesOf } from '../../read/names.js';
import type { Page, View } from '../../view.js';
import { AuditLines } from '../audit.js';
import { Admin } from '../task-actions.js';
import { Accounts, accountsOf } from './accounts.js';

const SHOWN = 30;
const LINES_SHOWN = 10;

/** What waits for a decision of the platform. */
export const adminDesk: Page = async (view) => {
  const { db } = view.env;
  const viewer = { id: view.role.seats.humans2ai?.account ?? '', admin: true };
  const reviews = await listTasks(db, { status: 'pending_review', limit: SHOWN, page: 1 }, viewer);
  const disputes = await listTasks(db, { status: 'disputed', limit: SHOWN, page: 1 }, viewer);
  const lines = await listAudit(db, { limit: LINES_SHOWN });
  const names = await namesOf(
    db,
    lines.flatMap(({ actor }) => (actor === null ? [] : [actor])),
  );
  return {
    title: "Admin's desk",
    body: (
      <>
        <section>
          <h2>Under review</h2>
          <Reviewer view={view} acts={await reviewerActs(db)} />
          <Decisions
            view={view}
            tasks={reviews.rows}
            empty="No task waits for a review. A budget above 5,000 $A9token brings one here."
          />
        </section>
        <section>
          <h2>Disputes</h2>
          <Decisions
            view={view}
            tasks={disputes.rows}
            empty="No dispute is open. A human can dispute a rejection; the escrow then stays locked until you rule."
          />
        </section>
        <RiskGate view={view} blocked={await blockedLately(db)} />
        <Accounts view={view} accounts={await accountsOf(view)} />
        <section>
          <h2>Audit log</h2>
          <AuditLines rows={lines} names={names} now={view.now} />
          <p class="pages">
            <a href="/console/audit">All of it</a>
          </p>
        </section>
      </>
    ),
  };
};

/** The sandbox plays the admin as well; a person who sits here decides himself. */
const Reviewer = ({ view, acts }: { view: View; acts: boolean }) => (
  <form id="reviewer" method="post" action="/console/sandbox/reviewer" class="act">
    <Hidden view={view} fields={{ acts: acts ? 'no' : 'yes' }} />
    <p>
      {acts
        ? 'A simulated reviewer decides two seconds after a task arrives.'
        : 'You decide. The simulated reviewer stays away until you call it back.'}
    </p>
    <button type="submit" class={acts ? 'main' : 'plain'}>
      {acts ? 'Let me decide' : 'Call the simulated reviewer back'}
    </button>
  </form>
);

const Decisions = ({ view, tasks, empty }: { view: View; tasks: readonly Task[]; empty: string }) =>
  tasks.length === 0 ? (
    <Empty>{empty}</Empty>
  ) : (
    tasks.map((task) => (
      <article class="card work" id={`case-${task.id}`}>
        <h3>
          <a href={`/console/tasks/${task.id}`}>
            <Name text={task.title} max={100} />
          </a>{' '}
          <Status status={task.status} />
        </h3>
        <p>
          <Name text={task.agent_name} max={60} /> locked <Money units={task.budget} currency={CURRENCY} />.
        </p>
        <Foreign text={task.description} max={1_000} />
        {task.rejection_reason ? <Said who="The hirer rejected it" text={task.rejection_reason} /> : ''}
        {task.dispute_reason ? <Said who="The human disputes that" text={task.dispute_reason} /> : ''}
        <Admin view={view} task={task} />
      </article>
    ))
  );

const Said = ({ who, text }: { who: string; text: string }) => (
  <>
    <p class="quiet">{who}:</p>
    <Foreign text={text} />
  </>
);

const LOOKED_AT = 100;

/** How many of the newest attempts to publish were refused: the last 100 over REST and the last 100 as a tool. */
async function blockedLately(tx: Tx): Promise<number> {
  const attempts = [
    ...(await listAudit(tx, { action: 'createTask', limit: LOOKED_AT })),
    ...(await listAudit(tx, { action: 'create_task', limit: LOOKED_AT })),
  ];
  return attempts.filter(({ error }) => error === 'RISK_GATE_BLOCKED').length;
}

/** The gate that a new task passes before any money is locked, with a place to try a text. */
const RiskGate = ({ view, blocked }: { view: View; blocked: number }) => {
  const { riskWords, riskGate } = view.env.settings;
  const tried = view.query.get('try') ?? '';
  const gate = riskGate ?? keywordGate(riskWords);
  const verdict = tried === '' ? undefined : gate({ title: tried, description: '', requirements: [] });
  return (
    <section>
      <h2>Risk gate</h2>
      <p>
        A task that names one of these is refused before its budget is locked:{' '}
        {riskGate ? 'decided by a gate of its own.' : `${riskWords.join(', ')}.`}
      </p>
      <p>Among the newest attempts to publish a task it refused {String(blocked)}.</p>
      <form id="risk-gate" method="get" action="/console/desk" class="act inline">
        <div class="field">
          <label for="try">Try a title</label>
          <input id="try" name="try" value={tried} autocomplete="off" />
        </div>
        <button type="submit">Try</button>
      </form>
      {tried === '' ? '' : <p role="status">{verdict === undefined ? 'It may pass.' : `Blocked: ${verdict}.`}</p>}
    </section>
  );
};
