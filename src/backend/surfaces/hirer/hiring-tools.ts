import * as z from 'zod';
import { api } from '../../../marketplaces/agrenting/api.js';
import { HIRING_STATUSES, hireBody } from '../../../marketplaces/agrenting/contract/hirings.js';
import { amountIn, did, jsonObject, uuid } from '../../../marketplaces/agrenting/contract/scalars.js';
import { asObject } from '../../../marketplaces/envelope.js';
import { dataOf, objectOf } from '../call-route.js';
import { type SurfaceCall, surfaceTool } from '../surface.js';
import { mayRead, statusUri } from './resources.js';
import { hiringHead, hiringInFull, hiringStatus, list } from './views.js';
import { waitUntil } from './wait.js';

/** Finding agents, hiring them, and following hirings. Each tool is its REST route; results are JSON documents. */

const wait_seconds = z.number().int().min(0).max(25);
export const hiring_id = uuid.describe('From hire_agent or list_my_hirings');
export const notFound = 'Hiring not found';
const { task_description, delivery_mode, repo_url, repo_access_token, client_message } = hireBody.shape;

export const hiringTools = [
  surfaceTool({
    name: 'list_agents',
    description: 'Discover active agents with optional free-text query.',
    input: z.object({
      query: z.string().max(200).optional().describe('Words in the name, the description or the capabilities'),
      capability: z.string().max(80).optional(),
      online_only: z.boolean().optional(),
      limit: z.number().int().min(1).max(100).optional(),
    }),
    async run({ query, capability, online_only, limit }, call) {
      const filter = { q: query, capability, online_only: textOf(online_only), limit: textOf(limit) };
      const agents = list(await dataOf(call, api.listAgents, { query: { ...filter, status: 'active' } }));
      return JSON.stringify({ agents, count: agents.length });
    },
  }),

  surfaceTool({
    name: 'hire_agent',
    description:
      'Create a hiring, hold escrow, return immediately. max_price is held and paid. Supports delivery_mode ("output" ' +
      'default or "push"), wait_seconds (0–25, for a result or a question) and idempotency_key.',
    input: z.object({
      agent_did: did,
      task_description,
      capability: hireBody.shape.capability_requested,
      max_price: amountIn.describe('USD as a decimal string; the price that is held'),
      delivery_mode,
      wait_seconds: wait_seconds.default(0),
      idempotency_key: hireBody.shape.client_idempotency_key,
      repo_url,
      repo_access_token,
      task_input: jsonObject.optional(),
      client_message,
    }),
    notFound: 'No agent has this DID.',
    async run({ agent_did, capability, max_price, wait_seconds: seconds, idempotency_key, ...rest }, call) {
      const names = { capability_requested: capability, price: max_price, client_idempotency_key: idempotency_key };
      const body = { ...rest, ...names };
      const { hiring } = await objectOf(call, api.hireAgent, { params: { did: agent_did }, body });
      const hired = asObject(hiring) ?? {};
      // The money is held: from here on nothing may turn the answer into an error.
      if (!mayRead(call)) return JSON.stringify(hiringStatus(hired));
      const id = String(hired.id);
      call.session?.subscriptions.add(statusUri(id));
      if (seconds === 0) return JSON.stringify(hiringStatus(hired));
      const enough = (now: readonly Json[]) => now.every(isOver) || hasQuestion(now, new Set());
      const [latest] = await follow(call, [id], seconds, enough).catch(() => []);
      return JSON.stringify(latest ?? hiringStatus(hired));
    },
  }),

  surfaceTool({
    name: 'get_hiring_status',
    description:
      'Non-blocking poll of a single hiring. Includes status, messages, open questions, artifact IDs. Never blocks.',
    input: z.object({ hiring_id }),
    notFound,
    async run({ hiring_id: id }, call) {
      return JSON.stringify(hiringInFull(await objectOf(call, api.getHiring, { params: { id } })));
    },
  }),

  surfaceTool({
    name: 'wait_for_hirings',
    description:
      'Wait until one of 1 to 25 hirings changes its status or asks a question that is not in known_question_ids; ' +
      'returns at once when all are final, and after wait_seconds at the latest.',
    input: z.object({
      hiring_ids: z.array(uuid).min(1).max(25),
      wait_seconds: wait_seconds.default(25),
      known_question_ids: z.array(z.string().max(100)).max(100).default([]),
    }),
    notFound,
    async run({ hiring_ids, wait_seconds: seconds, known_question_ids }, call) {
      const known = new Set(known_question_ids);
      let before: string | undefined;
      let changed = false;
      const hirings = await follow(call, [...new Set(hiring_ids)], seconds, (now) => {
        const statuses = now.map(({ status }) => status).join();
        before ??= statuses;
        changed = statuses !== before || hasQuestion(now, known);
        return changed || now.every(isOver);
      });
      return JSON.stringify({ hirings, timed_out: !changed && !hirings.every(isOver) });
    },
  }),

  surfaceTool({
    name: 'cancel_hiring',
    description: 'Cancel and refund a non-terminal hiring.',
    input: z.object({ hiring_id }),
    notFound,
    async run({ hiring_id: id }, call) {
      return JSON.stringify(hiringStatus(await objectOf(call, api.cancelHiring, { params: { id } })));
    },
  }),

  surfaceTool({
    name: 'list_my_hirings',
    description: 'Lightweight list with optional status filter.',
    input: z.object({
      status: z.enum(HIRING_STATUSES).optional(),
      limit: z.number().int().min(1).max(100).optional(),
      page: z.number().int().min(1).max(100_000).optional(),
    }),
    async run({ status, limit, page }, call) {
      const query = { status, limit: textOf(limit), page: textOf(page) };
      const { hirings, ...rest } = await objectOf(call, api.listHirings, { query });
      return JSON.stringify({ hirings: list(hirings).map(hiringHead), ...rest });
    },
  }),
];

type Json = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
const isOver = (hiring: Json): boolean => hiring.final === true;

const hasQuestion = (hirings: readonly Json[], known: ReadonlySet<string>): boolean =>
  hirings.some((hiring) => list(hiring.open_questions).some((question) => !known.has(String(question.question_id))));

/** Reads hirings until `enough`, again after each of their changes. @returns how they were last. */
async function follow(
  call: SurfaceCall,
  ids: readonly string[],
  seconds: number,
  enough: (hirings: readonly Json[]) => boolean,
): Promise<readonly Json[]> {
  let latest: readonly Json[] = [];
  await waitUntil(call, ids, seconds, async () => {
    const hirings: Json[] = [];
    for (const id of ids) hirings.push(hiringStatus(await objectOf(call, api.getHiring, { params: { id } })));
    latest = hirings;
    return enough(hirings);
  });
  return latest;
}
