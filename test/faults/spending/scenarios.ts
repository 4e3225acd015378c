import type { Marketplace } from './marketplace.js';

/** One call of each money tool against a running marketplace, and how its effects are counted there. */
export interface Scenario {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The ids of what it made or changed; never more than one. */
  effects(): Promise<string[]>;
}

const DAY_MS = 86_400_000;
const MCP = '/api/v1/mcp';

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function taskArguments(note: string) {
  return {
    title: note,
    description: 'Visit three coffee shops and take five pictures of each from the outside and the inside.',
    category: 'photography',
    budget: 5,
    deadline: new Date(Date.now() + 3 * DAY_MS).toISOString(),
    urgency: 'medium',
  };
}

async function makeTask(market: Marketplace, note: string): Promise<string> {
  const answer = await market.direct('POST', MCP, market.agentKey, { tool: 'create_task', input: taskArguments(note) });
  return String(fieldsOf(fieldsOf(answer).result).id);
}

async function apply(market: Marketplace, taskId: string): Promise<string> {
  const application = await market.direct('POST', `/api/v1/tasks/${taskId}/apply`, market.humanKey, { message: 'Me.' });
  return String(fieldsOf(application).humanId);
}

async function makeSubmission(market: Marketplace, note: string): Promise<string> {
  const taskId = await makeTask(market, note);
  const humanId = await apply(market, taskId);
  await market.direct('POST', MCP, market.agentKey, { tool: 'select_applicant', input: { taskId, humanId } });
  await market.direct('POST', `/api/v1/tasks/${taskId}/submit`, market.humanKey, {
    content: 'Thirty photos, as asked.',
  });
  return taskId;
}

const hireArguments = (note: string, agent: string) => ({
  agent_did: `did:agrenting:${agent}`,
  task_description: note,
  capability: agent === 'swift' ? 'summarize' : 'research',
  max_price: '9.00',
});

/** Transfers of a kind for a subject. */
const transfers = (market: Marketplace, kind: 'refund' | 'release', subject: string) =>
  market.read(async (db) => {
    const rows = await db
      .selectFrom('transfers')
      .select('subject')
      .where('kind', '=', kind)
      .where('subject', 'like', `${subject}%`)
      .execute();
    return rows.map((row) => row.subject.split(':')[1] ?? '');
  });

/** Tasks that are in a status, with their escrow still held. */
const tasksIn = (market: Marketplace, taskId: string, status: string) =>
  market.read(async (db) => {
    const rows = await db.selectFrom('h2a_tasks').select(['id', 'status']).where('id', '=', taskId).execute();
    return rows.filter((row) => row.status === status).map(({ id }) => id);
  });

export const SCENARIOS: Readonly<Record<string, (market: Marketplace, note: string) => Promise<Scenario>>> = {
  hire_agent: async (market, note) => ({
    tool: 'hire_agent',
    args: hireArguments(note, 'swift'),
    effects: () =>
      market.read(async (db) => {
        const rows = await db.selectFrom('hirings').select('id').where('task_description', '=', note).execute();
        return rows.map(({ id }) => id);
      }),
  }),
  cancel_hiring: async (market, note) => {
    const wanted = hireArguments(note, 'curious');
    const body = { task_description: note, capability_requested: wanted.capability, price: wanted.max_price };
    const path = '/api/v1/agents/did:agrenting:curious/hire';
    const answer = await market.direct('POST', path, market.hirerKey, { ...body, delivery_mode: 'output' });
    const id = String(fieldsOf(fieldsOf(fieldsOf(answer).data).hiring).id);
    return {
      tool: 'cancel_hiring',
      args: { hiring_id: id },
      effects: () => transfers(market, 'refund', `hiring:${id}`),
    };
  },
  create_task: async (market, note) => ({
    tool: 'create_task',
    args: taskArguments(note),
    effects: () =>
      market.read(async (db) => {
        const rows = await db.selectFrom('h2a_tasks').select('id').where('title', '=', note).execute();
        return rows.map(({ id }) => id);
      }),
  }),
  cancel_task: async (market, note) => {
    const taskId = await makeTask(market, note);
    return { tool: 'cancel_task', args: { taskId }, effects: () => transfers(market, 'refund', `task:${taskId}`) };
  },
  select_applicant: async (market, note) => {
    const taskId = await makeTask(market, note);
    const humanId = await apply(market, taskId);
    return { tool: 'select_applicant', args: { taskId, humanId }, effects: () => tasksIn(market, taskId, 'assigned') };
  },
  approve_submission: async (market, note) => {
    const taskId = await makeSubmission(market, note);
    return {
      tool: 'approve_submission',
      args: { taskId },
      effects: () => transfers(market, 'release', `task:${taskId}`),
    };
  },
  reject_submission: async (market, note) => {
    const taskId = await makeSubmission(market, note);
    const reason = 'The photos show the street only; please add five pictures from the inside of each shop.';
    const args = { taskId, reason };
    return { tool: 'reject_submission', args, effects: () => tasksIn(market, taskId, 'rejected_by_agent') };
  },
};
