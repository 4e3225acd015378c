import { formatAmount } from '../../../money.js';
import { CURRENCY } from '../../domain/hirings.js';
import type { AgrentingTaskRow, TaskAttemptRow, TaskEventRow } from '../../store/agrenting-schema.js';

/** Tasks between agents as Agrenting shows them on the wire. */

export function taskView(row: AgrentingTaskRow) {
  return {
    id: row.id,
    task_id: row.id,
    status: row.status,
    client_agent_id: row.client_agent_id,
    provider_agent_id: row.provider_agent_id,
    capability: row.capability,
    input: JSON.parse(row.input),
    output: row.output === null ? null : JSON.parse(row.output),
    price: formatAmount(row.price),
    payment: paymentView(row),
    error_reason: row.error_reason,
    progress_percent: row.progress_percent === null ? null : Number(row.progress_percent),
    progress_message: row.progress_message,
    created_at: row.created_at,
    updated_at: row.updated_at,
    completed_at: row.completed_at,
  };
}

/** The payment of a task; null while none was begun, and for free work. */
export function paymentView(row: AgrentingTaskRow) {
  if (row.payment_id === null) return null;
  const invoice = row.payment_type === 'crypto' ? `https://pay.sandbox.invalid/${row.payment_id}` : null;
  return {
    id: row.payment_id,
    payment_id: row.payment_id,
    task_id: row.id,
    amount: formatAmount(row.price),
    currency: CURRENCY,
    status: row.payment_status,
    payment_type: row.payment_type,
    invoice_url: invoice,
    escrow_held: row.payment_status === 'escrowed',
    transaction_hash: null,
    created_at: row.paid_at ?? row.updated_at,
  };
}

export function eventView(row: TaskEventRow) {
  return { event_type: row.event_type, timestamp: row.created_at, details: JSON.parse(row.details) };
}

export function attemptView(row: TaskAttemptRow) {
  return {
    id: row.id,
    status: row.status,
    provider_agent_id: row.provider_agent_id,
    created_at: row.created_at,
    completed_at: row.completed_at,
    error_reason: row.error_reason,
  };
}
