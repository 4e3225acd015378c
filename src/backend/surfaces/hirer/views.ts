import { asObject } from '../../../marketplaces/envelope.js';

/** What the hirer's tools and resources show, made from what the REST routes answer (contract notes §4.3). */

type Json = Readonly<Record<string, unknown>>;

const PASSED_ON = [
  'price',
  'capability_requested',
  'task_description',
  'delivery_mode',
  'task_output',
  'failed_reason',
  'dispatch_id',
  'trace_attempt',
  'deadline_at',
  'created_at',
  'updated_at',
  'started_at',
  'completed_at',
  'failed_at',
  'cancelled_at',
] as const;

const REFUNDED = ['failed', 'cancelled', 'refunded'];

/** A hiring in short: what is known of it besides its conversation. */
export function hiringHead(hiring: Json): Json {
  return {
    hiring_id: hiring.id,
    id: hiring.id,
    status: hiring.status,
    final: hiring.final,
    agent_did: hiring.agent_did,
    agent_name: asObject(hiring.agent)?.name ?? null,
    ...Object.fromEntries(PASSED_ON.map((name) => [name, hiring[name] ?? null])),
    // Whatever is refunded is refunded in full.
    refunded_amount: REFUNDED.includes(String(hiring.status)) ? hiring.price : null,
  };
}

/** The same with what is to be answered and what was delivered. */
export function hiringStatus(hiring: Json): Json {
  return {
    ...hiringHead(hiring),
    artifact_ids: list(hiring.artifacts).map((artifact) => artifact.id),
    open_questions: hiring.final === true ? [] : list(hiring.open_questions),
  };
}

/** The same with the end of the conversation: what get_hiring_status returns. */
export function hiringInFull(hiring: Json): Json {
  return { ...hiringStatus(hiring), messages: list(hiring.messages) };
}

export const list = (value: unknown): Json[] =>
  Array.isArray(value) ? value.map((item: unknown) => asObject(item) ?? {}) : [];
