import { z } from 'zod';
import { word } from '../../../untrusted.js';
import { defineRoute } from '../../route.js';
import { amountOut } from './scalars.js';

/** Money (contract notes §2.5). */

export const ledger = {
  getBalance: defineRoute({
    id: 'getBalance',
    method: 'GET',
    path: '/api/v1/ledger/balance',
    summary: 'Available and escrowed money of the caller.',
    evidence: 'observed',
    callers: ['user', 'agent'],
    scope: 'balance:read',
    bucket: 'financial',
    data: z.looseObject({ available: amountOut, escrow: amountOut, total: amountOut, currency: word(20) }),
  }),
} as const;
