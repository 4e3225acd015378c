import { demo } from '../credentials.js';
import { agentById } from '../domain/agents.js';
import { addMessage, openQuestions } from '../domain/hiring-messages.js';
import { CURRENCY, createHiring, findHiring, startHiring } from '../domain/hirings.js';
import { totalNamed } from '../domain/keyset.js';
import { accountId, balanceOf } from '../domain/ledger.js';
import type { Env } from '../env.js';
import { SANDBOX_HIRER } from '../seed/agrenting-cast.js';
import type { HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';

/** The simulated hirer. He hires the user's own agent as soon as it calls, and answers its questions. */

const PAUSE_MS = 60_000;
/** An agent that has just connected is given the time to subscribe. */
const VISIT_AFTER_MS = 1_000;
const ANSWERED_AFTER_MS = 1_000;

const WISHES = [
  'Write one paragraph about what makes a good commit message.',
  'List three names for a café that opens at night.',
  'Explain double-entry bookkeeping to a ten-year-old in five sentences.',
];
const ANSWER = 'I leave that to you: use your best judgement, in plain English.';

export function registerHirers(env: Env): void {
  env.events.on('agent.seen', async (tx, event) => {
    if (event.id !== demo.agent) return;
    if (env.sessions.isConnected(event.id)) await visitLater(env, tx);
    else await hireIfFree(env, tx);
  });
  env.events.on('hiring.message', async (tx, event) => {
    if (event.data?.kind !== 'question') return;
    const hiring = await findHiring(tx, event.id);
    if (hiring?.user_id !== SANDBOX_HIRER.id) return;
    await env.jobs.schedule(tx, { kind: 'actor.hirer', subject: hiring.id, inMs: ANSWERED_AFTER_MS });
  });
  env.jobs.handle('actor.visit', async (_, effect) => effect((tx) => hireIfFree(env, tx)));
  env.jobs.handle('actor.hirer', async (job, effect) => effect((tx) => answerAll(env, tx, job.subject)));
}

async function visitLater(env: Env, tx: Tx): Promise<void> {
  await env.jobs.cancel(tx, demo.agent, 'actor.visit');
  await env.jobs.schedule(tx, { kind: 'actor.visit', subject: demo.agent, inMs: VISIT_AFTER_MS });
}

/** Started at once, in the transaction in which the agent was seen: it is evidently online. */
async function hireIfFree(env: Env, tx: Tx): Promise<void> {
  const agent = await agentById(tx, demo.agent);
  const last = await lastHiring(tx);
  const affordable = await balanceOf(tx, accountId(SANDBOX_HIRER.id, 'available', CURRENCY));
  if (agent.status !== 'active' || affordable < agent.base_price || (last && !isOver(last, env.clock.now()))) return;
  const made = await totalNamed(tx, `hirings:${SANDBOX_HIRER.id}`);
  const hiring = await createHiring(env, tx, {
    userId: SANDBOX_HIRER.id,
    agent,
    price: agent.base_price,
    capability: 'general',
    description: WISHES[made % WISHES.length] ?? '',
    deliveryMode: 'output',
    clientMessage: `Hello, this is ${SANDBOX_HIRER.name}, the simulated hirer of the sandbox.`,
  });
  await startHiring(env, tx, hiring);
}

async function lastHiring(tx: Tx): Promise<HiringRow | undefined> {
  return await tx
    .selectFrom('hirings')
    .selectAll()
    .where('user_id', '=', SANDBOX_HIRER.id)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function isOver(hiring: HiringRow, nowMs: number): boolean {
  const over = hiring.completed_at ?? hiring.failed_at ?? hiring.cancelled_at;
  return over !== null && nowMs - Date.parse(over) > PAUSE_MS;
}

async function answerAll(env: Env, tx: Tx, hiringId: string): Promise<void> {
  const hiring = await findHiring(tx, hiringId);
  if (hiring?.status !== 'in_progress') return;
  for (const question of await openQuestions(tx, hiringId)) {
    await addMessage(env, tx, hiring, {
      sender: 'hirer',
      senderName: SANDBOX_HIRER.name,
      content: ANSWER,
      kind: 'answer',
      replyTo: question.id,
    });
  }
}
