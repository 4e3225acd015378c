import { declineTask, openTask } from '../domain/task-moves.js';
import { findTask } from '../domain/task-record.js';
import type { Env } from '../env.js';

/** The sandbox's admin: tasks under review go live after two seconds, unless their title contains "decline". */

export const REVIEWER_BEHAVIOUR = 'reviewer';
const JOB = 'actor.reviewer';
const REVIEW_MS = 2_000;

export function registerReviewer(env: Env): void {
  env.events.on('task.pending_review', async (tx, { id }) => {
    const admin = await tx
      .selectFrom('h2a_users')
      .select('id')
      .where('role', '=', 'admin')
      .where('behaviour', '=', REVIEWER_BEHAVIOUR)
      .executeTakeFirst();
    if (admin) await env.jobs.schedule(tx, { kind: JOB, subject: id, inMs: REVIEW_MS });
  });

  env.jobs.handle(JOB, async (job, effect) => {
    await effect(async (tx) => {
      const task = await findTask(tx, job.subject);
      if (task?.status !== 'pending_review') return;
      if (task.title.toLowerCase().includes('decline')) await declineTask(env, tx, task);
      else await openTask(env, tx, task);
    });
  });
}
