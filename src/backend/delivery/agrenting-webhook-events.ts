import { formatAmount } from '../../money.js';
import { agentById } from '../domain/agents.js';
import { taskById } from '../domain/agrenting-tasks.js';
import { CURRENCY, findHiring } from '../domain/hirings.js';
import { isOnline } from '../domain/presence.js';
import type { Env } from '../env.js';
import type { DomainEvent, EventType } from '../events.js';
import type { AgrentingTaskRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import type { Happening } from './webhook-events.js';

/** What Agrenting's webhooks are told of, and in which words (contract notes §5). */

type Read = (tx: Tx, event: DomainEvent) => Promise<Happening | undefined>;

export function agrentingHappenings(env: Env): readonly (readonly [EventType, Read])[] {
  return [
    ['agrenting_task.event', taskHappening],
    ...HIRING_EVENTS.map(([type, name]) => [type, hiringHappening(name)] as const),
    ['payment.settled', paymentHappening],
    ['agent.status_changed', agentHappening(env)],
  ];
}

/** Documented and observed; of a task's timeline nothing else is told. */
const TASK_EVENTS = [
  'task.created',
  'task.in_progress',
  'task.completed',
  'task.failed',
  'task.cancelled',
  'task.disputed',
];

/** The body that published clients read: the task as it stands. */
async function taskHappening(tx: Tx, event: DomainEvent): Promise<Happening | undefined> {
  const type = String(event.data?.type);
  const task = TASK_EVENTS.includes(type) ? await taskById(tx, event.id) : undefined;
  if (!task) return undefined;
  return {
    type,
    subject: `agrenting-task:${task.id}`,
    accounts: [task.client, task.provider_agent_id],
    body: () => taskBody(task),
  };
}

const taskBody = (task: AgrentingTaskRow) => ({
  task_id: task.id,
  status: task.status,
  ...(task.output === null ? {} : { output: JSON.parse(task.output) }),
  ...(task.error_reason === null ? {} : { error_reason: task.error_reason }),
  ...(task.progress_percent === null ? {} : { progress_percent: Number(task.progress_percent) }),
  ...(task.progress_message === null ? {} : { progress_message: task.progress_message }),
  created_at: task.created_at,
  ...(task.completed_at === null ? {} : { completed_at: task.completed_at }),
});

/** The names of the documented socket events, as far as there are any; that webhooks carry them is ours. */
const HIRING_EVENTS: readonly (readonly [EventType, string])[] = [
  ['hiring.queued', 'hiring.created'],
  ['hiring.started', 'hiring.in_progress'],
  ['hiring.completed', 'hiring.completed'],
  ['hiring.failed', 'hiring.failed'],
  ['hiring.cancelled', 'hiring.cancelled'],
];

const hiringHappening =
  (type: string): Read =>
  async (tx, event) => {
    const hiring = await findHiring(tx, event.id);
    if (!hiring) return undefined;
    return {
      type,
      subject: `hiring:${hiring.id}`,
      accounts: [hiring.user_id, hiring.agent_id],
      body: (id, at) => ({
        event_id: id,
        event: type,
        hiring_id: hiring.id,
        agent_id: hiring.agent_id,
        status: hiring.status,
        price: formatAmount(hiring.price),
        dispatch_id: hiring.dispatch_id,
        trace_attempt: Number(hiring.trace_attempt),
        occurred_at: at,
      }),
    };
  };

async function paymentHappening(tx: Tx, event: DomainEvent): Promise<Happening | undefined> {
  const payment = await tx.selectFrom('agrenting_payments').selectAll().where('id', '=', event.id).executeTakeFirst();
  if (!payment) return undefined;
  const into = payment.task_id === null ? 'payment.deposited' : 'payment.confirmed';
  return {
    type: payment.direction === 'out' ? 'withdrawal.processed' : into,
    subject: `payment:${payment.id}`,
    accounts: [payment.account],
    body: (id, at) => ({
      event_id: id,
      payment_id: payment.id,
      status: payment.status,
      amount: formatAmount(payment.amount),
      currency: CURRENCY,
      ...(payment.task_id === null ? {} : { task_id: payment.task_id }),
      occurred_at: at,
    }),
  };
}

const agentHappening =
  (env: Env): Read =>
  async (tx, event) => {
    const agent = await agentById(tx, event.id);
    return {
      type: 'agent.status_changed',
      subject: `agent:${agent.id}`,
      accounts: [agent.id, ...(agent.owner_id === null ? [] : [agent.owner_id])],
      body: (id, at) => ({
        event_id: id,
        agent_id: agent.id,
        agent_did: agent.did,
        status: agent.status,
        availability_status: isOnline(agent, env.clock.now()) ? 'available' : 'offline',
        occurred_at: at,
      }),
    };
  };
