/** Errors as the bridge tells them. This module knows no HTTP and no MCP. */

/** The closed list of codes that a tool result can carry. */
export const ERROR_CODES = [
  'INVALID_ARGUMENTS',
  'UNKNOWN_TOOL',
  'TOOL_NOT_ENABLED',
  'NOT_CONFIGURED',
  'CREDENTIAL_UNAVAILABLE',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'INSUFFICIENT_FUNDS',
  'RATE_LIMITED',
  'REFUSED',
  'UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'POSSIBLE_DUPLICATE',
  'LIMIT_EXCEEDED',
  'PAYEE_NOT_ALLOWED',
  'CONFIRMATION_REQUIRED',
  'CONFIRMATION_MALFORMED',
  'CONFIRMATION_EXPIRED',
  'CONFIRMATION_USED',
  'CONFIRMATION_VOID',
  'CONFIRMATION_MISMATCH',
  'RESOURCE_CHANGED',
  'DEFINITION_CHANGED',
  'DECLINED',
  'DECLINED_AT_ONCE',
  'NOT_ANSWERED',
  'TOO_MANY_WAITING',
  'KEY_MISMATCH',
  'KEY_REFUSED',
  'JOURNAL_UNAVAILABLE',
  'CANCELLED',
  'BAD_REPLY',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Whether anything changed at the marketplace because of the call. */
export type Changed = 'no' | 'unknown' | 'yes';

export interface ErrorFacts {
  readonly code: ErrorCode;
  /** One sentence: what happened. Never text by another party. */
  readonly message: string;
  readonly changed: Changed;
  /** What to do next, as an instruction to the model or the person. */
  readonly next: string;
  /** Whether the same call may be repeated as it is. */
  readonly retrySafe: boolean;
  /** The marketplace's own code, when it gave one. */
  readonly marketplaceCode?: string;
  readonly httpStatus?: number;
  /** True of a refusal that followed a request of the same call whose answer was lost: that one may still arrive. */
  readonly lostBefore?: boolean;
  /** Seconds to wait before the next try. */
  readonly retryAfter?: number;
  /** Further typed facts (a token, an operation id, field problems). Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export class HirewireError extends Error {
  override name = 'HirewireError';
  constructor(
    readonly facts: ErrorFacts,
    options?: ErrorOptions,
  ) {
    super(facts.message, options);
  }
}

const CHANGED_TEXT: Record<Changed, string> = {
  no: 'Nothing was changed.',
  unknown: 'It is not known whether anything changed.',
  yes: 'The change happened.',
};

/** The error as a model reads it: what happened, whether anything changed, what to do next, whether a retry is safe. */
export function describeError(facts: ErrorFacts): string {
  const code = facts.marketplaceCode ? `${facts.code} (${facts.marketplaceCode})` : facts.code;
  const retry = facts.retrySafe ? 'Repeating the same call is safe.' : 'Do not repeat the same call unchanged.';
  const wait = facts.retryAfter === undefined ? '' : ` Wait ${facts.retryAfter} s first.`;
  // The refusals of the spending gate end with the sentence that matters most.
  return `${code}: ${facts.message} ${facts.next} ${retry}${wait} ${CHANGED_TEXT[facts.changed]}`.replace(
    / {2,}/g,
    ' ',
  );
}

/** Anything thrown, as facts. What we did not foresee is INTERNAL and says nothing of its inner text. */
export function toFacts(error: unknown): ErrorFacts {
  if (error instanceof HirewireError) return error.facts;
  return {
    code: 'INTERNAL',
    message: 'Hirewire met an error of its own.',
    changed: 'unknown',
    next: 'Read the state (get_hiring_status, get_task, check_balance) before trying again, and see the log on stderr.',
    retrySafe: false,
  };
}
