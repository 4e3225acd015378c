import { agentById, completeHiring, findHiring } from '../domain/hirings.js';
import type { Env } from '../env.js';

/** Simulated agents. `behaviour` of an agent's row names how it acts on a hiring. */
export function registerAgents(env: Env): void {
  env.events.on('hiring.started', async (tx, event) => {
    const hiring = await findHiring(tx, event.id);
    if (!hiring) return;
    const agent = await agentById(tx, hiring.agent_id);
    if (agent.behaviour === null) return;
    await env.jobs.schedule(tx, { kind: 'actor.agent', subject: hiring.id, inMs: 300 });
  });

  env.jobs.handle('actor.agent', async (job, effect) => {
    await effect(async (tx) => {
      const hiring = await findHiring(tx, job.subject);
      if (hiring?.status !== 'in_progress') return;
      await completeHiring(env, tx, hiring, { result: `Done: ${hiring.task_description.slice(0, 200)}` });
    });
  });
}
