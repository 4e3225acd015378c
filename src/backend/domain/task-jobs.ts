import type { Env } from '../env.js';
import { approveTask, expireTask } from './task-moves.js';
import { AUTO_APPROVE_JOB, DEADLINE_JOB, findTask, LAPSE_JOB } from './task-record.js';

/** What Humans2AI itself does when a time has come. */
export function registerTaskJobs(env: Env): void {
  env.jobs.handle(DEADLINE_JOB, async (job, effect) => {
    await effect(async (tx) => {
      const task = await findTask(tx, job.subject);
      // Documented for open tasks. A human who was chosen and vanished would lock the escrow for ever: refunding then is ours.
      if (!task || !['pending_review', 'open', 'assigned'].includes(task.status)) return;
      await expireTask(env, tx, task);
    });
  });

  env.jobs.handle(LAPSE_JOB, async (job, effect) => {
    await effect(async (tx) => {
      const task = await findTask(tx, job.subject);
      if (task?.status === 'rejected_by_agent') await expireTask(env, tx, task);
    });
  });

  env.jobs.handle(AUTO_APPROVE_JOB, async (job, effect) => {
    await effect(async (tx) => {
      const task = await findTask(tx, job.subject);
      if (task?.status === 'submitted') await approveTask(env, tx, task);
    });
  });
}
