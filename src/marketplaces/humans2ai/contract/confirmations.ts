import { defineRoute } from '../../route.js';
import { requestConfirmationInput } from './inputs.js';
import { confirmation } from './results.js';

/** Confirmation tokens over REST (ours: the documents have the tool only, contract notes §5.1). */
export const confirmations = {
  requestConfirmation: defineRoute({
    id: 'requestConfirmation',
    method: 'POST',
    path: '/api/v1/confirmations',
    summary: 'A one-time token, valid five minutes, for exactly one call of a financial tool.',
    evidence: 'ours',
    callers: ['agent'],
    scope: 'tasks:write',
    body: requestConfirmationInput,
    data: confirmation,
    status: 201,
  }),
} as const;
