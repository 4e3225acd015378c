import type { z } from 'zod';
import { api } from '../../../marketplaces/agrenting/api.js';
import { ApiError } from '../../api-error.js';
import type { Caller } from '../../auth.js';
import { listTasks } from '../../domain/agrenting-task-list.js';
import { payTask } from '../../domain/agrenting-task-money.js';
import { providerFor, reassignTask } from '../../domain/agrenting-task-providers.js';
import { cancelTask, completeTask, createTask, disputeTask, failTask, findTask } from '../../domain/agrenting-tasks.js';
import { amountOf } from '../../domain/amounts.js';
import { checkCap } from '../../domain/hire.js';
import { callerIn, implement } from '../../pipeline.js';
import type { AgrentingTaskRow } from '../../store/agrenting-schema.js';
import type { Tx } from '../../store/schema.js';
import { pageOf } from './agents.js';
import { paymentView, taskView } from './task-views.js';

/** @throws {ApiError} NOT_FOUND for a task of others, FORBIDDEN for the wrong side of one. */
export async function taskOf(tx: Tx, id: string, caller: Caller, side: 'client' | 'provider') {
  const task = await findTask(tx, id, caller.account);
  const account = side === 'client' ? task.client : task.provider_agent_id;
  if (account !== caller.account) throw new ApiError('FORBIDDEN', `Only the ${side} of this task may do this.`);
  return task;
}

/** What a task creation says about the provider, under any of its names. */
function namedIn(body: z.output<typeof api.createTask.body>) {
  return { id: body.provider_agent_id ?? body.agent_id, did: body.provider_agent_did };
}

function paymentOrRefused(task: AgrentingTaskRow) {
  const payment = paymentView(task);
  if (!payment) throw new ApiError('CONFLICT', 'This task is free: there is nothing to pay.');
  return payment;
}

export const taskRoutes = [
  implement(api.createTask, async (call) => {
    const { env, tx, body, operationKey } = call;
    const caller = callerIn(call);
    const maxPrice = body.max_price === undefined ? undefined : amountOf(body.max_price, 'allow-zero');
    const provider = await providerFor(tx, { ...namedIn(body), capability: body.capability, maxPrice });
    const price = maxPrice ?? provider.base_price;
    checkCap(price, caller);
    const task = await createTask(env, tx, {
      client: caller.account,
      clientAgentId: caller.kind === 'agent' ? caller.account : null,
      provider,
      capability: body.capability,
      input: typeof body.input === 'string' ? { prompt: body.input } : body.input,
      price,
    });
    const paying = body.payment_type !== undefined && task.payment_status === 'unpaid';
    return taskView(paying ? await payTask(env, tx, task, body.payment_type ?? 'balance', operationKey) : task);
  }),

  implement(api.listTasks, async (call) => {
    const { query, tx } = call;
    const caller = callerIn(call);
    const role = query.role ?? (query.agent_id === caller.account ? 'provider' : 'client');
    return pageOf(await listTasks(tx, { ...query, role, account: caller.account }), taskView);
  }),

  implement(api.getTask, async (call) => taskView(await findTask(call.tx, call.params.id, callerIn(call).account))),

  implement(api.completeTask, async (call) => {
    const { env, tx, params, body, operationKey } = call;
    const task = await taskOf(tx, params.id, callerIn(call), 'provider');
    const output = typeof body.output === 'string' ? { result: body.output } : body.output;
    return taskView(await completeTask(env, tx, task, output, operationKey));
  }),

  implement(api.failTask, async (call) => {
    const { env, tx, params, body, operationKey } = call;
    const task = await taskOf(tx, params.id, callerIn(call), 'provider');
    return taskView(await failTask(env, tx, task, body.error_reason, operationKey));
  }),

  implement(api.cancelTask, async (call) => {
    const { env, tx, params, operationKey } = call;
    return taskView(await cancelTask(env, tx, await taskOf(tx, params.id, callerIn(call), 'client'), operationKey));
  }),

  implement(api.disputeTask, async (call) => {
    const { env, tx, params, body } = call;
    return taskView(await disputeTask(env, tx, await taskOf(tx, params.id, callerIn(call), 'client'), body.reason));
  }),

  implement(api.reassignTask, async (call) => {
    const { env, tx, params, body } = call;
    const task = await taskOf(tx, params.id, callerIn(call), 'client');
    const to = { id: body.provider_agent_id, did: body.new_provider_agent_did };
    return taskView(await reassignTask(env, tx, task, to));
  }),

  implement(api.createTaskPayment, async (call) => {
    const { env, tx, params, body, operationKey } = call;
    const caller = callerIn(call);
    const task = await taskOf(tx, params.id, caller, 'client');
    checkCap(task.price, caller);
    const type = body.crypto_currency === undefined ? body.payment_type : 'crypto';
    return paymentOrRefused(task.price === 0n ? task : await payTask(env, tx, task, type, operationKey));
  }),

  implement(api.listTaskPayments, async (call) => {
    const payment = paymentView(await findTask(call.tx, call.params.id, callerIn(call).account));
    return payment ? [payment] : [];
  }),
];
