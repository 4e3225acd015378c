import {
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import * as z from 'zod';
import { HirewireError } from '../../errors.js';
import { log } from '../../log.js';
import { cleanText } from '../../untrusted.js';
import { AnsweringTransport, ENDED } from './answering-transport.js';
import type { EdgeFetch } from './edge.js';
import { broken, ownError, RemoteError, unavailable } from './faults.js';
import { SseTransport } from './sse-transport.js';
import type { Wire } from './wires.js';

/** One connection to a mounted server, over whichever wire. Results are handed on as they came. */

export interface SessionOptions {
  readonly name: string;
  readonly version: string;
  readonly fetch: EdgeFetch;
  /** One of its lists has changed, as it says. */
  readonly onListChanged: () => void;
  readonly onResourceUpdated: (uri: string) => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Given: progress is asked for. */
  readonly onProgress?: (progress: number, total: number | undefined, message: string | undefined) => void;
}

/** For each step of a handshake. */
const STEP_MS = 5_000;
const LIST_MS = 15_000;
/** However much progress a call reports. */
const CALL_MAX_MS = 60 * 60_000;
const LISTS = [
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
] as const;
const ANY = z.looseObject({});
/** Between two attempts to reopen a stream that only carries notices. */
const REOPEN_MS = 2_000;
const REOPEN_MAX_MS = 60_000;

export class HostedSession {
  /** Resolves when the connection is over. */
  readonly ended: Promise<void>;
  isOver = false;

  private constructor(
    private readonly client: Client,
    readonly wire: Wire,
    private readonly options: SessionOptions,
  ) {
    this.ended = new Promise((resolve) => {
      client.onclose = () => {
        this.isOver = true;
        resolve();
      };
    });
  }

  /** Shakes hands. @throws an error of ours; nothing stays open then. */
  static async open(wire: Wire, options: SessionOptions): Promise<HostedSession> {
    const probe = { timeoutMs: STEP_MS };
    const client = new Client(
      { name: 'hirewire', version: options.version },
      // Nothing that a server could ask of the model or the person: no sampling, no elicitation, no roots.
      { capabilities: {}, versionNegotiation: { mode: wire.era === 'legacy' ? 'legacy' : 'auto', probe } },
    );
    client.onerror = (error) => log('debug', `mount ${options.name}`, error);
    for (const method of LISTS) client.setNotificationHandler(method, () => options.onListChanged());
    client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      options.onResourceUpdated(params.uri),
    );
    try {
      await client.connect(transportOf(wire, options), { timeout: STEP_MS });
    } catch (error) {
      await client.close().catch(() => undefined);
      throw faultOf(error, options.name, 'no');
    }
    const era = client.getProtocolEra() ?? 'legacy';
    const session = new HostedSession(client, { ...wire, era }, options);
    if (era === 'modern') session.listen();
    return session;
  }

  /** What the server says that it offers. */
  get offers(): {
    readonly tools: boolean;
    readonly prompts: boolean;
    readonly resources: boolean;
    readonly completions: boolean;
    readonly subscribe: boolean;
  } {
    const { tools, prompts, resources, completions } = this.client.getServerCapabilities() ?? {};
    return {
      tools: tools !== undefined,
      prompts: prompts !== undefined,
      resources: resources !== undefined,
      completions: completions !== undefined,
      subscribe: resources?.subscribe === true,
    };
  }

  get server(): { readonly name: string; readonly version: string } {
    const { name = '', version = '' } = this.client.getServerVersion() ?? {};
    return { name: cleanText(name, 100), version: cleanText(version, 60) };
  }

  /**
   * Sends one request and hands its result on as it came.
   * @throws {RemoteError} the server's own error. @throws {HirewireError} when there is no answer.
   */
  async request(
    method: string,
    params: Record<string, unknown>,
    options: CallOptions = {},
  ): Promise<Record<string, unknown>> {
    const { signal, timeoutMs = LIST_MS, onProgress } = options;
    try {
      return await this.client.request({ method, params }, ANY, {
        timeout: timeoutMs,
        resetTimeoutOnProgress: true,
        maxTotalTimeout: Math.max(timeoutMs, CALL_MAX_MS),
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onprogress: ({ progress, total, message }) => onProgress(progress, total, message) } : {}),
      });
    } catch (error) {
      throw faultOf(error, this.options.name, method === 'tools/call' ? 'unknown' : 'no', signal);
    }
  }

  async close(): Promise<void> {
    await this.client
      .close()
      .catch((error: unknown) => log('debug', `mount ${this.options.name} did not close`, error));
  }

  /** Since 2026-07-28 a server tells of changes only to those who listen. */
  private listen(): void {
    const { tools, prompts, resources } = this.client.getServerCapabilities() ?? {};
    const filter = {
      ...(tools?.listChanged ? { toolsListChanged: true } : {}),
      ...(prompts?.listChanged ? { promptsListChanged: true } : {}),
      ...(resources?.listChanged ? { resourcesListChanged: true } : {}),
    };
    if (Object.keys(filter).length === 0) return;
    this.client
      .listen(filter)
      .catch((error: unknown) => log('debug', `mount ${this.options.name} cannot be listened to`, error));
  }
}

function transportOf({ kind, url }: Wire, { name, fetch }: SessionOptions): Transport {
  if (kind === 'sse') return new SseTransport(name, new URL(url), fetch);
  return new AnsweringTransport(
    new StreamableHTTPClientTransport(new URL(url), {
      fetch,
      // The server may ask to come back at once, and again, and again.
      reconnectionScheduler: (reconnect, delay, attempt) => {
        const wait = Math.min(REOPEN_MAX_MS, Math.max(REOPEN_MS, delay) * 2 ** attempt) * (1 + Math.random());
        const timer = setTimeout(reconnect, wait);
        timer.unref();
        return () => clearTimeout(timer);
      },
    }),
  );
}

/** Whatever the SDK throws, as one of the two kinds of errors. */
function faultOf(error: unknown, name: string, changed: 'no' | 'unknown', signal?: AbortSignal): Error {
  const own = ownError(error);
  if (own) return own;
  if (signal?.aborted) {
    return new HirewireError({
      code: 'CANCELLED',
      message: 'The call was cancelled.',
      changed,
      next: 'Look whether it had an effect before it is repeated.',
      retrySafe: false,
    });
  }
  if (error instanceof ProtocolError) {
    if (error.data === ENDED) return unavailable(name, 'closed the connection before it answered', { changed });
    return new RemoteError(error.code, error.message, error.data);
  }
  if (error instanceof SdkHttpError) {
    const { status } = error.data;
    return broken(name, `refused the request (HTTP ${status})`, 'no', status);
  }
  if (error instanceof SdkError) {
    if (error.code === SdkErrorCode.RequestTimeout)
      return unavailable(name, 'did not answer in time', { changed, cause: error });
    if (error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.NotConnected) {
      return unavailable(name, 'closed the connection', { changed, cause: error });
    }
  }
  log('debug', `mount ${name}`, error);
  return broken(name, 'answered with something that is no MCP message', changed);
}
