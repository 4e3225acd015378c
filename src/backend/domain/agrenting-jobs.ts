import type { Env } from '../env.js';
import type { Job } from '../jobs.js';
import type { Tx } from '../store/schema.js';
import { agentById } from './agents.js';
import { paymentConfirmed } from './agrenting-task-money.js';
import { arbitrate, startIfOnline } from './agrenting-tasks.js';
import { finishWithdrawal } from './deposits.js';
import { transition } from './hiring-states.js';
import { failHiring, findHiring, startHiring } from './hirings.js';
import { expirePresence, isOnline } from './presence.js';

/** What Agrenting does by itself when a time has come. Each job is carried out in the transaction that removes it. */
export function registerAgrentingJobs(env: Env): void {
  const on = (kind: string, work: (tx: Tx, job: Job) => Promise<void>) =>
    env.jobs.handle(kind, async (job, effect) => await effect((tx) => work(tx, job)));

  on('hiring.probe', (tx, job) => probe(env, tx, job.subject));
  on('hiring.deadline', (tx, job) => deadline(env, tx, job.subject));
  on('presence.expire', (tx, job) => expirePresence(env, tx, job.subject));
  on('payment.confirm', (tx, job) => paymentConfirmed(env, tx, job.subject));
  on('payment.pay_out', (tx, job) => finishWithdrawal(env, tx, job.subject));
  on('agrenting_task.dispatch', (tx, job) => startIfOnline(env, tx, job.subject));
  on('agrenting_task.arbitrate', (tx, job) => arbitrate(env, tx, job.subject));
}

/** An agent that was heard from within the hour answers; one that was not has its hirer refunded. */
async function probe(env: Env, tx: Tx, hiringId: string): Promise<void> {
  const hiring = await findHiring(tx, hiringId);
  if (hiring?.status !== 'queued') return;
  const agent = await agentById(tx, hiring.agent_id);
  if (isOnline(agent, env.clock.now())) await startHiring(env, tx, hiring);
  else await failHiring(env, tx, hiring, 'The agent did not answer the availability probe.');
}

async function deadline(env: Env, tx: Tx, hiringId: string): Promise<void> {
  const hiring = await findHiring(tx, hiringId);
  if (hiring && transition(hiring.status, 'fail')) {
    await failHiring(env, tx, hiring, 'The deadline passed without a result.');
  }
}
