import { at } from '../support.js';

/** A client of the hosted surfaces that keeps everything it is sent, in order. It answers nothing by itself. */

export interface StreamClient {
  readonly status: number;
  readonly headers: Headers;
  /** The path that the endpoint event named. */
  readonly endpoint: string;
  /** JSON-RPC messages so far. */
  readonly messages: readonly unknown[];
  /** How many comment lines came so far. */
  readonly comments: () => number;
  /** The raw text so far. */
  readonly raw: () => string;
  /** Posts a body as it is. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends a request and waits for its answer on the stream. */
  request(method: string, params?: Record<string, unknown>): Promise<unknown>;
  notify(method: string): Promise<Response>;
  /** The first message that fits, now or later; each is returned once. */
  next(fits: (message: unknown) => boolean): Promise<unknown>;
  /** The next notification about a resource. */
  updated(uri: string): Promise<unknown>;
  /** Answers the next ping of the server. */
  pong(): Promise<void>;
  /** Which resources were said to have changed, after everything sent so far has arrived. */
  updates(): Promise<string[]>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export type Fetch = (request: Request) => Promise<Response>;

export interface ConnectOptions {
  readonly origin?: string;
  /** "/mcp" or "/mcp/hirer". */
  readonly surface?: string;
  readonly headers: Record<string, string>;
}

/** Opens an SSE session. @throws when the answer is no stream. */
export async function connect(fetch: Fetch, options: ConnectOptions): Promise<StreamClient> {
  const { origin = 'http://backend.test', surface = '/mcp', headers } = options;
  const response = await fetch(new Request(`${origin}${surface}/sse`, { headers }));
  const stream = readStream(response);
  const endpoint = await stream.endpoint;
  let id = 0;
  const post = (body: unknown, more: Record<string, string> = headers) =>
    fetch(
      new Request(new URL(endpoint, origin), {
        method: 'POST',
        headers: { ...more, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  const request = async (method: string, params?: Record<string, unknown>) => {
    id += 1;
    const mine = id;
    const answered = await post({ jsonrpc: '2.0', id: mine, method, ...(params ? { params } : {}) });
    if (answered.status !== 202) throw new Error(`${method} was answered ${answered.status}: ${await answered.text()}`);
    return await stream.next((message) => at(message, 'id') === mine && at(message, 'method') === undefined);
  };
  const isUpdate = (message: unknown) => at(message, 'method') === 'notifications/resources/updated';
  return {
    ...stream,
    status: response.status,
    headers: response.headers,
    endpoint,
    post,
    request,
    notify: (method) => post({ jsonrpc: '2.0', method }),
    updated: (uri) => stream.next((message) => isUpdate(message) && at(message, 'params', 'uri') === uri),
    pong: async () => {
      const ping = await stream.next((message) => at(message, 'method') === 'ping');
      await post({ jsonrpc: '2.0', id: at(ping, 'id'), result: {} });
    },
    updates: async () => {
      await request('ping');
      return stream.messages.filter(isUpdate).map((message) => String(at(message, 'params', 'uri')));
    },
  };
}

/** Reads a stream of server-sent events to its end. */
export function readStream(response: Response) {
  if (!response.body) throw new Error('there is no body');
  const reader = response.body.getReader();
  const messages: unknown[] = [];
  const taken = new Set<unknown>();
  const waiting: { fits: (message: unknown) => boolean; resolve: (message: unknown) => void }[] = [];
  let raw = '';
  let rest = '';
  let comments = 0;
  let named: (path: string) => void = () => {};
  const endpoint = new Promise<string>((resolve) => {
    named = resolve;
  });
  const take = (event: string) => {
    if (event.startsWith(':')) comments += 1;
    const type = /^event: (.*)$/m.exec(event)?.[1];
    const data = /^data: (.*)$/m.exec(event)?.[1] ?? '';
    if (type === 'endpoint') named(data);
    if (type !== 'message') return;
    const message: unknown = JSON.parse(data);
    messages.push(message);
    const index = waiting.findIndex(({ fits }) => fits(message));
    if (index < 0) return;
    taken.add(message);
    waiting.splice(index, 1)[0]?.resolve(message);
  };
  const pump = async () => {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const text = decoder.decode(value, { stream: true });
      raw += text;
      rest += text;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        take(rest.slice(0, end));
        rest = rest.slice(end + 2);
      }
    }
  };
  return {
    endpoint,
    messages,
    comments: () => comments,
    raw: () => raw,
    next: (fits: (message: unknown) => boolean): Promise<unknown> => {
      const here = messages.find((message) => !taken.has(message) && fits(message));
      if (here !== undefined) {
        taken.add(here);
        return Promise.resolve(here);
      }
      return new Promise((resolve) => {
        waiting.push({ fits, resolve });
      });
    },
    ended: pump().catch(() => undefined),
    close: async () => {
      await reader.cancel();
    },
  };
}

/** The text of a tool's answer, and whether it is an error. */
export const toolText = (answer: unknown): string => String(at(answer, 'result', 'content', 0, 'text'));
export const isError = (answer: unknown): unknown => at(answer, 'result', 'isError');
/** The JSON document in a tool's answer. */
export const toolJson = (answer: unknown): unknown => JSON.parse(toolText(answer));
/** The JSON document in the answer to resources/read. */
export const contentOf = (answer: unknown): unknown => JSON.parse(String(at(answer, 'result', 'contents', 0, 'text')));
