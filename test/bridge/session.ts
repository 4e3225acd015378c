import { PassThrough } from 'node:stream';
import { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { StdioTransport } from '../../src/bridge/stdio-transport.js';

/** A server behind the real transport and the SDK's real stdio entry, over streams in memory. */

export const ERAS = ['2025-11-25', '2026-07-28'] as const;
export type Era = (typeof ERAS)[number];

export interface Json {
  readonly [name: string]: unknown;
}

export interface SessionOptions {
  readonly era?: Era;
  readonly maxFrame?: number;
  /** What tools/call does; the default answers at once. */
  readonly call?: (args: Json, signal: AbortSignal) => Promise<Json>;
}

export class Session {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly transport: StdioTransport;
  /** Lines that are no JSON-RPC message. */
  readonly invalid: string[] = [];
  readonly messages: Json[] = [];
  ended: string[] = [];
  private readonly era: Era;
  private readonly waiting = new Map<unknown, (message: Json) => void>();
  private rest = '';
  private nextId = 1;

  constructor({ era = '2025-11-25', maxFrame = 65_536, call = async () => ({}) }: SessionOptions = {}) {
    this.era = era;
    this.transport = new StdioTransport(this.input, this.output, maxFrame);
    this.transport.onend = (who) => this.ended.push(who);
    serveStdio(
      () => {
        const server = new Server({ name: 'test', version: '1.0.0' }, { capabilities: { tools: {}, resources: {} } });
        server.setRequestHandler('tools/list', async () => ({ tools: [] }));
        server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
          const structuredContent = await call(params.arguments ?? {}, mcpReq.signal);
          return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
        });
        return server;
      },
      { transport: this.transport },
    );
    this.output.on('data', (chunk: Buffer) => this.read(chunk.toString()));
  }

  /** The id that stands for "my own request", apart from any id of a frame under test. */
  ownId = () => `own-${this.nextId++}`;

  async open(): Promise<void> {
    if (this.era === '2026-07-28') return void (await this.request('tools/list'));
    const clientInfo = { name: 'test', version: '1.0.0' };
    await this.request('initialize', { protocolVersion: this.era, capabilities: {}, clientInfo });
    this.write({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  frame(id: unknown, method: string, params: Json = {}): Json {
    return {
      jsonrpc: '2.0',
      id,
      method,
      params: { ...params, ...envelopeOf(this.era) },
    };
  }

  write(message: unknown): void {
    this.raw(`${JSON.stringify(message)}\n`);
  }

  raw(bytes: string | Buffer): void {
    this.input.write(bytes);
  }

  async request(method: string, params: Json = {}, id: unknown = this.ownId()): Promise<Json> {
    const answer = this.answer(id);
    this.write(this.frame(id, method, params));
    return await answer;
  }

  /** The next answer with this id. */
  answer(id: unknown): Promise<Json> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  /** Resolves when everything that was written before has been looked at. */
  async settled(): Promise<void> {
    await this.request('tools/list');
    await turn();
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = messageOf(line);
      if (!message) {
        this.invalid.push(line.slice(0, 200));
        continue;
      }
      this.messages.push(message);
      if (!('method' in message)) {
        this.waiting.get(message.id)?.(message);
        this.waiting.delete(message.id);
      }
    }
  }
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What every request of an era has in its parameters. */
export const envelopeOf = (era: Era): Json => (era === '2026-07-28' ? { _meta: ENVELOPE } : {});

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A line as a JSON-RPC 2.0 message, or undefined when it is none. */
export function messageOf(line: string): Json | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const message: Json = { ...value };
  if (message.jsonrpc !== '2.0') return undefined;
  if (typeof message.method === 'string') return message;
  const id = typeof message.id === 'string' || Number.isSafeInteger(message.id);
  const error = message.error;
  const isError =
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    Number.isInteger(error.code) &&
    'message' in error &&
    typeof error.message === 'string';
  return id && ('result' in message ? !('error' in message) : isError) ? message : undefined;
}
