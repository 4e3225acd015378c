import type { Env } from '../env.js';
import type { Job } from '../jobs.js';
import type { Tx } from '../store/schema.js';
import { paymentConfirmed } from './agrenting-task-money.js';
import { arbitrate, startIfOnline } from './agrenting-tasks.js';
import { finishWithdrawal } from './deposits.js';
import { transition } from './hiring-states.js';
import { failHiring, findHiring } from './hirings.js';
import { expirePresence } from './presence.js';
import { probeHiring, probePresence } from './probes.js';

/** What Agrenting does by itself when a time has come. Each job is carried out in the transaction that removes it. */
export function registerAgrentingJobs(env: Env): void {
  const on = (kind: string, work: (tx: Tx, job: Job) => Promise<void>) =>
    env.jobs.handle(kind, async (job, effect) => await effect((tx) => work(tx, job)));

  on('hiring.probe', (tx, job) => probeHiring(env, tx, job));
  on('presence.probe', (tx, job) => probePresence(env, tx, job));
  on('hiring.deadline', (tx, job) => deadline(env, tx, job.subject));
  on('presence.expire', (tx, job) => expirePresence(env, tx, job.subject));
  on('payment.confirm', (tx, job) => paymentConfirmed(env, tx, job.subject));
  on('payment.pay_out', (tx, job) => finishWithdrawal(env, tx, job.subject));
  on('agrenting_task.dispatch', (tx, job) => startIfOnline(env, tx, job.subject));
  on('agrenting_task.arbitrate', (tx, job) => arbitrate(env, tx, job.subject));
}

async function deadline(env: Env, tx: Tx, hiringId: string): Promise<void> {
  const hiring = await findHiring(tx, hiringId);
  if (hiring && transition(hiring.status, 'fail')) {
    await failHiring(env, tx, hiring, 'The deadline passed without a result.');
  }
}
