import { applyForTask } from '../domain/applications.js';
import { submitProof } from '../domain/submissions.js';
import { disputeTask } from '../domain/task-moves.js';
import { findTask, type Task } from '../domain/task-record.js';
import { allows } from '../domain/task-states.js';
import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';
import { MANNERS, type Manner, SANDBOX_HUMANS } from './sandbox-humans.js';

/** Simulated humans: they apply for every task that opens, and do with it what their behaviour says. */

const JOB = 'actor.human';

type Move = 'apply' | 'submit' | 'resubmit' | 'dispute';

/** The manner of a human whom the sandbox plays; undefined for everybody else. */
async function mannerOf(tx: Tx, humanId: string | null): Promise<Manner | undefined> {
  if (humanId === null) return undefined;
  const row = await tx
    .selectFrom('h2a_users')
    .select('behaviour')
    .where('id', '=', humanId)
    .where('role', '=', 'human')
    .where('suspended', '=', 0n)
    .executeTakeFirst();
  const human = SANDBOX_HUMANS.find(({ behaviour }) => behaviour === row?.behaviour);
  return human && MANNERS[human.behaviour];
}

export function registerHumans(env: Env): void {
  const plan = (tx: Tx, task: string, human: string, move: Move, inMs: number) =>
    env.jobs.schedule(tx, { kind: JOB, subject: task, inMs, payload: { human, move } });

  env.events.on('task.opened', async (tx, { id }) => {
    const played = await tx
      .selectFrom('h2a_users')
      .select('id')
      .where('role', '=', 'human')
      .where('behaviour', 'is not', null)
      .orderBy('id')
      .execute();
    for (const human of played) {
      const manner = await mannerOf(tx, human.id);
      if (manner) await plan(tx, id, human.id, 'apply', manner.applyMs);
    }
  });

  env.events.on('task.assigned', async (tx, { id }) => {
    const task = await findTask(tx, id);
    const manner = await mannerOf(tx, task?.human_id ?? null);
    if (task?.human_id && manner?.submitMs != null) await plan(tx, id, task.human_id, 'submit', manner.submitMs);
  });

  env.events.on('task.rejected', async (tx, { id }) => {
    const task = await findTask(tx, id);
    const next = (await mannerOf(tx, task?.human_id ?? null))?.afterRejection;
    // Whoever resubmits does so once.
    if (!task?.human_id || !next || (next.move === 'resubmit' && task.submission_version > 1n)) return;
    await plan(tx, id, task.human_id, next.move, next.inMs);
  });

  env.jobs.handle(JOB, async (job, effect) => {
    await effect(async (tx) => {
      const human = String(job.payload.human);
      const task = await findTask(tx, job.subject);
      const manner = await mannerOf(tx, human);
      if (task && manner) await act(env, tx, task, human, manner, String(job.payload.move));
    });
  });
}

/** One move, unless the task has gone another way in the meantime. */
async function act(env: Env, tx: Tx, task: Task, human: string, manner: Manner, move: string): Promise<void> {
  if (move === 'apply') {
    if (allows(task.status, 'assign')) await applyForTask(env, tx, task, human, manner.application);
    return;
  }
  if (task.human_id !== human) return;
  const text = manner.afterRejection?.text ?? manner.proof;
  if (move === 'dispute') {
    if (allows(task.status, 'dispute')) await disputeTask(env, tx, task, text);
  } else if (allows(task.status, 'submit')) {
    await submitProof(env, tx, task, proofOf(task, move === 'resubmit' ? text : manner.proof));
  }
}

/** The proof goes through what the task required; its files lie on a host that nobody can have. */
function proofOf(task: Task, opening: string) {
  const requirements: string[] = JSON.parse(task.requirements);
  const lines = requirements.map((requirement, index) => `${index + 1}. ${requirement}: done.`);
  const version = Number(task.submission_version) + 1;
  return {
    content: [opening, ...lines].join('\n'),
    attachments: [`https://proofs.sandbox.invalid/${task.id}/delivery-${version}.zip`],
  };
}
