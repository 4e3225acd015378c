import { createHmac } from 'node:crypto';
import { asObject } from '../../marketplaces/envelope.js';
import { agentById, type Callback, callbackOf } from '../domain/agents.js';
import { findHiring } from '../domain/hirings.js';
import type { Env } from '../env.js';
import type { Job } from '../jobs.js';
import { pendingItem } from '../routes/agrenting/views.js';
import type { AgrentingAgentRow, HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { isPrivateWay } from './outbound.js';

/**
 * Tells agents without an MCP session of their work: a POST of the hiring to metadata.callback_url (contract notes §5;
 * the fields of `hiring_task` are not public, so it carries the item of hiring://pending). At least once: each attempt
 * is a job that leaves the next one behind before it begins.
 */

/** How long the agent may take to accept. */
const TIMEOUT_MS = 2_000;
/** Until the second, third, fourth and fifth attempt. */
const BACKOFF_MS = [10_000, 60_000, 300_000, 1_800_000] as const;

export function registerDeliveries(env: Env): void {
  env.events.on('hiring.started', async (tx, event) => {
    const hiring = await findHiring(tx, event.id);
    if (!hiring) return;
    const agent = await agentById(tx, hiring.agent_id);
    if (agent.behaviour === null && callbackOf(env, agent)) await attemptLater(env, tx, hiring, 0, 0);
  });
  env.jobs.handle('hiring.deliver', async (job, effect) => effect((tx) => attempt(env, tx, job)));
}

async function attemptLater(env: Env, tx: Tx, hiring: HiringRow, attempt: number, inMs: number): Promise<void> {
  const payload = { attempt, dispatch: hiring.dispatch_id };
  await env.jobs.schedule(tx, { kind: 'hiring.deliver', subject: hiring.id, inMs, payload });
}

async function attempt(env: Env, tx: Tx, job: Job): Promise<void> {
  const hiring = await findHiring(tx, job.subject);
  if (hiring?.status !== 'in_progress' || hiring.dispatch_id !== job.payload.dispatch) return;
  // Whoever is connected was told there, or reads what is pending on connecting.
  if (env.sessions.isConnected(hiring.agent_id)) return;
  const agent = await agentById(tx, hiring.agent_id);
  const callback = callbackOf(env, agent);
  if (!callback) return;
  const number = Number(job.payload.attempt);
  const wait = BACKOFF_MS[number];
  if (wait !== undefined) await attemptLater(env, tx, hiring, number + 1, wait);
  const key = callback.secret ?? (await keyHashOf(tx, agent));
  env.events.afterCommit(tx, () =>
    env.background.run('callback delivery', async (signal) => {
      const sent = requestOf(env, callback, hiring, key);
      const status = await env.outbound({ ...sent, timeoutMs: TIMEOUT_MS, signal }).catch(() => 0);
      if (status < 200 || status >= 300) return;
      await env.db.transaction().execute((done) => env.jobs.cancel(done, hiring.id, 'hiring.deliver'));
    }),
  );
}

/**
 * Without a secret of its own, an agent checks the signature with the SHA-256 (hex) of its newest key: both sides have
 * it, and it is never sent.
 */
async function keyHashOf(tx: Tx, agent: AgrentingAgentRow): Promise<string> {
  const row = await tx
    .selectFrom('credentials')
    .select('hash')
    .where('marketplace', '=', 'agrenting')
    .where('account', '=', agent.id)
    .where('via', '=', 'key')
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.hash ?? '';
}

function requestOf(env: Env, callback: Callback, hiring: HiringRow, key: string) {
  const item = pendingItem(env, hiring);
  // A repository's token never goes over an open network; the agent reads it from hiring://pending.
  const safe = isPrivateWay(callback.url) ? item : withoutToken(item);
  const body = JSON.stringify({ type: 'hiring_task', hiring_id: hiring.id, ...safe });
  const headers = {
    ...authHeader(callback.authHeader),
    'content-type': 'application/json',
    'x-webhook-event': 'hiring_task',
    'x-webhook-signature': createHmac('sha256', key).update(body).digest('base64'),
  };
  return { method: 'POST', url: callback.url, headers, body } as const;
}

function withoutToken({ repo_access_token: _, ...item }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { repo_access_token: __, ...task_input } = asObject(item.task_input) ?? {};
  return { ...item, task_input };
}

/** "Name: value" is that header; anything else is the value of Authorization. What no header can carry is left out. */
function authHeader(text: string | undefined): Record<string, string> {
  if (text === undefined || !/^[\x20-\x7e]{1,2000}$/.test(text)) return {};
  const [, name, value] = /^([A-Za-z][A-Za-z0-9-]{0,60}):\s*(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) return { authorization: text };
  return RESERVED.includes(name.toLowerCase()) ? {} : { [name.toLowerCase()]: value };
}

const RESERVED = ['host', 'content-length', 'content-type', 'transfer-encoding', 'connection', 'upgrade', 'expect'];
