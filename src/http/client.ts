import ky from 'ky';
import { HirewireError } from '../errors.js';
import { readCapped, untilAborted } from './body.js';
import { faultOf, isUnderWay, retryAfterMs, retryDelay, shouldRetry } from './retry.js';

/**
 * The fetch that carries requests: the network's, or a backend in this process. The network's must be given the signal
 * again: the one inside a Request is lost when the garbage collector takes that Request (undici 6 and 7).
 */
export type Fetch = (request: Request, init: { readonly signal: AbortSignal }) => Promise<Response>;

export interface HttpOptions {
  readonly fetch: Fetch;
  /** Every request goes to this origin (and path prefix), and nothing is sent anywhere else. */
  readonly baseUrl: URL;
  /** Read for each call, so that a credential can be renewed. */
  readonly headers: () => Promise<Record<string, string>>;
  /** One budget for all attempts of a call, their waits and their bodies. Milliseconds. */
  readonly deadlineMs?: number;
  readonly now?: () => number;
  readonly random?: () => number;
}

export interface HttpRequest {
  readonly method: string;
  /** Path from the base, already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it may be sent again: a read, or a write with an idempotency key. */
  readonly repeatable: boolean;
  /** Whether it changes something at the other side, so that a lost answer leaves the outcome unknown. */
  readonly changes: boolean;
  /** Whether a reply with a server's status is nevertheless a plain refusal, so that nothing was changed by it. */
  readonly refuses?: (answer: Answer) => boolean;
  readonly signal?: AbortSignal;
  readonly maxBytes?: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** How many times it was sent. */
  readonly attempts: number;
  /** Whether an earlier attempt of this call may have had its effect although its answer was lost. */
  readonly ambiguous: boolean;
  /** What Retry-After asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

export const DEADLINE_MS = 25_000;
const MAX_ATTEMPTS = 4;
const MAX_BYTES = 8 * 1024 * 1024;

/** What is the same for every attempt of a call: the very same bytes, and so the same key. */
interface Prepared {
  readonly url: URL;
  readonly init: { readonly method: string; readonly headers: Headers; readonly body?: string };
}

export type Answer = Pick<HttpReply, 'status' | 'headers' | 'bytes'>;

/**
 * One call: attempts under one deadline that covers the bodies too. Only listed faults are retried, and only what may
 * be repeated. A redirect is an error: following one would carry keys and bodies to another host.
 */
export function createHttp(options: HttpOptions): { send(request: HttpRequest): Promise<HttpReply> } {
  const { deadlineMs = DEADLINE_MS, now = Date.now, random = Math.random } = options;
  const client = ky.create({ retry: 0, timeout: false, throwHttpErrors: false, redirect: 'manual' });

  const attempt = async ({ url, init }: Prepared, maxBytes: number, signal: AbortSignal): Promise<Answer> => {
    const fetch: typeof globalThis.fetch = (input, own) => options.fetch(new Request(input, own), { signal });
    const answered = client(url, { ...init, signal, fetch }).then((response) => {
      if (signal.aborted) discard(response);
      return response;
    });
    const response = await untilAborted(answered, signal);
    const { status, headers } = response;
    if (status < 300 || status >= 400) return { status, headers, bytes: await readCapped(response, maxBytes, signal) };
    discard(response);
    throw redirected();
  };

  /** Sends until there is an answer, or a reason to stop. */
  const attempts = async (prepared: Prepared, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> => {
    const stopAt = now() + deadlineMs;
    let ambiguous = false;
    const stopped = (error: unknown, sent: boolean) => faultOf(error, request, { signal, ambiguous, sent });
    for (let count = 1; ; count += 1) {
      if (signal.aborted) throw stopped(signal.reason, false).fault;
      const outcome = await attempt(prepared, request.maxBytes ?? MAX_BYTES, signal).catch((error: unknown) =>
        stopped(error, true),
      );
      const settle = (): HttpReply => {
        if ('fault' in outcome) throw outcome.fault;
        const retryAfter = retryAfterMs(outcome.headers.get('retry-after'), now());
        return { ...outcome, attempts: count, ambiguous, retryAfterMs: retryAfter };
      };
      const again = 'fault' in outcome ? outcome.again : shouldRetry(outcome);
      if (!again || !request.repeatable || count >= MAX_ATTEMPTS) return settle();
      const wait = retryDelay(count, 'fault' in outcome ? undefined : outcome.headers, now(), random);
      if (wait === undefined || now() + wait >= stopAt) return settle();
      const lost =
        'fault' in outcome
          ? outcome.fault.facts.changed === 'unknown'
          : isUnderWay(outcome) && !request.refuses?.(outcome);
      ambiguous ||= request.changes && lost;
      await pause(wait, signal).catch((error: unknown) => {
        throw stopped(error, false).fault;
      });
    }
  };

  return {
    async send(request) {
      const deadline = startDeadline(deadlineMs, request.signal);
      try {
        return await attempts(prepare(request, options.baseUrl, await options.headers()), request, deadline.signal);
      } finally {
        deadline.end();
      }
    },
  };
}

/** @throws {HirewireError} when it cannot be written down as a request at all; then nothing was sent. */
function prepare(request: HttpRequest, baseUrl: URL, own: Readonly<Record<string, string>>): Prepared {
  const url = new URL(baseUrl);
  // Setting the parts keeps the origin, whatever the path looks like.
  url.pathname = `${baseUrl.pathname.replace(/\/$/, '')}${request.path}`;
  url.search = new URLSearchParams(request.query).toString();
  try {
    const body = request.json === undefined ? undefined : JSON.stringify(request.json);
    const headers = new Headers({ accept: 'application/json', ...own, ...request.headers });
    if (body !== undefined) headers.set('content-type', 'application/json');
    return { url, init: { method: request.method, headers, ...(body === undefined ? {} : { body }) } };
  } catch (error) {
    throw new HirewireError(
      {
        code: 'INVALID_ARGUMENTS',
        message: 'This cannot be sent: it is nested too deeply, or a header has characters that no header can have.',
        changed: 'no',
        next: 'Make the arguments simpler; if they are simple, ask the person to check the configured key.',
        retrySafe: false,
      },
      { cause: error },
    );
  }
}

function redirected(): HirewireError {
  return new HirewireError({
    code: 'BAD_REPLY',
    message: 'The marketplace answered with a redirect, which is never followed because it could carry keys elsewhere.',
    changed: 'unknown',
    next: 'Set the base URL to the canonical address of the marketplace.',
    retrySafe: false,
  });
}

function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

/**
 * A signal that fires when the time is over or the caller's signal does. Not AbortSignal.any over AbortSignal.timeout:
 * nothing holds on to the parts of such a signal, and one that was collected never fires.
 */
function startDeadline(ms: number, caller: AbortSignal | undefined): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const stop = () => controller.abort(caller?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException('The time is over.', 'TimeoutError')), ms);
  if (caller?.aborted) stop();
  caller?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', stop);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return untilAborted(waited, signal).finally(() => clearTimeout(timer));
}
