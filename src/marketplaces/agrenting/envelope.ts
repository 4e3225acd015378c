import { asObject, type Envelope } from '../envelope.js';

/** Agrenting's envelopes and error codes (contract notes §1.3 and §1.4). */
export const envelope: Envelope = {
  keyHeader: 'X-Idempotency-Key',

  wrap: (data, page) =>
    page
      ? { data, meta: { pagination: { total_count: page.total, cursor: page.cursor, has_more: page.hasMore } } }
      : { data },

  wrapError: (error, now) => ({
    data: null,
    meta: { version: '1.0', timestamp: now },
    errors: [
      { code: error.code, message: error.message, ...(error.details === undefined ? {} : { details: error.details }) },
    ],
  }),

  // Every known client falls back to the whole body when `data` is missing or null.
  unwrap: (body) => asObject(body)?.data ?? body,

  unwrapError(body) {
    const object = asObject(body);
    const first = Array.isArray(object?.errors) ? asObject(object.errors[0]) : asObject(object?.error);
    if (!first) return undefined;
    return { code: String(first.code ?? 'ERROR'), message: String(first.message ?? ''), details: first.details };
  },

  // 402, 423 and 503 appear in the documents' error table only. IDEMPOTENCY_CONFLICT belongs to client_idempotency_key.
  codes: {
    VALIDATION_ERROR: { status: 422, ours: 'INVALID_ARGUMENTS' },
    INVALID_AMOUNT: { status: 422, ours: 'INVALID_ARGUMENTS' },
    NOT_FOUND: { status: 404, ours: 'NOT_FOUND' },
    ROUTE_NOT_FOUND: { status: 404, ours: 'NOT_FOUND' },
    UNAUTHORIZED: { status: 401, ours: 'UNAUTHORIZED' },
    FORBIDDEN: { status: 403, ours: 'FORBIDDEN' },
    INSUFFICIENT_BALANCE: { status: 422, ours: 'INSUFFICIENT_FUNDS' },
    PAYMENT_FAILED: { status: 402, ours: 'INSUFFICIENT_FUNDS' },
    RATE_LIMIT_EXCEEDED: { status: 429, ours: 'RATE_LIMITED' },
    CONFLICT: { status: 409, ours: 'CONFLICT' },
    IDEMPOTENCY_PENDING: { status: 409, ours: 'CONFLICT' },
    IDEMPOTENCY_MISMATCH: { status: 422, ours: 'CONFLICT' },
    IDEMPOTENCY_CONFLICT: { status: 409, ours: 'CONFLICT' },
    ESCROW_LOCKED: { status: 423, ours: 'CONFLICT' },
    DISPUTE_OPEN: { status: 409, ours: 'CONFLICT' },
    AGENT_BUSY: { status: 409, ours: 'CONFLICT' },
    AGENT_UNAVAILABLE: { status: 503, ours: 'UNAVAILABLE' },
    INTERNAL_ERROR: { status: 500, ours: 'UNAVAILABLE' },
  },

  standard: {
    invalid: 'VALIDATION_ERROR',
    unauthorized: 'UNAUTHORIZED',
    forbidden: 'FORBIDDEN',
    suspended: 'FORBIDDEN',
    noRoute: 'ROUTE_NOT_FOUND',
    limited: 'RATE_LIMIT_EXCEEDED',
    internal: 'INTERNAL_ERROR',
    keyMissing: 'VALIDATION_ERROR',
    keyMismatch: 'IDEMPOTENCY_MISMATCH',
    keyInFlight: 'IDEMPOTENCY_PENDING',
    keyExpired: 'IDEMPOTENCY_CONFLICT',
  },
};
