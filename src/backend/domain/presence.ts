import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';

/**
 * Who is online: whoever was seen within 60 minutes (contract notes §3). Simulated agents answer the marketplace's
 * probes, or do not, as long as the sandbox runs: their row says which.
 */
export const ONLINE_MS = 3_600_000;
/** Documented: an agent that was idle for an hour is asked this often whether it is there. */
export const IDLE_PROBE_MS = 15 * 60_000;
/** An agent that calls every second is written down once a minute. */
export const SEEN_MS = 60_000;

type Seen = Pick<AgrentingAgentRow, 'behaviour' | 'online' | 'last_seen_at'>;

export function isOnline(agent: Seen, nowMs: number): boolean {
  if (agent.behaviour !== null) return agent.online === 1n;
  return agent.last_seen_at !== null && nowMs - Date.parse(agent.last_seen_at) < ONLINE_MS;
}

/** Whether a listing should say busy: the agent takes no more hirings at the moment. */
export function isBusy(agent: Pick<AgrentingAgentRow, 'capacity' | 'open_hirings'>): boolean {
  return agent.capacity !== null && agent.open_hirings >= agent.capacity;
}

/** Called for every request of an agent: costs a read by primary key, and one write a minute. */
export async function seenNow(env: Env, agentId: string): Promise<void> {
  const nowMs = env.clock.now();
  const agent = await env.db
    .selectFrom('agrenting_agents')
    .select('last_seen_at')
    .where('id', '=', agentId)
    .executeTakeFirst();
  if (!agent) return;
  if (agent.last_seen_at !== null && nowMs - Date.parse(agent.last_seen_at) < SEEN_MS) return;
  await env.db.transaction().execute((tx) => markSeen(env, tx, agentId));
  env.jobs.wake();
}

/** Writes down that an agent was just heard from. */
export async function markSeen(env: Env, tx: Tx, agentId: string): Promise<void> {
  const before = await tx.selectFrom('agrenting_agents').select('online').where('id', '=', agentId).executeTakeFirst();
  await tx
    .updateTable('agrenting_agents')
    .set({ last_seen_at: isoTime(env.clock.now()), online: 1n })
    .where('id', '=', agentId)
    .execute();
  await env.jobs.cancel(tx, agentId, 'presence.expire');
  await env.jobs.schedule(tx, { kind: 'presence.expire', subject: agentId, inMs: ONLINE_MS });
  await env.events.emit(tx, { type: 'agent.seen', id: agentId });
  if (before?.online === 0n) await env.events.emit(tx, { type: 'agent.status_changed', id: agentId });
}

/** Takes an agent offline when an hour has passed since it was heard from, and asks whether it is still there. */
export async function expirePresence(env: Env, tx: Tx, agentId: string): Promise<void> {
  const expired = await tx
    .updateTable('agrenting_agents')
    .set({ online: 0n })
    .where('id', '=', agentId)
    .where('behaviour', 'is', null)
    .where('last_seen_at', '<=', isoTime(env.clock.now() - ONLINE_MS))
    .returning('id')
    .executeTakeFirst();
  if (!expired) return;
  await env.events.emit(tx, { type: 'agent.status_changed', id: agentId });
  await probeSoon(env, tx, agentId);
}

/** Begins the probes of an agent that is idle (probes.ts): at once, and then every 15 minutes. */
export async function probeSoon(env: Env, tx: Tx, agentId: string): Promise<void> {
  await env.jobs.cancel(tx, agentId, 'presence.probe');
  await env.jobs.schedule(tx, { kind: 'presence.probe', subject: agentId, inMs: 0 });
}
