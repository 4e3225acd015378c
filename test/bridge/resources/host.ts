import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type Backend, createBackend } from '../../../src/backend/index.js';
import { type Connected, connectBridge } from '../../../src/bridge/connect.js';
import { StdioTransport } from '../../../src/bridge/stdio-transport.js';
import { type FlagValues, resolveSettings } from '../../../src/config/settings.js';
import { HirewireError } from '../../../src/errors.js';
import type { Timers } from '../../../src/timers.js';
import { sandboxOf, type Wired, wire } from '../../../src/wire.js';

/** A host in memory: the whole bridge over a backend in this process, in either protocol era. */

export type Era = '2025-11-25' | '2026-07-28';
export const ERAS: readonly Era[] = ['2025-11-25', '2026-07-28'];

export interface Json {
  readonly [name: string]: unknown;
}

export interface HostOptions {
  readonly era?: Era;
  readonly flags?: FlagValues;
  /** For polls and sessions; the real ones by default. */
  readonly timers?: Timers;
  /** Comes before each request to the backend: what it throws is what the bridge gets. */
  readonly onRequest?: (request: Request) => void | Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** An error answer. */
export class Refused extends Error {
  constructor(readonly error: Json) {
    super(String(error.message));
  }
}

export class Host {
  /** URIs of the updates so far. */
  readonly updates: string[] = [];
  readonly messages: Json[] = [];
  private readonly input = new PassThrough();
  private readonly output = new PassThrough();
  private readonly waiting = new Map<unknown, (message: Json) => void>();
  private readonly wakers = new Set<() => void>();
  private readonly client: Connected;
  private nextId = 1;
  private rest = '';

  private constructor(
    readonly backend: Backend,
    private readonly wired: Wired,
    readonly folder: string,
    private readonly era: Era,
    timers: Timers | undefined,
  ) {
    const transport = new StdioTransport(this.input, this.output, 1_000_000);
    this.client = connectBridge({ ...wired, ...(timers ? { timers } : {}) }, transport);
    this.output.on('data', (chunk: Buffer) => this.read(chunk.toString()));
  }

  static async open({ era = '2025-11-25', flags = {}, timers, onRequest, env = {} }: HostOptions = {}): Promise<Host> {
    const folder = mkdtempSync(join(tmpdir(), 'hirewire-host-'));
    const backend = await createBackend({ settings: { rateLimits: false } });
    const own = { HIREWIRE_DATA_DIR: folder, HIREWIRE_CONFIG: join(folder, 'config.json'), ...env };
    const settings = resolveSettings({ confirm: 'never', 'log-level': 'error', ...flags }, own);
    const wired = wire(settings, async () => {
      const sandbox = sandboxOf(backend);
      return {
        ...sandbox,
        fetch: async (request, init) => {
          await onRequest?.(request);
          return await sandbox.fetch(request, init);
        },
      };
    });
    const host = new Host(backend, wired, folder, era, timers);
    if (era === '2025-11-25') {
      const clientInfo = { name: 'test', version: '1.0.0' };
      await host.request('initialize', { protocolVersion: era, capabilities: {}, clientInfo });
      host.write({ jsonrpc: '2.0', method: 'notifications/initialized' });
    }
    return host;
  }

  /** The result of a request. @throws {Refused} */
  async request(method: string, params: Json = {}): Promise<Json> {
    const id = this.nextId++;
    const answer = new Promise<Json>((resolve) => this.waiting.set(id, resolve));
    this.send(id, method, params);
    const { result, error } = await answer;
    if (isJson(error)) throw new Refused(error);
    return isJson(result) ? result : {};
  }

  /** The structured content of a tool's answer. */
  async call(name: string, args: Json = {}): Promise<Json> {
    const { isError, structuredContent, content } = await this.request('tools/call', { name, arguments: args });
    if (isError === true) throw new Error(`${name}: ${JSON.stringify(content)}`);
    return isJson(structuredContent) ? structuredContent : {};
  }

  /** A resource, parsed. */
  async readResource(uri: string): Promise<Json> {
    const { contents } = await this.request('resources/read', { uri });
    const [first] = Array.isArray(contents) ? contents : [];
    return JSON.parse(String(first.text));
  }

  /** From now on changes are told, whatever the era calls it. @returns ends it. */
  async subscribe(...uris: string[]): Promise<() => Promise<void>> {
    if (this.era === '2025-11-25') {
      for (const uri of uris) await this.request('resources/subscribe', { uri });
      return async () => {
        for (const uri of uris) await this.request('resources/unsubscribe', { uri });
      };
    }
    const id = this.nextId++;
    this.send(id, 'subscriptions/listen', { notifications: { resourceSubscriptions: uris } });
    await this.until(() =>
      this.messages.some((message) => message.method === ACKNOWLEDGED && streamOf(message) === id),
    );
    return async () => {
      this.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, _meta: ENVELOPE } });
      await this.request('tools/list');
    };
  }

  /** Resolves when so many updates of this resource have come in all. */
  async updated(uri: string, count = 1): Promise<void> {
    await this.until(() => this.updates.filter((told) => told === uri).length >= count);
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.wakers.add(resolve));
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.wired.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private send(id: number, method: string, params: Json): void {
    const meta = this.era === '2026-07-28' ? { _meta: ENVELOPE } : {};
    this.write({ jsonrpc: '2.0', id, method, params: { ...params, ...meta } });
  }

  private write(message: Json): void {
    this.input.write(`${JSON.stringify(message)}\n`);
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const message: Json = JSON.parse(line);
      this.messages.push(message);
      const { method, params, id } = message;
      if (method === 'notifications/resources/updated' && isJson(params)) this.updates.push(String(params.uri));
      if (method === undefined) {
        this.waiting.get(id)?.(message);
        this.waiting.delete(id);
      }
    }
    for (const wake of this.wakers) wake();
    this.wakers.clear();
  }
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

function streamOf({ params }: Json): unknown {
  const meta = isJson(params) && isJson(params._meta) ? params._meta : {};
  return meta['io.modelcontextprotocol/subscriptionId'];
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of objects inside an answer. */
export function listIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** For `onRequest`: no request gets through, and none is worth another try. */
export function away(): never {
  throw new HirewireError({
    code: 'UNAVAILABLE',
    message: 'The marketplace cannot be reached.',
    changed: 'no',
    next: 'Try again.',
    retrySafe: true,
  });
}
