import { type ErrorFacts, HirewireError } from '../errors.js';
import type { HttpReply, HttpRequest } from './client.js';

/** Which faults are worth another try, and when. */

const RETRY_STATUS = [408, 425, 429, 500, 502, 503, 504];
const MAX_RETRY_AFTER_MS = 20_000;
const BASE_MS = 250;
const YEAR_S = 31_536_000;

type Answered = Pick<HttpReply, 'status' | 'headers'>;

/** A 409 is retried only when the server says when: then the same key is still being worked on. */
export function shouldRetry(reply: Answered): boolean {
  return RETRY_STATUS.includes(reply.status) || isInFlight(reply);
}

/** Whether a write that was answered so may have its effect all the same. */
export function isUnderWay(reply: Answered): boolean {
  return reply.status >= 500 || isInFlight(reply);
}

/** The same key is still being worked on. */
export function isInFlight(reply: Answered): boolean {
  return reply.status === 409 && reply.headers.has('retry-after');
}

/** Milliseconds until the next attempt: what Retry-After says, else full jitter; undefined when it is too long to wait. */
export function retryDelay(
  attempt: number,
  headers: Headers | undefined,
  now: number,
  random: () => number,
): number | undefined {
  const asked = retryAfterMs(headers?.get('retry-after') ?? null, now);
  if (asked !== undefined) return asked > MAX_RETRY_AFTER_MS ? undefined : asked;
  return Math.round(random() * BASE_MS * 2 ** attempt);
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Retry-After as milliseconds, a year at most: seconds or an HTTP date; what is neither is ignored. Date.parse alone
 * would find a date in "try 5".
 */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^-?\d+(\.\d+)?$/.test(text)) return Math.min(YEAR_S, Math.max(0, Number(text))) * 1_000;
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(YEAR_S * 1_000, Math.max(0, date - now));
}

export interface FaultState {
  /** Fires at the deadline, or when the caller cancels. */
  readonly signal: AbortSignal;
  /** An earlier attempt may have had its effect. */
  readonly ambiguous: boolean;
  /** This attempt was handed to the network before the error. */
  readonly sent: boolean;
}

/** A thrown thing as facts: was it sent (now, or by an earlier attempt of this call), may it be sent again. */
export function faultOf(
  error: unknown,
  request: HttpRequest,
  { signal, ambiguous, sent }: FaultState,
): { readonly fault: HirewireError; readonly again: boolean } {
  const certificate = isCertificateFault(error);
  const arrived = sent && !certificate && !isConnectFault(error);
  const own = error instanceof HirewireError ? error.facts : undefined;
  const mayHaveChanged = ambiguous || (own ? own.changed !== 'no' : arrived);
  const changed = request.changes && mayHaveChanged ? 'unknown' : 'no';
  const told = (facts: Pick<ErrorFacts, 'message' | 'next'>, code: ErrorFacts['code'] = 'UNAVAILABLE') =>
    new HirewireError(
      {
        ...facts,
        code: changed === 'unknown' && code !== 'CANCELLED' ? 'OUTCOME_UNKNOWN' : code,
        changed,
        retrySafe: own?.retrySafe ?? (request.repeatable || changed === 'no'),
      },
      { cause: error },
    );
  const final = (fault: HirewireError) => ({ fault, again: false });

  if (own) return final(told(own, own.code));
  if (request.signal?.aborted) {
    return final(told({ message: 'The call was cancelled.', next: 'Read the state before going on.' }, 'CANCELLED'));
  }
  if (signal.aborted) {
    const next = 'Read the state, or repeat the same call later.';
    return final(told({ message: 'The marketplace did not answer in time.', next }));
  }
  if (certificate) {
    const next = 'Ask the person to check the URL; behind a company proxy, NODE_EXTRA_CA_CERTS names its certificate.';
    return final(told({ message: "The marketplace's certificate is not trusted, so nothing was sent.", next }));
  }
  const fault = arrived
    ? told({ message: 'The connection to the marketplace broke.', next: 'Read the state, or repeat the same call.' })
    : told({ message: 'The marketplace cannot be reached.', next: 'Check the network and the configured URL.' });
  return { fault, again: true };
}

/** Whether nothing of a request can have reached the other side: there was no connection, or no trust in it. */
export const wasNeverSent = (error: unknown): boolean => isConnectFault(error) || isCertificateFault(error);

/** No connection came about, so nothing can have reached the other side. */
function isConnectFault(error: unknown): boolean {
  return causes(error).some((cause) => {
    // Several addresses were tried, each with an error of its own.
    if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(isConnectFault);
    const code = textAt(cause, 'code');
    if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)) return true;
    // These are also how a connection dies in the middle of an answer.
    return ['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'].includes(code) && textAt(cause, 'syscall') === 'connect';
  });
}

/** The handshake failed over the certificate; a request is sent only after it. */
function isCertificateFault(error: unknown): boolean {
  return causes(error).some((cause) =>
    /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)_|ERR_TLS_CERT_)/.test(
      textAt(cause, 'code'),
    ),
  );
}

function causes(error: unknown): Error[] {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && found.length < 5; at = at.cause) found.push(at);
  return found;
}

function textAt(error: Error, name: 'code' | 'syscall'): string {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
