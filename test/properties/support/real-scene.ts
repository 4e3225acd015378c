import { seededRandom } from '../../../src/backend/clock.js';
import { audit } from '../../../src/backend/domain/ledger.js';
import { type Backend, createBackend } from '../../../src/backend/index.js';
import { SANDBOX_AGENTS } from '../../../src/backend/seed/agrenting-cast.js';
import { envelope as agrenting } from '../../../src/marketplaces/agrenting/envelope.js';
import { agrentingTools } from '../../../src/marketplaces/agrenting/index.js';
import type { Tool } from '../../../src/marketplaces/define.js';
import { envelope as humans2ai } from '../../../src/marketplaces/humans2ai/envelope.js';
import { humans2aiTools } from '../../../src/marketplaces/humans2ai/index.js';
import { formatAmount } from '../../../src/money.js';
import { openJournalFile } from '../../spending/support/bridge.js';
import { type Effect, START } from '../../spending/support/market.js';
import type { Dice } from '../../spending/support/random.js';
import { empty } from './lean-scene.js';
import type { Intention, Scene } from './scene.js';

/** Schedules with the product's own tools against the whole reference backend, whose agents and humans act meanwhile. */

const SHARED = 40;
const DAY_MS = 24 * 3_600_000;
const tools = [...agrentingTools, ...humans2aiTools];
const named = (name: string): Tool => {
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`there is no tool ${name}`);
  return tool;
};
const spelling = {
  agrenting: { token: 'confirmation_token', key: 'idempotency_key' },
  humans2ai: { token: 'confirmationToken', key: 'idempotencyKey' },
} as const;
/** Which settled intention an effect belongs to, by the kind of its transfer. */
const VERBS: Readonly<Record<string, string>> = { refund: 'cancel', release: 'approve' };

export interface RealTheatre {
  open(): Promise<Scene>;
  close(): Promise<void>;
}

export function realTheatre(): RealTheatre {
  let stage: { backend: Backend; played: number; last: bigint } | undefined;
  const journal = openJournalFile();
  let scenes = 0;

  return {
    async open() {
      if (!stage || stage.played >= SHARED) {
        await stage?.backend.close();
        const backend = await createBackend({
          clock: { now: () => START },
          random: seededRandom(`real scene ${scenes}`),
          settings: { rateLimits: false },
        });
        stage = { backend, played: 0, last: 0n };
      }
      stage.played += 1;
      scenes += 1;
      await empty(journal);
      return sceneOf(stage, `r${scenes}`, journal);
    },
    async close() {
      await stage?.backend.close();
      await journal.close();
    },
  };
}

