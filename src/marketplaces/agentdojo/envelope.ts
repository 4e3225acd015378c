import { asObject, type Envelope } from '../envelope.js';

/** What AgentDojo says to whoever has no valid key, and also to whoever has one of too narrow a scope (contract notes §7). */
const NO_KEY = 'Invalid or expired API key';

/**
 * AgentDojo's REST bodies: successes are bare, failures are {success: false, error, code}. That of a rate limit has the
 * sentence alone.
 */
export const envelope: Envelope = {
  keyHeader: 'Idempotency-Key',
  wrap: (data) => data,
  wrapError({ code, message, details }) {
    if (code === 'RATE_LIMITED') return { error: message };
    const error = code === 'UNAUTHORIZED' ? NO_KEY : message;
    return { success: false, error, code, ...(details === undefined ? {} : { details }) };
  },

  unwrap: (body) => body,

  unwrapError(body) {
    const object = asObject(body);
    if (typeof object?.error !== 'string') return undefined;
    const code = typeof object.code === 'string' ? object.code : 'RATE_LIMITED';
    return { code, message: object.error, details: object.details };
  },

  // 401 and 429 are documented, the others inferred.
  codes: {
    VALIDATION_ERROR: { status: 400, ours: 'INVALID_ARGUMENTS' },
    UNAUTHORIZED: { status: 401, ours: 'UNAUTHORIZED' },
    NOT_FOUND: { status: 404, ours: 'NOT_FOUND' },
    METHOD_NOT_ALLOWED: { status: 405, ours: 'REFUSED' },
    CONFLICT: { status: 409, ours: 'CONFLICT' },
    RATE_LIMITED: { status: 429, ours: 'RATE_LIMITED' },
    INTERNAL_ERROR: { status: 500, ours: 'UNAVAILABLE' },
  },

  standard: {
    invalid: 'VALIDATION_ERROR',
    unauthorized: 'UNAUTHORIZED',
    forbidden: 'UNAUTHORIZED',
    noRoute: 'NOT_FOUND',
    suspended: 'UNAUTHORIZED',
    limited: 'RATE_LIMITED',
    internal: 'INTERNAL_ERROR',
    keyMissing: 'VALIDATION_ERROR',
    keyMismatch: 'CONFLICT',
    keyInFlight: 'CONFLICT',
    keyExpired: 'CONFLICT',
  },
};
