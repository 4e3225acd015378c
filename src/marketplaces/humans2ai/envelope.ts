import { asObject, type Envelope } from '../envelope.js';

/**
 * Humans2AI's REST envelope. The documents show none for REST, so successes are bare and failures are
 * {"error": {code, message}} (ours, contract notes §1.4); the client reads every form that is plausible.
 */
export const envelope: Envelope = {
  keyHeader: 'Idempotency-Key',
  wrap: (data) => data,
  wrapError: ({ code, message, details }) => ({
    error: { code, message, ...(details === undefined ? {} : { details }) },
  }),

  unwrap(body) {
    const object = asObject(body);
    if (object && 'result' in object && object.error === null) return object.result;
    if (object && 'data' in object) return object.data;
    return body;
  },

  unwrapError(body) {
    const error = asObject(body)?.error;
    if (typeof error === 'string') return { code: 'ERROR', message: error };
    const object = asObject(error);
    if (!object) return undefined;
    return { code: String(object.code ?? 'ERROR'), message: String(object.message ?? ''), details: object.details };
  },

  // The upper rows are the documented table (§1.7); where a tool-level code has no documented status, it is inferred.
  codes: {
    VALIDATION_ERROR: { status: 400, ours: 'INVALID_ARGUMENTS' },
    MCP_ERROR: { status: 400, ours: 'REFUSED' },
    UNAUTHORIZED: { status: 401, ours: 'UNAUTHORIZED' },
    FORBIDDEN: { status: 403, ours: 'FORBIDDEN' },
    TASK_NOT_FOUND: { status: 404, ours: 'NOT_FOUND' },
    NOT_FOUND: { status: 404, ours: 'NOT_FOUND' },
    CONFLICT: { status: 409, ours: 'CONFLICT' },
    RATE_LIMITED: { status: 429, ours: 'RATE_LIMITED' },
    INTERNAL_ERROR: { status: 500, ours: 'UNAVAILABLE' },
    EMAIL_EXISTS: { status: 409, ours: 'CONFLICT' },
    WEAK_PASSWORD: { status: 400, ours: 'INVALID_ARGUMENTS' },
    INVALID_EMAIL: { status: 400, ours: 'INVALID_ARGUMENTS' },
    AUTH_FAILED: { status: 401, ours: 'UNAUTHORIZED' },
    USER_NOT_FOUND: { status: 404, ours: 'NOT_FOUND' },
    USER_SUSPENDED: { status: 403, ours: 'FORBIDDEN' },
    INSUFFICIENT_BALANCE: { status: 400, ours: 'INSUFFICIENT_FUNDS' },
    RISK_GATE_BLOCKED: { status: 400, ours: 'REFUSED' },
    CONFIRMATION_REQUIRED: { status: 400, ours: 'CONFIRMATION_REQUIRED' },
    CONFIRMATION_INVALID: { status: 400, ours: 'CONFIRMATION_MISMATCH' },
  },

  standard: {
    invalid: 'VALIDATION_ERROR',
    unauthorized: 'UNAUTHORIZED',
    forbidden: 'FORBIDDEN',
    suspended: 'USER_SUSPENDED',
    noRoute: 'NOT_FOUND',
    limited: 'RATE_LIMITED',
    internal: 'INTERNAL_ERROR',
    keyMissing: 'VALIDATION_ERROR',
    keyMismatch: 'CONFLICT',
    keyInFlight: 'CONFLICT',
    keyExpired: 'CONFLICT',
  },
};

/** The envelope of POST /api/v1/mcp: both members always present, one of them null (documented, §1.3). */
export const mcpEnvelope: Envelope = {
  ...envelope,
  wrap: (data) => ({ result: data, error: null }),
  wrapError: ({ code, message, details }) => ({
    result: null,
    error: { code, message, ...(details === undefined ? {} : { details }) },
  }),
};
