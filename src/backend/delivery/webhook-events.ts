import { findTask } from '../domain/task-record.js';
import { enqueueDelivery } from '../domain/webhook-deliveries.js';
import type { Env } from '../env.js';
import type { EventType } from '../events.js';
import type { Tx } from '../store/schema.js';
import { agrentingHappenings } from './agrenting-webhook-events.js';
import { registerWebhookSender } from './webhook-sender.js';

/** Turns what happens into deliveries, in the transaction in which it happens. */

/** Something that webhooks are told of. */
export interface Happening {
  readonly type: string;
  /** What the order is kept for. */
  readonly subject: string;
  /** Whose webhooks are told. */
  readonly accounts: readonly string[];
  readonly body: (eventId: string, at: string) => Readonly<Record<string, unknown>>;
}

export function registerWebhooks(env: Env): void {
  registerWebhookSender(env);
  for (const [type, name] of TASK_EVENTS) {
    env.events.on(type, async (tx, event) => {
      const happening = await ofTask(tx, event.id, name, event.data ?? {});
      if (happening) await tell(env, tx, 'humans2ai', await subscribedToHumans2ai(tx, happening), happening);
    });
  }
  for (const [type, read] of agrentingHappenings(env)) {
    env.events.on(type, async (tx, event) => {
      const happening = await read(tx, event);
      if (happening) await tell(env, tx, 'agrenting', await subscribedToAgrenting(tx, happening), happening);
    });
  }
}

interface Subscriber {
  readonly id: string;
  readonly account: string;
}

async function tell(
  env: Env,
  tx: Tx,
  marketplace: 'agrenting' | 'humans2ai',
  subscribers: readonly Subscriber[],
  happening: Happening,
): Promise<void> {
  if (subscribers.length === 0) return;
  const eventId = env.ids.prefixed('evt');
  const body = JSON.stringify(happening.body(eventId, new Date(env.clock.now()).toISOString()));
  const { type: eventType, subject } = happening;
  for (const { id: webhookId, account } of subscribers) {
    await enqueueDelivery(env, tx, { marketplace, webhookId, account, eventId, eventType, subject, body });
  }
}

/** What happens to tasks of Humans2AI, and what its webhooks call it (the names are ours, contract notes §5.3). */
const TASK_EVENTS: readonly (readonly [EventType, string])[] = [
  ['task.pending_review', 'task.pending_review'],
  ['task.opened', 'task.opened'],
  ['task.application', 'application.created'],
  ['task.assigned', 'task.assigned'],
  ['task.submitted', 'task.submitted'],
  ['task.completed', 'task.completed'],
  ['task.rejected', 'task.rejected'],
  ['task.expired', 'task.expired'],
  ['task.refunded', 'task.refunded'],
  ['task.disputed', 'task.disputed'],
  ['task.message', 'message.created'],
];

/** Ids and states only: what people wrote is read through the API, where it is cleaned. */
async function ofTask(
  tx: Tx,
  taskId: string,
  type: string,
  data: Readonly<Record<string, unknown>>,
): Promise<Happening | undefined> {
  const task = await findTask(tx, taskId);
  if (!task) return undefined;
  const { application_id: applicationId, message_id: messageId } = data;
  const mine = type === 'application.created' ? [task.agent_id] : [task.agent_id, task.human_id];
  return {
    type,
    subject: `task:${taskId}`,
    accounts: mine.filter((account) => account !== null),
    body: (id, createdAt) => ({
      id,
      type,
      createdAt,
      data: {
        taskId,
        status: task.status,
        ...(task.human_id === null ? {} : { humanId: task.human_id }),
        ...(applicationId === undefined ? {} : { applicationId }),
        ...(messageId === undefined ? {} : { messageId }),
        ...(task.submission_version === 0n ? {} : { submissionVersion: Number(task.submission_version) }),
      },
    }),
  };
}

async function subscribedToHumans2ai(tx: Tx, happening: Happening): Promise<Subscriber[]> {
  const rows = await tx
    .selectFrom('h2a_webhooks')
    .select(['id', 'user_id as account', 'events'])
    .where('user_id', 'in', happening.accounts)
    .where('active', '=', 1n)
    .execute();
  return rows.filter(({ events }) => wants(events, happening.type));
}

async function subscribedToAgrenting(tx: Tx, happening: Happening): Promise<Subscriber[]> {
  const rows = await tx
    .selectFrom('agrenting_webhooks')
    .select(['id', 'account', 'event_types'])
    .where('account', 'in', happening.accounts)
    .where('status', '=', 'active')
    .execute();
  return rows.filter(({ event_types }) => wants(event_types, happening.type));
}

const wants = (events: string, type: string): boolean => {
  const names: string[] = JSON.parse(events);
  return names.includes(type);
};