function sceneOf(stage: { readonly backend: Backend; last: bigint }, scene: string, journal: Scene['journal']): Scene {
  const { backend } = stage;
  const { env, credentials } = backend;
  const targeted = new Set<string>();
  const notes = new Set<string>();
  let count = 0;

  const intention = (tool: Tool, note: string, facts: Pick<Intention, 'args' | 'besides'>): Intention => {
    notes.add(note);
    const names = tool.marketplace === 'agrenting' ? spelling.agrenting : spelling.humans2ai;
    return { tool, note, names, tokens: [], keys: [], keyless: false, ...facts };
  };

  async function about(dice: Dice): Promise<Intention | undefined> {
    const hirings = await env.db
      .selectFrom('hirings')
      .select('id')
      .where('status', 'in', ['queued', 'in_progress'])
      .where('task_description', 'like', `${scene} %`)
      .execute();
    const tasks = await env.db
      .selectFrom('h2a_tasks')
      .select(['id', 'status'])
      .where('status', 'in', ['open', 'submitted'])
      .where('title', 'like', `${scene} %`)
      .execute();
    const free = [...hirings.map(({ id }) => ({ id, status: 'hiring' })), ...tasks].filter(
      ({ id }) => !targeted.has(id),
    );
    if (free.length === 0) return undefined;
    const { id, status } = dice.pick(free);
    if (status === 'hiring') {
      targeted.add(id);
      return intention(named('cancel_hiring'), `cancel ${id}`, { args: { hiring_id: id } });
    }
    if (status === 'submitted') {
      targeted.add(id);
      if (dice.chance(0.6)) return intention(named('approve_submission'), `approve ${id}`, { args: { taskId: id } });
      const reason = 'The photos show the street only; please add five pictures from the inside of each shop.';
      return intention(named('reject_submission'), `reject ${id}`, { args: { taskId: id, reason } });
    }
    const applicants = await env.db
      .selectFrom('h2a_applications')
      .select('human_id')
      .where('task_id', '=', id)
      .execute();
    const [applicant] = applicants;
    if (applicant && dice.chance(0.7)) {
      const args = { taskId: id, humanId: applicant.human_id };
      return intention(named('select_applicant'), `select ${id}`, { args });
    }
    targeted.add(id);
    return intention(named('cancel_task'), `cancel ${id}`, { args: { taskId: id } });
  }

  return {
    tools,
    journal,
    silent: ['select_applicant', 'reject_submission'],
    connection: {
      envelope: (tool) => (tool.marketplace === 'agrenting' ? agrenting : humans2ai),
      bearer: (tool) => (tool.marketplace === 'agrenting' ? credentials.agrenting.hirer : credentials.humans2ai.agent),
      sleep: async (ms) => void (await backend.advance(ms)),
    },
    wire: (request) => backend.fetch(request),
    keyHeader: ({ headers }) => headers.get(agrenting.keyHeader) ?? headers.get(humans2ai.keyHeader),
    now: () => env.clock.now(),
    advance: async (ms) => void (await backend.advance(ms)),
    async intend(dice, earlier) {
      const found = earlier.length > 0 && dice.chance(0.6) ? await about(dice) : undefined;
      if (found) return found;
      count += 1;
      const note = `${scene} ${count}`;
      if (dice.chance(0.5)) {
        const agent = dice.pick(SANDBOX_AGENTS);
        const [capability = 'summarize'] = agent.capabilities;
        const price = dice.chance(0.9) ? agent.price : '900.00';
        const args = { agent_did: agent.did, task_description: note, capability, max_price: price };
        return intention(named('hire_agent'), note, { args, besides: { wait_seconds: 1 } });
      }
      const args = {
        title: note,
        description: 'Visit three coffee shops and take five pictures of each from the outside and the inside.',
        category: 'photography',
        budget: dice.pick([5, 150, 5_500, 20_000]),
        deadline: new Date(env.clock.now() + 60 * DAY_MS).toISOString(),
        urgency: 'medium',
      };
      return intention(named('create_task'), note, { args });
    },
    async disturb(dice) {
      await backend.advance(dice.pick([500, 3_000, 10_000]));
    },
    async effects() {
      const rows = await env.db
        .selectFrom('transfers')
        .select(['id', 'kind', 'subject', 'operation_key'])
        .where('id', '>', stage.last)
        .orderBy('id')
        .execute();
      stage.last = rows.at(-1)?.id ?? stage.last;
      const found: Effect[] = [];
      for (const { id, kind, subject, operation_key } of rows) {
        const [what, item = ''] = subject.split(':');
        // What agents, humans and deadlines do has no key of ours.
        if (operation_key === null || !['lock', 'refund', 'release'].includes(kind)) continue;
        const note = VERBS[kind] ? `${VERBS[kind]} ${item}` : await nameOf(backend, what ?? '', item);
        const keyHash = operation_key.split('/').at(-1) ?? '';
        if (notes.has(note)) found.push({ id: String(id), kind, item, note, keyHash });
      }
      return found;
    },
    async audit() {
      const { sums, escrowGap, negative } = await audit(env.db);
      const wrong = Object.entries(sums).filter(([, sum]) => sum !== 0n);
      if (wrong.length === 0 && escrowGap === 0n && negative === 0n) return;
      const shown = wrong.map(([currency, sum]) => `${currency} ${formatAmount(sum)}`).join(', ');
      throw new Error(`the books do not balance: ${shown}; escrow gap ${escrowGap}; ${negative} negative accounts`);
    },
    idIn: (result) => {
      const task = typeof result.task === 'object' && result.task !== null && 'id' in result.task ? result.task.id : '';
      return String(result.hiring_id ?? result.id ?? task);
    },
  };
}

async function nameOf({ env }: Backend, what: string, id: string): Promise<string> {
  if (what === 'hiring') {
    const row = await env.db.selectFrom('hirings').select('task_description').where('id', '=', id).executeTakeFirst();
    return row?.task_description ?? '';
  }
  const row = await env.db.selectFrom('h2a_tasks').select('title').where('id', '=', id).executeTakeFirst();
  return row?.title ?? '';
}
