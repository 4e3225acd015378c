import type { Tx } from './store/schema.js';

/** What happened in the domain. Subjects are ids; the row has the rest. */
export interface DomainEvent {
  readonly type: EventType;
  readonly id: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type EventType =
  | 'hiring.queued'
  | 'hiring.started'
  | 'hiring.message'
  | 'hiring.answered'
  | 'hiring.completed'
  | 'hiring.failed'
  | 'hiring.cancelled'
  | 'agent.seen'
  | 'agrenting_task.started'
  | 'task.opened'
  | 'task.pending_review'
  | 'task.application'
  | 'task.assigned'
  | 'task.submitted'
  | 'task.completed'
  | 'task.rejected'
  | 'task.expired'
  | 'task.refunded'
  | 'task.disputed'
  | 'task.message';

type Listener = (tx: Tx, event: DomainEvent) => Promise<void>;

/** Listeners run inside the transaction of what happened: what they write is committed with it or not at all. */
export class Events {
  private readonly listeners = new Map<EventType, Listener[]>();

  on(type: EventType, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  async emit(tx: Tx, event: DomainEvent): Promise<void> {
    for (const listener of this.listeners.get(event.type) ?? []) await listener(tx, event);
  }
}
