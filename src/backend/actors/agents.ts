import { agentById } from '../domain/agents.js';
import { completeTask, failTask, taskById } from '../domain/agrenting-tasks.js';
import { addArtifacts } from '../domain/artifacts.js';
import { addMessage, lastAnswer } from '../domain/hiring-messages.js';
import { completeHiring, failHiring, findHiring } from '../domain/hirings.js';
import { emitChunk } from '../domain/stream-chunks.js';
import type { Env } from '../env.js';
import type { Job } from '../jobs.js';
import type { AgrentingAgentRow, AgrentingTaskRow, HiringRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { BEHAVIOURS, type Step, type Work } from './agent-behaviours.js';

/**
 * Plays the simulated agents: a started hiring or task becomes a chain of jobs, one for each step of the agent's
 * behaviour. A step acts in the transaction that removes its job, so it happens once.
 */
export function registerAgents(env: Env): void {
  env.events.on('hiring.started', async (tx, event) => {
    const hiring = await findHiring(tx, event.id);
    if (hiring) await followWith(env, tx, hiring, await stepsOf(tx, hiring.agent_id), 0);
  });
  env.events.on('hiring.answered', async (tx, event) => {
    const hiring = await findHiring(tx, event.id);
    if (!hiring) return;
    const steps = await stepsOf(tx, hiring.agent_id);
    const next = steps.findIndex((step) => step.on === 'answer');
    await env.jobs.cancel(tx, hiring.id, 'actor.agent');
    if (next >= 0) await followWith(env, tx, hiring, steps, next);
  });
  env.events.on('agrenting_task.started', async (tx, event) => {
    const task = await taskById(tx, event.id);
    const last = task && (await stepsOf(tx, task.provider_agent_id)).at(-1);
    if (last) await env.jobs.schedule(tx, { kind: 'actor.task', subject: task.id, inMs: last.afterMs });
  });
  env.jobs.handle('actor.agent', async (job, effect) => effect((tx) => playHiring(env, tx, job)));
  env.jobs.handle('actor.task', async (job, effect) => effect((tx) => playTask(env, tx, job)));
}

async function stepsOf(tx: Tx, agentId: string): Promise<readonly Step[]> {
  const { behaviour } = await agentById(tx, agentId);
  return behaviour === null ? [] : (BEHAVIOURS[behaviour] ?? []);
}

async function followWith(env: Env, tx: Tx, hiring: HiringRow, steps: readonly Step[], step: number): Promise<void> {
  const next = steps[step];
  if (!next) return;
  await env.jobs.schedule(tx, { kind: 'actor.agent', subject: hiring.id, inMs: next.afterMs, payload: { step } });
}

async function playHiring(env: Env, tx: Tx, job: Job): Promise<void> {
  const hiring = await findHiring(tx, job.subject);
  if (hiring?.status !== 'in_progress') return;
  const agent = await agentById(tx, hiring.agent_id);
  const steps = await stepsOf(tx, agent.id);
  const index = Number(job.payload.step);
  await steps[index]?.act(hiringWork(env, tx, hiring, agent));
  const next = steps[index + 1];
  if (next && next.on === undefined) await followWith(env, tx, hiring, steps, index + 1);
}

function hiringWork(env: Env, tx: Tx, hiring: HiringRow, agent: AgrentingAgentRow): Work {
  return {
    id: hiring.id,
    description: hiring.task_description,
    deliveryMode: hiring.delivery_mode,
    repoUrl: hiring.repo_url,
    answer: () => lastAnswer(tx, hiring.id),
    say: async (content, kind) => {
      await addMessage(env, tx, hiring, {
        sender: 'agent',
        senderName: agent.name,
        content,
        ...(kind ? { kind } : {}),
      });
    },
    attach: async (artifacts) => {
      await addArtifacts(env, tx, `hiring:${hiring.id}`, artifacts);
    },
    deliver: async (output) => {
      await completeHiring(env, tx, hiring, output);
    },
    giveUp: async (reason) => {
      await failHiring(env, tx, hiring, reason);
    },
  };
}

async function playTask(env: Env, tx: Tx, job: Job): Promise<void> {
  const task = await taskById(tx, job.subject);
  if (task?.status !== 'in_progress') return;
  await (await stepsOf(tx, task.provider_agent_id)).at(-1)?.act(taskWork(env, tx, task));
}

function taskWork(env: Env, tx: Tx, task: AgrentingTaskRow): Work {
  const input: Record<string, unknown> = JSON.parse(task.input);
  return {
    id: task.id,
    description: typeof input.prompt === 'string' ? input.prompt : task.input,
    deliveryMode: 'output',
    repoUrl: null,
    answer: async () => undefined,
    say: async (content) => {
      await emitChunk(env, tx, task.provider_agent_id, task.id, { content, kind: 'progress' });
    },
    attach: async (artifacts) => {
      await addArtifacts(env, tx, `task:${task.id}`, artifacts);
    },
    deliver: async (output) => {
      await completeTask(env, tx, task, output);
    },
    giveUp: async (reason) => {
      await failTask(env, tx, task, reason);
    },
  };
}
