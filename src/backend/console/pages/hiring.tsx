import { HIRING_STATUSES } from '../../../marketplaces/agrenting/contract/hirings.js';
import { asObject } from '../../../marketplaces/envelope.js';
import { cleanDeep } from '../../../untrusted.js';
import { agentById } from '../../domain/agents.js';
import { listArtifacts } from '../../domain/artifacts.js';
import { listMessages, openQuestions } from '../../domain/hiring-messages.js';
import { HIRING_ACTIONS, transition } from '../../domain/hiring-states.js';
import { CURRENCY, findHiring } from '../../domain/hirings.js';
import type { HiringRow } from '../../store/agrenting-schema.js';
import { Flow } from '../parts/flow.js';
import { type Edge, Machine, type MachineState } from '../parts/machine.js';
import { Money } from '../parts/money.js';
import { Postings } from '../parts/postings.js';
import { Foreign, Name, Status } from '../parts/text.js';
import { Timeline } from '../parts/timeline.js';
import { namesOf } from '../read/names.js';
import { moneyState, postingsOf } from '../read/postings.js';
import { NotThere, type Page } from '../view.js';
import { HiringActions } from './hiring-actions.js';
import { hiringMoments } from './hiring-moments.js';

/** Where each state stands in the picture. What is not here does not occur in this backend. */
const STATES: readonly MachineState[] = [
  { name: 'queued', column: 0, row: 0 },
  { name: 'in_progress', column: 1, row: 0 },
  { name: 'completed', column: 2, row: 0 },
  { name: 'cancelled', column: 0, row: 1 },
  { name: 'failed', column: 1, row: 1 },
  { name: 'disputed', column: 2, row: 1 },
  { name: 'refunded', column: 1.5, row: 2 },
];
const EDGES: readonly Edge[] = HIRING_STATUSES.flatMap((from) =>
  HIRING_ACTIONS.flatMap((action) => {
    const rule = transition(from, action);
    return rule ? [{ from, to: rule.to }] : [];
  }),
);

const MESSAGES_SHOWN = 100;

/** One hiring: where it stands, where its money is, what was said and delivered. */
export const hiringPage: Page = async (view, { id = '' }) => {
  const { db } = view.env;
  const hiring = await findHiring(db, id);
  if (!hiring) throw new NotThere('There is no hiring with this id.');
  const agent = await agentById(db, hiring.agent_id);
  const hirer = (await namesOf(db, [hiring.user_id])).get(hiring.user_id) ?? 'hirer';
  const postings = await postingsOf(db, `hiring:${id}`);
  const messages = await listMessages(db, id, { limit: MESSAGES_SHOWN });
  const questions = await openQuestions(db, id);
  const artifacts = await listArtifacts(db, `hiring:${id}`);
  const money = moneyState(postings, `hiring:${id}:${hiring.trace_attempt}`, CURRENCY);
  return {
    title: 'Hiring',
    body: (
      <>
        <p class="lede">
          <Name text={hirer} max={60} /> hired <Name text={agent.name} max={60} /> for{' '}
          <Money units={hiring.price} currency={CURRENCY} />. <Status status={hiring.status} told />
        </p>
        <Foreign text={hiring.task_description} />
        <Flow money={money} payer={hirer} payee={agent.name} price={hiring.price} />
        <div class="beside">
          <Machine states={STATES} edges={EDGES} current={hiring.status} passed={passed(hiring)} />
          <HiringActions view={view} hiring={hiring} questions={questions} />
        </div>
        {hiring.task_output === null ? '' : <Delivered hiring={hiring} />}
        {artifacts.length === 0 ? (
          ''
        ) : (
          <section>
            <h2>Artifacts</h2>
            <ul class="plain-list">
              {artifacts.map((artifact) => (
                <li>
                  <Name text={artifact.name} />{' '}
                  <span class="quiet">
                    {artifact.content_type}, {String(artifact.size_bytes)} bytes
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section>
          <h2>Timeline</h2>
          <Timeline moments={hiringMoments(hiring, agent, messages.items, postings)} now={view.now} />
        </section>
        <section>
          <h2>Postings</h2>
          <Postings postings={postings} now={view.now} caption="What the ledger says of this hiring" />
        </section>
      </>
    ),
  };
};

const passed = (hiring: HiringRow): string[] => [
  'queued',
  ...(hiring.started_at ? ['in_progress'] : []),
  ...(hiring.failed_at ? ['failed'] : []),
  hiring.status,
];

const Delivered = ({ hiring }: { hiring: HiringRow }) => {
  const output: unknown = JSON.parse(hiring.task_output ?? 'null');
  const [only, ...others] = Object.values(asObject(output) ?? { output });
  const plain = typeof only === 'string' && others.length === 0 ? only : JSON.stringify(cleanDeep(output), null, 2);
  return (
    <section>
      <h2>Delivered</h2>
      <Foreign text={plain} max={20_000} />
    </section>
  );
};
