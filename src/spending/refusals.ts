import { type ErrorCode, HirewireError } from '../errors.js';
import type { Operation } from './journal.js';
import { storedFacts } from './machine-facts.js';

/** What the gate says when it does not go on: each its own sentence under its own code, each of them without any effect. */

const refuse = (code: ErrorCode, message: string, next: string): HirewireError =>
  new HirewireError({ code, message, changed: 'no', next, retrySafe: false });

const AGAIN = 'Call again without a token to get a new preview, and show it to the person.';

export const malformed = () =>
  refuse('CONFIRMATION_MALFORMED', 'This is not a confirmation token of this bridge.', AGAIN);
export const expired = () =>
  refuse('CONFIRMATION_EXPIRED', 'This confirmation has expired; it was valid for five minutes.', AGAIN);
export const usedElsewhere = () =>
  refuse('CONFIRMATION_USED', 'This confirmation was already used for another operation.', AGAIN);
export const burnt = () => refuse('CONFIRMATION_VOID', 'This confirmation was declined or misused and is void.', AGAIN);
export const otherArguments = () =>
  refuse(
    'CONFIRMATION_MISMATCH',
    'This confirmation was given for another call: tool, account or arguments differ.',
    AGAIN,
  );
export const resourceChanged = () =>
  refuse(
    'RESOURCE_CHANGED',
    'The amount, the payee or what it is about changed after this was confirmed.',
    'Call again without a token to see what it is now, and ask the person again.',
  );
export const declined = () =>
  refuse('DECLINED', 'The person declined.', 'Do not try again unless the person asks for it.');
export const declinedAtOnce = () =>
  refuse(
    'DECLINED_AT_ONCE',
    'The client declined at once, perhaps without showing the question to the person.',
    'Tell the person. If they want it, repeat the call: it will then be confirmed by token, or with hirewire approve.',
  );
export const cancelled = () =>
  refuse(
    'NOT_ANSWERED',
    'The question to the person was closed without an answer.',
    'If the client showed no question, the person can start Hirewire with --confirm token.',
  );
export const cannotAsk = (id: string) =>
  new HirewireError({
    code: 'CONFIRMATION_REQUIRED',
    message: 'This needs a person to agree, and this client cannot ask one (--confirm ask).',
    changed: 'no',
    next: `Ask the person to run "hirewire approve ${id}" in a terminal within five minutes, then repeat the same call.`,
    retrySafe: true,
    details: { approve_command: `hirewire approve ${id}` },
  });
export const keyForOtherCall = () =>
  refuse(
    'KEY_MISMATCH',
    'This idempotency key was used for a call with other arguments.',
    'Use the same arguments to repeat that call, or a new key for a new one.',
  );
export const keyRefusedBefore = (code: string) =>
  refuse(
    'KEY_REFUSED',
    `The marketplace refused this operation earlier (${code}); its key and the agreement to it are used up.`,
    'Settle the reason, then call without a token and without this key; the person is asked anew.',
  );
export const tooManyWaiting = () =>
  refuse(
    'TOO_MANY_WAITING',
    'Too many confirmations are waiting for an answer.',
    'Wait until they are answered or expire (five minutes).',
  );
export const journalUnavailable = (cause: unknown) =>
  new HirewireError(
    {
      code: 'JOURNAL_UNAVAILABLE',
      message: 'The journal of operations cannot be read or written, and without it no money is moved.',
      changed: 'no',
      next: 'Ask the person to check the disk and the file operations.db in the data folder, and whether another program holds it.',
      retrySafe: true,
    },
    { cause },
  );

/** Carries the earlier result, but only its machine-readable part: what others wrote is never placed in an error. */
export const possibleDuplicate = (twin: Operation) =>
  new HirewireError({
    code: 'POSSIBLE_DUPLICATE',
    message: `The same call was done at ${new Date(Number(twin.updated_at)).toISOString()} (operation ${twin.key}).`,
    changed: 'no',
    next: 'Use the earlier result. Only if a second one is really meant, call again with a new idempotency key.',
    retrySafe: false,
    details: { operation_id: twin.key, earlier_result: storedFacts(twin) },
  });

/** An outcome that cannot be settled now. Never says that nothing was changed: that is not known. */
export const stillOpen = (key: string, message: string, next: string, cause?: unknown) =>
  new HirewireError(
    { code: 'OUTCOME_UNKNOWN', message, changed: 'unknown', next, retrySafe: false, details: { operation_id: key } },
    { cause },
  );
