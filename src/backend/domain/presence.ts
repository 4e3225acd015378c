import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';

/** Who is online: seen within 60 minutes (contract notes §3). */
export const ONLINE_MS = 3_600_000;

export const isOnline = (agent: AgrentingAgentRow, nowMs: number): boolean =>
  agent.last_seen_at !== null && nowMs - Date.parse(agent.last_seen_at) < ONLINE_MS;

export async function markSeen(env: Env, tx: Tx, agentId: string): Promise<void> {
  await tx
    .updateTable('agrenting_agents')
    .set({ last_seen_at: isoTime(env.clock.now()), online: 1n })
    .where('id', '=', agentId)
    .execute();
  await env.events.emit(tx, { type: 'agent.seen', id: agentId });
}
