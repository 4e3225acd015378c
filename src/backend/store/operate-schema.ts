import type { Generated } from 'kysely';

/** Rows of the audit log and of webhook deliveries, which both marketplaces share. See schema.ts for the conventions. */

/** One request that was to change something. No body and no secret is in it. */
export interface AuditRow {
  /** 1, 2, 3 … without a gap. */
  seq: bigint;
  at: string;
  marketplace: string;
  /** The route's id, or the tool's name where one route serves many. */
  action: string;
  method: string;
  /** With its parameters as `:name`. */
  path: string;
  /** What it was about: the ids in the path, or the id of what was made. */
  target: string | null;
  /** The account that asked; null where nobody needed to be known. */
  actor: string | null;
  role: string | null;
  via: string | null;
  credential: string | null;
  address: string;
  status: bigint;
  /** The marketplace's error code, when it refused. */
  error: string | null;
  /** SHA-256 of the idempotency key, when one was sent. */
  key_hash: string | null;
  /** 1 when an earlier answer was given again. */
  replayed: bigint;
  prev: string;
  hash: string;
}

/** Number and hash of the last row of the audit log: one row. */
export interface AuditHeadRow {
  id: bigint;
  seq: bigint;
  hash: string;
}

/**
 * "ready": sent when `due_at` has come. "queued": waits for an earlier one about the same subject. "delivered": accepted
 * with a 2xx. "failed": given up after the last attempt. "dropped": its webhook was deleted.
 */
export type DeliveryState = 'ready' | 'queued' | 'delivered' | 'failed' | 'dropped';

/** One event on its way to one webhook. */
export interface DeliveryRow {
  seq: Generated<bigint>;
  id: string;
  marketplace: 'agrenting' | 'humans2ai';
  webhook_id: string;
  account: string;
  /** The same for every webhook that is told, and for a delivery that is sent again. */
  event_id: string;
  event_type: string;
  /** What the order is kept for, such as "task:<id>". */
  subject: string;
  /** The exact bytes of the body. */
  body: string;
  state: DeliveryState;
  attempts: bigint;
  due_at: string;
  /** HTTP status of the last attempt; null when there was no answer. */
  last_status: bigint | null;
  last_error: string | null;
  /** The delivery that this one repeats on request. */
  resend_of: string | null;
  created_at: string;
  finished_at: string | null;
}

/** One attempt at a delivery; without an outcome when the process ended during it. */
export interface DeliveryAttemptRow {
  delivery_id: string;
  attempt: bigint;
  at: string;
  status: bigint | null;
  error: string | null;
  ms: bigint | null;
}

export interface OperateTables {
  audit_log: AuditRow;
  audit_head: AuditHeadRow;
  webhook_deliveries: DeliveryRow;
  webhook_attempts: DeliveryAttemptRow;
}
