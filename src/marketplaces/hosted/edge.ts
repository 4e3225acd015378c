import type { MountSettings } from '../../config/mounts.js';
import { HirewireError } from '../../errors.js';
import { readCapped } from '../../http/body.js';
import type { Fetch } from '../../http/client.js';
import { discard } from '../../http/origin.js';
import { retryAfterMs, wasNeverSent } from '../../http/retry.js';
import { asObject } from '../envelope.js';
import { broken, rateLimited, unauthorized, unavailable } from './faults.js';
import { guarded, STREAM_LIMITS, type StreamLimits } from './guarded-stream.js';
import type { MountKey } from './key.js';
import { RateWindow } from './rate-window.js';

/**
 * The edge to one mounted server: every request of its wires goes through here. To its own origin only and with its
 * own key, no redirects, bounded bodies, a limit of requests. What is no answer of MCP at all becomes an error of ours.
 */

export interface EdgeOptions {
  readonly mount: Pick<MountSettings, 'name' | 'url' | 'auth' | 'perMinute'>;
  readonly key: MountKey;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly userAgent: string;
  readonly limits?: StreamLimits;
}

/** @param elsewhere whether what is asked is answered on another stream. */
export type EdgeFetch = (url: string | URL, init?: RequestInit, elsewhere?: boolean) => Promise<Response>;

const MAX_BODY = 8 * 1024 * 1024;
const DEFAULT_RETRY_MS = 30_000;
/** So short a wait is not worth an error. */
const PATIENCE_MS = 1_500;
const QUIET_MS = 5 * 60_000;

/** What a POST asks, as far as the edge looks into it. */
interface Asked {
  readonly id: unknown;
  readonly method: string | undefined;
}

export function edgeFetch({ mount, key, fetch, now, userAgent, limits = STREAM_LIMITS }: EdgeOptions): EdgeFetch {
  const { name } = mount;
  const window = new RateWindow(mount.perMinute, now);
  /** Who floods a stream gets none for a while. */
  let quietUntil = 0;

  const admit = async () => {
    for (let waited = false; ; waited = true) {
      const wait = window.take();
      if (wait <= 0) return;
      if (waited || wait > PATIENCE_MS) throw rateLimited(name, Math.ceil(wait / 1_000), true);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };

  return async (input, init = {}, elsewhere = false) => {
    const url = new URL(input);
    // A key must not follow an address that the other side made up.
    if (url.origin !== mount.url.origin) throw broken(name, 'pointed to another address, which is never followed');
    const method = init.method ?? 'GET';
    if (method === 'GET' && now() < quietUntil) return new Response(null, { status: 405 });
    const asked = method === 'POST' ? askedBy(init.body) : undefined;
    const changes = asked?.method === 'tools/call';
    if (asked?.id !== undefined) await admit();
    const headers = new Headers(init.headers ?? {});
    headers.set('user-agent', userAgent);
    const secret = await key.read();
    if (secret !== undefined && mount.auth === 'x-api-key') headers.set('x-api-key', secret);
    if (secret !== undefined && mount.auth === 'bearer') headers.set('authorization', `Bearer ${secret}`);

    const signal = init.signal ?? new AbortController().signal;
    const body = typeof init.body === 'string' ? { body: init.body } : {};
    const request = new Request(url, { method, headers, redirect: 'manual', signal, ...body });
    const response = await fetch(request, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : unreachable(name, error, changes);
    });
    const { status } = response;
    if (status === 401 || status === 403) {
      key.forget();
      throw refuse(response, unauthorized(name, status));
    }
    if (status === 429) {
      const wait = retryAfterMs(response.headers.get('retry-after'), now()) ?? DEFAULT_RETRY_MS;
      window.block(wait);
      throw refuse(response, rateLimited(name, Math.ceil(wait / 1_000), false));
    }
    if (status >= 300 && status < 400)
      throw refuse(response, broken(name, 'answered with a redirect, which is never followed', 'no', status));
    const isStream = /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '');
    if (response.ok && isStream && response.body) {
      const tooMuch = (what: string) => {
        quietUntil = now() + QUIET_MS;
        return broken(name, what, changes ? 'unknown' : 'no');
      };
      return again(response, guarded(response.body, limits, now, tooMuch));
    }
    if (method !== 'POST') return response;
    const bytes = await readCapped(response, MAX_BODY, signal).catch((error: unknown) => {
      if (error instanceof HirewireError)
        throw broken(name, 'sent an answer that is too long', changes ? 'unknown' : 'no');
      throw signal.aborted ? signal.reason : unreachable(name, error, changes);
    });
    return settled(response, bytes, asked, { name, elsewhere });
  };
}

/** The answer to a POST, read: the server's own word on this request counts, whatever status it was sent with. */
function settled(
  response: Response,
  bytes: Uint8Array,
  asked: Asked | undefined,
  { name, elsewhere }: { readonly name: string; readonly elsewhere: boolean },
): Response {
  const { status } = response;
  const text = new TextDecoder().decode(bytes);
  const changed = asked?.method === 'tools/call' ? 'unknown' : 'no';
  const answers = asked?.id === undefined ? undefined : answerIn(text, asked.id);
  if (answers !== undefined && (response.ok || answers.code !== NO_SESSION)) {
    return new Response(text, { status: 200, headers: jsonHeaders(response) });
  }
  if (status >= 500) throw unavailable(name, `answered with HTTP ${status}`, { changed, status });
  if (!response.ok) return new Response(text, { status, headers: response.headers });
  // What is answered elsewhere is acknowledged here, in whatever words.
  if (asked?.id === undefined || elsewhere) {
    return new Response(null, { status: 202, headers: response.headers });
  }
  throw broken(name, 'answered with something that is no MCP message', changed, status);
}

/** By convention: the session is not known any more. It is told by the status, too. */
const NO_SESSION = -32_001;

/** Whether the text holds the answer to this request; with the code, if it is an error. */
function answerIn(text: string, id: unknown): { readonly code: unknown } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  for (const item of [value].flat()) {
    const message = asObject(item);
    if (message?.jsonrpc === '2.0' && message.id === id && ('result' in message || 'error' in message)) {
      return { code: asObject(message.error)?.code };
    }
  }
  return undefined;
}

function askedBy(body: unknown): Asked {
  if (typeof body !== 'string') return { id: undefined, method: undefined };
  const message = asObject(JSON.parse(body));
  const { id, method } = message ?? {};
  // An answer of ours to a request of the server has an id, too.
  return typeof method === 'string' ? { id, method } : { id: undefined, method: undefined };
}

function jsonHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  headers.delete('content-length');
  headers.delete('content-encoding');
  return headers;
}

const again = ({ status, headers }: Response, body: ReadableStream<Uint8Array>): Response =>
  new Response(body, { status, headers });

function refuse(response: Response, error: HirewireError): HirewireError {
  discard(response);
  return error;
}

function unreachable(name: string, error: unknown, changes: boolean): HirewireError {
  if (error instanceof HirewireError) return error;
  const unsent = wasNeverSent(error);
  const what = unsent ? 'cannot be reached' : 'broke the connection off';
  return unavailable(name, what, { changed: changes && !unsent ? 'unknown' : 'no', cause: error });
}
