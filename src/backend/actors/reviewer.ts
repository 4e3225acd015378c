import { demo } from '../credentials.js';
import { declineTask, openTask } from '../domain/task-moves.js';
import { findTask } from '../domain/task-record.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';

/**
 * The sandbox's admin: tasks under review go live after two seconds, unless their title contains "decline". A person
 * who takes the admin's desk can send it away.
 */

export const REVIEWER_BEHAVIOUR = 'reviewer';
const JOB = 'actor.reviewer';
const REVIEW_MS = 2_000;

/** Whether the sandbox decides, and not a person. */
export async function reviewerActs(tx: Tx): Promise<boolean> {
  const admin = await tx
    .selectFrom('h2a_users')
    .select('id')
    .where('role', '=', 'admin')
    .where('behaviour', '=', REVIEWER_BEHAVIOUR)
    .executeTakeFirst();
  return admin !== undefined;
}

/** From now on the sandbox's admin decides by itself, or leaves it to a person. What waits already goes on waiting. */
export async function setReviewer(tx: Tx, acts: boolean): Promise<void> {
  await tx
    .updateTable('h2a_users')
    .set({ behaviour: acts ? REVIEWER_BEHAVIOUR : null })
    .where('id', '=', demo.humans2aiAdmin)
    .execute();
}

export function registerReviewer(env: Env): void {
  env.events.on('task.pending_review', async (tx, { id }) => {
    if (await reviewerActs(tx)) await env.jobs.schedule(tx, { kind: JOB, subject: id, inMs: REVIEW_MS });
  });

  env.jobs.handle(JOB, async (job, effect) => {
    await effect(async (tx) => {
      const task = await findTask(tx, job.subject);
      if (task?.status !== 'pending_review' || !(await reviewerActs(tx))) return;
      if (task.title.toLowerCase().includes('decline')) await declineTask(env, tx, task);
      else await openTask(env, tx, task);
    });
  });
}
