import type { z } from 'zod';
import { type ErrorCode, HirewireError } from '../errors.js';
import type { Answer, createHttp, HttpReply, HttpRequest } from '../http/client.js';
import { isInFlight, isUnderWay } from '../http/retry.js';
import { cleanLabel, cleanText } from '../untrusted.js';
import { asObject, type Envelope, type WireError } from './envelope.js';
import type { Route } from './route.js';

export interface CallInput<R extends Route> {
  readonly params?: z.input<R['params']>;
  readonly query?: z.input<R['query']>;
  readonly body?: z.input<R['body']>;
}

export interface CallOptions {
  /** Sent in the marketplace's own header; with it a write may be repeated. */
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly maxBytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another envelope than the marketplace's. */
  readonly envelope?: Envelope;
  /** Whether the call changes anything, where the method does not tell. */
  readonly changes?: boolean;
}

const STATUS_CODES: Record<number, ErrorCode> = {
  400: 'INVALID_ARGUMENTS',
  401: 'UNAUTHORIZED',
  402: 'INSUFFICIENT_FUNDS',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'UNAVAILABLE',
  409: 'CONFLICT',
  422: 'INVALID_ARGUMENTS',
  423: 'CONFLICT',
  425: 'UNAVAILABLE',
  429: 'RATE_LIMITED',
};

/** Calls the routes of one marketplace as one account. Replies are parsed tolerantly and cleaned by their contract. */
export class ApiClient {
  constructor(
    private readonly http: ReturnType<typeof createHttp>,
    private readonly envelope: Envelope,
  ) {}

  /** @throws {HirewireError} for every answer that is not a success. */
  async call<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, D extends z.ZodType>(
    route: Route<P, Q, B, D>,
    input: CallInput<Route<P, Q, B, D>> = {},
    options: CallOptions = {},
  ): Promise<z.output<D>> {
    const reply = await this.send(route, input, options);
    const envelope = options.envelope ?? this.envelope;
    const nature = natureOf(route, options);
    const parsed = route.data.safeParse(envelope.unwrap(readJson(reply, nature)));
    if (parsed.success) return parsed.data;
    throw badReply('The marketplace answered in a shape that its contract does not have.', nature);
  }

  /** The bytes of a route that answers with a file. */
  async bytes<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, D extends z.ZodType>(
    route: Route<P, Q, B, D>,
    input: CallInput<Route<P, Q, B, D>>,
    options: CallOptions = {},
  ): Promise<{ bytes: Uint8Array; contentType: string }> {
    const reply = await this.send(route, input, options);
    const contentType = cleanLabel(reply.headers.get('content-type') ?? '', 120);
    return { bytes: reply.bytes, contentType: contentType || 'application/octet-stream' };
  }

  private async send(route: Route, input: CallInput<Route>, options: CallOptions): Promise<HttpReply> {
    const envelope = options.envelope ?? this.envelope;
    const nature = natureOf(route, options);
    const reply = await this.http.send({
      method: route.method,
      path: fillPath(route.path, asObject(input.params) ?? {}),
      query: queryOf(input.query),
      ...(route.method === 'GET' || route.method === 'DELETE' ? {} : { json: input.body ?? {} }),
      headers: { ...options.headers, ...(options.key === undefined ? {} : { [envelope.keyHeader]: options.key }) },
      ...nature,
      refuses: (answer) => isRefusal(answer, envelope),
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
    });
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw refusalOf(reply, envelope, nature);
  }
}

type Nature = Pick<HttpRequest, 'changes' | 'repeatable'>;

function natureOf(route: Route, options: CallOptions): Nature {
  const changes = options.changes ?? route.method !== 'GET';
  return { changes, repeatable: !changes || options.key !== undefined };
}

function refusalOf(reply: HttpReply, envelope: Envelope, { changes, repeatable }: Nature): HirewireError {
  const error = readError(reply, envelope);
  const known = error ? envelope.codes[error.code]?.ours : undefined;
  const code = known ?? STATUS_CODES[reply.status] ?? (reply.status >= 500 ? 'UNAVAILABLE' : 'REFUSED');
  // A server error may come after the effect, unless it is one of the marketplace's own refusals.
  const underWay = isUnderWay(reply) && !isRefusal(reply, envelope);
  const unknown = changes && (underWay || (reply.ambiguous && provesNothing(reply, known !== undefined)));
  // The request whose answer was lost may still be on its way, unless this is the stored answer to its key.
  const lostBefore = changes && reply.ambiguous && reply.headers.get('idempotent-replayed') !== 'true';
  const { retryAfterMs } = reply;
  return new HirewireError({
    code: unknown ? 'OUTCOME_UNKNOWN' : code,
    message: unknown
      ? `The marketplace gave no clear answer (status ${reply.status}).`
      : (MESSAGES[code] ?? `The marketplace answered with status ${reply.status}.`),
    changed: unknown ? 'unknown' : 'no',
    next: unknown
      ? 'Read the state with a get or list tool before going on.'
      : (NEXT[code] ?? 'Change the arguments or ask the person.'),
    retrySafe: unknown ? repeatable : code === 'RATE_LIMITED' || code === 'UNAVAILABLE',
    httpStatus: reply.status,
    ...(lostBefore ? { lostBefore } : {}),
    ...(error ? { marketplaceCode: cleanLabel(error.code, 60) } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfter: Math.ceil(retryAfterMs / 1_000) }),
    ...(error ? { details: detailsOf(error.message, error.details) } : {}),
  });
}

