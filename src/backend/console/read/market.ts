import type { Selectable } from 'kysely';
import type { AgrentingAgentRow, HiringRow } from '../../store/agrenting-schema.js';
import type { TaskRow } from '../../store/humans2ai-schema.js';
import type { Tx } from '../../store/schema.js';

/** What the market and the desks list. Each list is a range of an index (or of the table's own key), and has an end. */

const SHOWN = 30;

export interface ListedHiring {
  readonly hiring: HiringRow;
  readonly agent: AgrentingAgentRow;
}

/** The newest hirings of everybody. */
export async function newestHirings(tx: Tx): Promise<ListedHiring[]> {
  return await withAgents(tx, await tx.selectFrom('hirings').selectAll().orderBy('seq', 'desc').limit(SHOWN).execute());
}

/** The newest hirings that an agent was given. */
export async function hiringsOfAgent(tx: Tx, agentId: string, status: string): Promise<ListedHiring[]> {
  const rows = tx.selectFrom('hirings').selectAll().where('agent_id', '=', agentId).where('status', '=', status);
  return await withAgents(tx, await rows.orderBy('seq', 'desc').limit(SHOWN).execute());
}

async function withAgents(tx: Tx, rows: readonly HiringRow[]): Promise<ListedHiring[]> {
  const ids = [...new Set(rows.map(({ agent_id }) => agent_id))];
  if (ids.length === 0) return [];
  const agents = await tx.selectFrom('agrenting_agents').selectAll().where('id', 'in', ids).execute();
  const known = new Map(agents.map((agent) => [agent.id, agent]));
  return rows.flatMap((hiring) => {
    const agent = known.get(hiring.agent_id);
    return agent ? [{ hiring, agent }] : [];
  });
}

/** For which tasks a human applied, newest first, with what became of it. */
export async function tasksAppliedFor(
  tx: Tx,
  humanId: string,
): Promise<{ task: Selectable<TaskRow>; application: string }[]> {
  const recent = await tx.selectFrom('h2a_tasks').select('id').orderBy('seq', 'desc').limit(LOOKED_AT).execute();
  if (recent.length === 0) return [];
  // The index of applications begins with the task, so the newest tasks are asked one by one.
  const applied = await tx
    .selectFrom('h2a_applications')
    .select(['task_id', 'status'])
    .where(
      'task_id',
      'in',
      recent.map(({ id }) => id),
    )
    .where('human_id', '=', humanId)
    .execute();
  if (applied.length === 0) return [];
  const status = new Map(applied.map((row) => [row.task_id, row.status]));
  const rows = await tx
    .selectFrom('h2a_tasks')
    .selectAll()
    .where('id', 'in', [...status.keys()])
    .orderBy('seq', 'desc')
    .limit(SHOWN)
    .execute();
  return rows.map((task) => ({ task, application: status.get(task.id) ?? 'pending' }));
}

const LOOKED_AT = 200;
