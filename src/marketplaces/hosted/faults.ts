import { HirewireError } from '../../errors.js';
import { cleanText } from '../../untrusted.js';
import { asObject } from '../envelope.js';

/** What can go wrong with a mounted server, as errors of ours. What the server wrote is never part of one. */

/** The server's own JSON-RPC error, carried through. The text is its own: cleaned and capped. */
export class RemoteError extends Error {
  override name = 'RemoteError';
  constructor(
    readonly code: number,
    message: string,
    readonly data: unknown,
  ) {
    super(cleanText(message, 1_000));
  }
}

export function unauthorized(name: string, status: number): HirewireError {
  return new HirewireError({
    code: status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN',
    message: `The mounted server ${name} ${status === 401 ? 'asks for a key, or does not accept the one it got' : 'does not allow this'}.`,
    changed: 'no',
    next: `Ask the person to run "hirewire mount login ${name}" in a terminal; a sign-in with a browser (OAuth) is not supported.`,
    retrySafe: false,
    httpStatus: status,
  });
}

/** @param seconds until it may be asked again. @param ours whether our own limit for it was reached. */
export function rateLimited(name: string, seconds: number, ours: boolean): HirewireError {
  return new HirewireError({
    code: 'RATE_LIMITED',
    message: ours
      ? `The limit of requests a minute that is set for the mounted server ${name} is reached; nothing was sent.`
      : `The mounted server ${name} takes no more requests for now.`,
    changed: 'no',
    next: 'Wait, then call again.',
    retrySafe: true,
    retryAfter: seconds,
    ...(ours ? {} : { httpStatus: 429 }),
  });
}

export function broken(name: string, what: string, changed: 'no' | 'unknown' = 'no', status?: number): HirewireError {
  return new HirewireError({
    code: 'BAD_REPLY',
    message: `The mounted server ${name} ${what}.`,
    changed,
    next: changed === 'no' ? 'Ask the person to check the URL of this mount.' : 'Look whether it had an effect.',
    retrySafe: changed === 'no',
    ...(status === undefined ? {} : { httpStatus: status }),
  });
}

export function unavailable(name: string, what: string, details: Unavailable = {}): HirewireError {
  const { changed = 'no', cause, status, retryAfter } = details;
  return new HirewireError(
    {
      code: changed === 'unknown' ? 'OUTCOME_UNKNOWN' : 'UNAVAILABLE',
      message: `The mounted server ${name} ${what}.`,
      changed,
      next:
        changed === 'unknown'
          ? 'Look whether the call had its effect before it is repeated.'
          : 'Go on without it, or try again later. All other tools work.',
      retrySafe: changed === 'no',
      ...(status === undefined ? {} : { httpStatus: status }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    },
    { cause },
  );
}

interface Unavailable {
  readonly changed?: 'no' | 'unknown';
  readonly cause?: unknown;
  readonly status?: number;
  readonly retryAfter?: number;
}

/** The definition is another one than the one that was used before. The model is told that, and not what it says now. */
export function definitionChanged(name: string, kind: string, item: string): HirewireError {
  return new HirewireError({
    code: 'DEFINITION_CHANGED',
    message: `The mounted server ${name} has changed the definition of the ${kind} ${item} since it was first used; nothing was sent.`,
    changed: 'no',
    next: `Ask the person to look at the change in a terminal: hirewire mount accept ${name}`,
    retrySafe: false,
  });
}

/** What was thrown, or what caused it, as one of our errors, if there is one in it. */
export function ownError(error: unknown): HirewireError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof HirewireError) return at;
    const inner = asObject(Reflect.get(at, 'data'))?.cause;
    if (inner instanceof HirewireError) return inner;
  }
  return undefined;
}

/** What is wrong, in one sentence of ours. */
export function inShort(error: unknown): string {
  if (error instanceof HirewireError) return error.facts.message;
  if (error instanceof RemoteError) return `It answered with an error of its own (${error.code}).`;
  return 'Hirewire met an error of its own.';
}

/** The same, and what a person can do. */
export function inShortWithAdvice(error: unknown): string {
  return error instanceof HirewireError ? `${error.facts.message} ${error.facts.next}` : inShort(error);
}
