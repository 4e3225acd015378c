import * as z from 'zod';
import type { ToolContext } from '../define.js';
import { asObject } from '../envelope.js';
import { defineReading, KNOWN_INSTANCES, type LiveReader, type ResourceReader } from '../resource.js';
import { api } from './api.js';
import { type Hiring, hiring as hiringReply } from './contract/hirings.js';
import { readHiring } from './tool-support.js';
import { getHiringStatus } from './tools/get-hiring-status.js';
import { listPendingHirings, pendingOf, pendingView } from './tools/list-pending-hirings.js';
import {
  hiringStateOf,
  hiringSummary,
  hiringView,
  isFinal,
  listedHiring,
  listedHiringOf,
  openQuestions,
  openQuestionsOf,
} from './views.js';

/** Agrenting's resources: three of the hirer, two of the agent (contract notes §4.2 and §4.3). */

const hirer = { marketplace: 'agrenting', role: 'agrenting.hirer', toolset: 'hirer' } as const;
const agent = { marketplace: 'agrenting', role: 'agrenting.agent', toolset: 'agent' } as const;
const byId = z.object({ id: z.string() });
const PAGE = 100;

export const hiringStatus: ResourceReader = {
  tool: getHiringStatus,
  args: (id) => ({ hiring_id: id }),
  // What is said has a resource of its own.
  news: ({ messages: _, artifacts: __, ...standing }) => standing,
  settled: ({ final }) => final === true,
};

export const activeHirings: ResourceReader = {
  tool: defineReading(
    {
      ...hirer,
      name: 'active_hirings',
      output: z.object({ hirings: z.array(listedHiring), count: z.number() }),
      async run(_, context) {
        const active = await readActive(context);
        return { hirings: active.map(listedHiringOf), count: active.length };
      },
    },
    z.object({}),
  ),
  args: () => ({}),
  news: ({ hirings }) =>
    (Array.isArray(hirings) ? hirings : []).map((hiring) => [asObject(hiring)?.hiring_id, asObject(hiring)?.status]),
};

export const hiringMessages: ResourceReader = {
  tool: defineReading(
    {
      ...hirer,
      name: 'hiring_messages',
      output: z.object({
        hiring_id: z.string(),
        messages: hiringView.shape.messages.unwrap(),
        open_questions: openQuestions,
      }),
      async run({ id }, context) {
        const hiring = await readHiring(context, id);
        const { messages = [] } = hiringSummary(hiring);
        return { hiring_id: hiring.id, messages, open_questions: openQuestionsOf(hiring) };
      },
    },
    byId,
  ),
  args: (id) => ({ id }),
};

export const pendingHirings: ResourceReader = { tool: listPendingHirings, args: () => ({}) };

export const agentHiring: ResourceReader = {
  tool: defineReading(
    {
      ...agent,
      name: 'agent_hiring',
      output: pendingView.extend({ final: z.boolean(), messages: hiringView.shape.messages }),
      async run({ id }, { api: client, signal }) {
        const data = hiringReply.extend({ repo_access_token: z.string().nullish().catch(undefined) });
        const hiring = await client.call({ ...api.getHiring, data }, { params: { id } }, { signal });
        const { messages } = hiringSummary(hiring);
        return {
          ...pendingOf({ ...hiring, task_description: hiring.task_description ?? '' }),
          final: isFinal(hiring),
          ...(messages ? { messages } : {}),
        };
      },
    },
    byId,
  ),
  args: (id) => ({ id }),
  settled: ({ final }) => final === true,
};

/** The hirings of this hirer that are not final, newest first, as many as one page of the list can hold at most. */
async function readActive({ api: client, signal }: ToolContext): Promise<Hiring[]> {
  const page = async (status?: 'queued' | 'in_progress') =>
    await client.call(api.listHirings, { query: { limit: PAGE, ...(status ? { status } : {}) } }, { signal });
  const newest = await page();
  // What is not on the first page is old, and may be active all the same.
  const older = newest.total_pages > 1 ? [await page('queued'), await page('in_progress')] : [];
  const found = [newest, ...older].flatMap(({ hirings }) => hirings).filter((hiring) => !isFinal(hiring));
  return [...new Map(found.map((hiring) => [hiring.id, hiring])).values()].slice(0, PAGE);
}

export const liveHirings: LiveReader = {
  tool: getHiringStatus,
  async read(context) {
    return (await readActive(context)).slice(0, KNOWN_INSTANCES).map((hiring) => {
      const { hiring_id, status, price, agent_did } = hiringStateOf(hiring);
      return { id: hiring_id, title: [status, price && `${price} USD`, agent_did].filter(Boolean).join(', ') };
    });
  },
};

export const liveWork: LiveReader = {
  tool: listPendingHirings,
  async read({ api: client, signal }) {
    const pending = await client.call(api.pendingHirings, {}, { signal });
    return pending.slice(0, KNOWN_INSTANCES).map(({ id, status, price }) => ({
      id,
      title: [status, price && `${price} USD`].filter(Boolean).join(', '),
    }));
  },
};
