import type { OperationView } from '../marketplaces/define.js';
import { formatAmount } from '../money.js';
import type { Operation } from './journal.js';

/** An operation as people and models see it. */
export function operationView(operation: Operation): OperationView {
  const next: Record<Operation['state'], string> = {
    prepared: 'It is written down and will be sent. Repeating the same call is safe.',
    sent: 'It was sent; the answer is not known yet. Repeating the same call is safe.',
    unknown: 'The answer was lost. It goes on in the background with the same key; repeating the same call is safe.',
    done: 'It is done. Do not do it again.',
    refused: 'The marketplace refused it; nothing moved.',
  };
  return {
    id: operation.key,
    tool: operation.tool,
    state: operation.state,
    amount: `${formatAmount(operation.amount)} ${operation.currency}`,
    payee: operation.payee,
    confirmed_by: operation.confirmed_by,
    created_at: new Date(Number(operation.created_at)).toISOString(),
    updated_at: new Date(Number(operation.updated_at)).toISOString(),
    attempts: Number(operation.attempts),
    ...(operation.error_code === null ? {} : { error_code: operation.error_code }),
    ...(operation.result === null ? {} : { result: JSON.parse(operation.result) }),
    next: next[operation.state],
  };
}
