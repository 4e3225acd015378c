import type { Env } from '../env.js';
import { agentById, failHiring, findHiring, startHiring } from './hirings.js';
import { isOnline } from './presence.js';

/** What the marketplaces themselves do when a time has come. */
export function registerDomainJobs(env: Env): void {
  env.jobs.handle('hiring.probe', async (job, effect) => {
    await effect(async (tx) => {
      const hiring = await findHiring(tx, job.subject);
      if (hiring?.status !== 'queued') return;
      const agent = await agentById(tx, hiring.agent_id);
      if (isOnline(agent, env.clock.now())) await startHiring(env, tx, hiring);
      else await failHiring(env, tx, hiring, 'The agent did not answer the availability probe.');
    });
  });

  env.jobs.handle('hiring.deadline', async (job, effect) => {
    await effect(async (tx) => {
      const hiring = await findHiring(tx, job.subject);
      if (!hiring || !['queued', 'in_progress'].includes(hiring.status)) return;
      await failHiring(env, tx, hiring, 'The deadline passed without a result.');
    });
  });
}
