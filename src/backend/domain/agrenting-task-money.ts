import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { AgrentingTaskRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { checkTask, mayStill } from './agrenting-task-states.js';
import { dispatch, moveTask, taskById, taskSubject } from './agrenting-tasks.js';
import { covered } from './amounts.js';
import { confirmDeposit, openDeposit } from './deposits.js';
import { CURRENCY } from './hirings.js';
import { hold } from './ledger.js';

/** How a task is paid: out of the balance at once, or by an invoice that a payment provider confirms later. */

/**
 * @throws {ApiError} CONFLICT when the task is paid, being paid or over; INSUFFICIENT_BALANCE.
 */
export async function payTask(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  type: 'balance' | 'crypto',
  operationKey?: string,
): Promise<AgrentingTaskRow> {
  checkTask(task, 'pay');
  if (task.payment_status !== 'unpaid') {
    const state = task.payment_status === 'pending' ? 'An invoice for this task is open' : 'This task is paid for';
    throw new ApiError('CONFLICT', `${state} already. Read its payments instead.`);
  }
  if (type === 'balance') return await escrow(env, tx, task, 'balance', env.ids.uuid(), operationKey);
  const invoice = await openDeposit(env, tx, {
    account: task.client,
    amount: task.price,
    method: 'crypto',
    taskId: task.id,
  });
  const change = { payment_type: type, payment_status: 'pending', payment_id: invoice.id } as const;
  return await moveTask(env, tx, task, 'pay', change, { type: 'payment.invoiced' });
}

async function escrow(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  type: 'balance' | 'crypto',
  paymentId: string,
  operationKey?: string,
): Promise<AgrentingTaskRow> {
  const at = isoTime(env.clock.now());
  const request = { owner: task.client, currency: CURRENCY, amount: task.price, subject: taskSubject(task.id) };
  await covered(hold(tx, { ...request, escrowId: env.ids.uuid(), operationKey, at }));
  const change = { payment_type: type, payment_status: 'escrowed', payment_id: paymentId, paid_at: at } as const;
  const paid = await moveTask(env, tx, task, 'pay', change, { type: 'payment.confirmed' });
  await dispatch(env, tx, task.id);
  return paid;
}

/** The payment provider confirmed a deposit; if it was an invoice, the task it was for is paid with it. */
export async function paymentConfirmed(env: Env, tx: Tx, paymentId: string): Promise<void> {
  const payment = await confirmDeposit(env, tx, paymentId);
  if (!payment || payment.task_id === null) return;
  const task = await taskById(tx, payment.task_id);
  // A task that was called off in the meantime leaves the money in its client's balance.
  if (!task || !mayStill(task, 'pay') || task.payment_status !== 'pending') return;
  await escrow(env, tx, task, 'crypto', paymentId);
}
