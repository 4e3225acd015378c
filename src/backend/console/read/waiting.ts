import { activeHirings } from '../../domain/hiring-list.js';
import { listTasks } from '../../domain/task-list.js';
import type { Tx } from '../../store/schema.js';

/** Something that goes on only when the hirer does something. */
export interface Waiting {
  readonly page: string;
  /** By whom or for what, in their own words. */
  readonly name: string;
  readonly what: string;
}

const LOOKED_AT = 50;

/** Questions of agents, applications of humans, and proof to be judged. */
export async function waitingForHirer(tx: Tx, user: string, owner: string): Promise<Waiting[]> {
  return [...(await openQuestionsOf(tx, user)), ...(await tasksThatWait(tx, owner))];
}

async function openQuestionsOf(tx: Tx, user: string): Promise<Waiting[]> {
  const active = (await activeHirings(tx, user)).slice(0, LOOKED_AT);
  if (active.length === 0) return [];
  const asked = await tx
    .selectFrom('hiring_messages')
    .select('hiring_id')
    .where(
      'hiring_id',
      'in',
      active.map(({ hiring }) => hiring.id),
    )
    .where('kind', '=', 'question')
    .where('resolved_at', 'is', null)
    .execute();
  const asking = new Set(asked.map(({ hiring_id }) => hiring_id));
  return active
    .filter(({ hiring }) => asking.has(hiring.id))
    .map(({ hiring, agent }) => ({
      page: `/console/hirings/${hiring.id}`,
      name: agent.name,
      what: 'asks you something and waits for the answer',
    }));
}

async function tasksThatWait(tx: Tx, owner: string): Promise<Waiting[]> {
  const viewer = { id: owner, admin: false };
  const page = { agentId: owner, limit: LOOKED_AT, page: 1 };
  const submitted = await listTasks(tx, { ...page, status: 'submitted' }, viewer);
  const open = await listTasks(tx, { ...page, status: 'open' }, viewer);
  return [
    ...submitted.rows.map(({ id, title }) => ({
      page: `/console/tasks/${id}`,
      name: title,
      what: 'was submitted: approve or reject the proof',
    })),
    ...open.rows
      .filter(({ applicant_count }) => applicant_count > 0n)
      .map(({ id, title, applicant_count }) => ({
        page: `/console/tasks/${id}`,
        name: title,
        what: `has ${applicant_count} ${applicant_count === 1n ? 'applicant' : 'applicants'}: choose one`,
      })),
  ];
}
