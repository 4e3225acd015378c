import type { AgrentingAgentRow, HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { totalNamed } from './keyset.js';

/** Hirings as lists: of a hirer, newest first; of an agent, those that wait for it. */

export interface HiringQuery {
  readonly status?: string | undefined;
  readonly limit: number;
  /** From 1. */
  readonly page: number;
  /** In place of the page, for clients that count rows. */
  readonly offset?: number | undefined;
}

/** One page of a hirer's hirings with their agents. The total is kept by triggers. */
export async function listHirings(
  tx: Tx,
  userId: string,
  query: HiringQuery,
): Promise<{ hirings: { hiring: HiringRow; agent: AgrentingAgentRow }[]; total: number; page: number }> {
  const offset = query.offset ?? (query.page - 1) * query.limit;
  const mine = tx.selectFrom('hirings').selectAll().where('user_id', '=', userId);
  const rows = await (query.status === undefined ? mine : mine.where('status', '=', query.status))
    .orderBy('seq', 'desc')
    .limit(query.limit)
    .offset(offset)
    .execute();
  const agents = await agentsOf(tx, rows);
  const total = await totalNamed(tx, `hirings:${userId}${query.status === undefined ? '' : `:${query.status}`}`);
  const hirings = rows.flatMap((hiring) => {
    const agent = agents.get(hiring.agent_id);
    return agent ? [{ hiring, agent }] : [];
  });
  return { hirings, total, page: Math.floor(offset / query.limit) + 1 };
}

async function agentsOf(tx: Tx, rows: readonly HiringRow[]): Promise<Map<string, AgrentingAgentRow>> {
  const ids = [...new Set(rows.map((row) => row.agent_id))];
  if (ids.length === 0) return new Map();
  const agents = await tx.selectFrom('agrenting_agents').selectAll().where('id', 'in', ids).execute();
  return new Map(agents.map((agent) => [agent.id, agent]));
}

const ACTIVE_STATUSES = ['pending_payment', 'paid', 'queued', 'in_progress'] as const;
const ACTIVE_SHOWN = 500;

/** A hirer's hirings that are not final, newest first, at most 500 of each status. */
export async function activeHirings(
  tx: Tx,
  userId: string,
): Promise<{ hiring: HiringRow; agent: AgrentingAgentRow }[]> {
  const rows = [];
  for (const status of ACTIVE_STATUSES) {
    const ofStatus = tx.selectFrom('hirings').selectAll().where('user_id', '=', userId).where('status', '=', status);
    rows.push(...(await ofStatus.orderBy('seq', 'desc').limit(ACTIVE_SHOWN).execute()));
  }
  const newest = rows.toSorted((a, b) => Number(b.seq - a.seq));
  const agents = await agentsOf(tx, newest);
  return newest.flatMap((hiring) => {
    const agent = agents.get(hiring.agent_id);
    return agent ? [{ hiring, agent }] : [];
  });
}

const PENDING_SHOWN = 100;

/** What an agent has to work on, oldest first, 100 at most. */
export async function pendingHirings(tx: Tx, agentId: string): Promise<HiringRow[]> {
  return await tx
    .selectFrom('hirings')
    .selectAll()
    .where('agent_id', '=', agentId)
    .where('status', '=', 'in_progress')
    .orderBy('seq')
    .limit(PENDING_SHOWN)
    .execute();
}
