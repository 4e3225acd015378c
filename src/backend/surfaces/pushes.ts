import type { Env } from '../env.js';
import type { DomainEvent, EventType } from '../events.js';
import type { Tx } from '../store/schema.js';
import { hiringUri, PENDING } from './agent/resources.js';
import { ACTIVE, messagesUri, statusUri } from './hirer/resources.js';

/** Which resources an event changes, for the agent and for the hirer. Sent after the commit, to whoever subscribed. */

const TRANSITIONS: readonly EventType[] = [
  'hiring.queued',
  'hiring.started',
  'hiring.completed',
  'hiring.failed',
  'hiring.cancelled',
];
const MESSAGES: readonly EventType[] = ['hiring.message', 'hiring.answered'];

export function registerPushes(env: Env): void {
  const onHiring = (types: readonly EventType[], push: (hiring: Parties, kind: unknown) => void) => {
    for (const type of types) {
      env.events.on(type, async (tx, event) => {
        if (env.sessions.size === 0 && env.watchers.size === 0) return;
        const hiring = await partiesOf(tx, event);
        if (hiring) {
          env.events.afterCommit(tx, () => {
            push(hiring, event.data?.kind);
            env.watchers.changed(hiring.id);
          });
        }
      });
    }
  };
  onHiring(TRANSITIONS, ({ id, user_id, agent_id, started_at }) => {
    // A hiring that was never started was never the agent's.
    if (started_at !== null) env.sessions.updated('agent', agent_id, [PENDING, hiringUri(id)]);
    env.sessions.updated('hirer', user_id, [ACTIVE, statusUri(id)]);
  });
  onHiring(MESSAGES, ({ id, user_id, agent_id }, kind) => {
    env.sessions.updated('agent', agent_id, [hiringUri(id)]);
    env.sessions.updated('hirer', user_id, kind === 'message' ? [messagesUri(id)] : [messagesUri(id), statusUri(id)]);
  });
}

interface Parties {
  readonly id: string;
  readonly user_id: string;
  readonly agent_id: string;
  readonly started_at: string | null;
}

async function partiesOf(tx: Tx, { id }: DomainEvent): Promise<Parties | undefined> {
  return await tx
    .selectFrom('hirings')
    .select(['id', 'user_id', 'agent_id', 'started_at'])
    .where('id', '=', id)
    .executeTakeFirst();
}