/**
 * After a lost answer: whatever is decided before the key is looked up, or is not said by the marketplace itself, tells
 * nothing about the attempt whose answer was lost. A conflict may be that attempt's own effect.
 */
function provesNothing({ status }: HttpReply, saidByTheMarketplace: boolean): boolean {
  return !saidByTheMarketplace || [401, 403, 408, 409, 425, 429].includes(status);
}

/** Whether an answer is the marketplace's own refusal, by its code, and no server that broke or is still at work. */
function isRefusal(answer: Answer, envelope: Envelope): boolean {
  const code = readError(answer, envelope)?.code;
  const known = code !== undefined && code !== envelope.standard.internal && Object.hasOwn(envelope.codes, code);
  return known && !isInFlight(answer);
}

/** The failure in an error body, if it has one that can be read. */
function readError(reply: Answer, envelope: Envelope): WireError | undefined {
  try {
    return envelope.unwrapError(tryJson(reply));
  } catch {
    // Hostile JSON can hold what has no text, such as {"toString": 1} in place of a code.
    return undefined;
  }
}

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  INVALID_ARGUMENTS: 'The marketplace did not accept these values.',
  UNAUTHORIZED: 'The marketplace does not accept this credential.',
  FORBIDDEN: 'This credential may not do this.',
  NOT_FOUND: 'The marketplace does not know this id, or does not show it to this account.',
  CONFLICT: 'The current state does not allow this.',
  INSUFFICIENT_FUNDS: 'The balance does not cover this.',
  RATE_LIMITED: 'The marketplace asks to slow down.',
  UNAVAILABLE: 'The marketplace has a problem of its own.',
  REFUSED: 'The marketplace refused this.',
  CONFIRMATION_REQUIRED: 'The marketplace demands a confirmation for this.',
  CONFIRMATION_MISMATCH: 'The marketplace did not accept the confirmation.',
};

const NEXT: Partial<Record<ErrorCode, string>> = {
  INVALID_ARGUMENTS: 'Correct the named fields and call again.',
  UNAUTHORIZED: 'Ask the person to check the configured key.',
  FORBIDDEN: 'Ask the person for a key with the missing permission or a higher cap.',
  NOT_FOUND: 'Check the id with a list tool.',
  CONFLICT: 'Read the current state, then decide.',
  INSUFFICIENT_FUNDS: 'Check the balance; the person can top it up.',
  RATE_LIMITED: 'Wait, then call again.',
  UNAVAILABLE: 'Try again in a moment.',
};

/** The marketplace's own words, as a short label apart from our sentence, and its field problems. */
function detailsOf(message: string, details: unknown): Record<string, unknown> {
  const fields = asObject(details);
  const problems = fields
    ? Object.fromEntries(
        Object.entries(fields)
          .slice(0, 20)
          .map(([field, problem]) => [cleanLabel(field, 60), cleanLabel([problem].flat().map(textOf).join('; '), 200)]),
      )
    : undefined;
  return { marketplace_says: cleanText(message, 300).replace(/\s+/g, ' '), ...(problems ? { fields: problems } : {}) };
}

const textOf = (value: unknown): string => (typeof value === 'object' && value !== null ? '…' : String(value));

function badReply(message: string, { changes, repeatable }: Nature): HirewireError {
  return new HirewireError({
    code: changes ? 'OUTCOME_UNKNOWN' : 'BAD_REPLY',
    message,
    changed: changes ? 'unknown' : 'no',
    next: 'Read the state with a get or list tool.',
    retrySafe: repeatable,
  });
}

function readJson(reply: HttpReply, nature: Nature): unknown {
  if (reply.bytes.length === 0) return {};
  const value = tryJson(reply);
  if (value === undefined) throw badReply('The marketplace answered with something that is not JSON.', nature);
  return value;
}

function tryJson(reply: Answer): unknown {
  try {
    return JSON.parse(Buffer.from(reply.bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** @throws {HirewireError} for a part that would lead to another route: none, "." or "..". */
function fillPath(path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replace(/:([a-zA-Z_]+)/g, (_, name: string) => {
    const value = String(params[name] ?? '');
    if (!/^\.{0,2}$/.test(value)) return encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'));
    throw new HirewireError({
      code: 'INVALID_ARGUMENTS',
      message: `${name} is not an id.`,
      changed: 'no',
      next: 'Check the id with a list tool.',
      retrySafe: false,
    });
  });
}

function queryOf(query: unknown): Record<string, string> {
  const pairs = Object.entries(asObject(query) ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]));
}
