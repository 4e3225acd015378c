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
  | 'credentials.revoked'
  | 'agrenting_task.started'
  | 'agrenting_task.event'
  | 'payment.settled'
  | 'agent.status_changed'
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

/**
 * Listeners run inside the transaction of what happened: what they write is committed with it or not at all. What must
 * not happen before the commit, or not at all without it (a push to a connected client), they leave to `afterCommit`.
 */
export class Events {
  private readonly listeners = new Map<EventType, Listener[]>();
  /** Of the one transaction that is open: the database gives its connection to one at a time. */
  private afterwards: (() => void)[] = [];

  on(type: EventType, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  async emit(tx: Tx, event: DomainEvent): Promise<void> {
    for (const listener of this.listeners.get(event.type) ?? []) await listener(tx, event);
  }

  /** Runs once this transaction is committed, and never when it is rolled back. It must neither wait nor throw. */
  afterCommit(tx: Tx, effect: () => void): void {
    if (tx.isTransaction) this.afterwards.push(effect);
    else effect();
  }

  /** To be called by the database. */
  committed(): void {
    const effects = this.afterwards;
    this.afterwards = [];
    for (const effect of effects) effect();
  }

  /** To be called by the database. */
  rolledBack(): void {
    this.afterwards = [];
  }
}
