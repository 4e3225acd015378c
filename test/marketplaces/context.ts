import type { Backend } from '../../src/backend/index.js';
import { HirewireError } from '../../src/errors.js';
import { createHttp, type Fetch } from '../../src/http/client.js';
import { ApiClient } from '../../src/marketplaces/api-client.js';
import type { KeptSecret, Tool, ToolContext } from '../../src/marketplaces/define.js';
import type { Envelope } from '../../src/marketplaces/envelope.js';

/** A tool context over a backend in this process, and what the tools did with it. */
export interface TestContext extends ToolContext {
  readonly kept: KeptSecret[];
  readonly prepared: { tool: string; params: unknown }[];
  readonly reported: { done: number; total: number; message: string }[];
}

export interface ContextOptions {
  readonly envelope: Envelope;
  /** The credential's header, if any. */
  readonly headers?: Record<string, string>;
  /** Stands between the tools and the backend, for faults. */
  readonly fetch?: Fetch;
}

/** Waiting moves the backend's clock, so no test waits; retries follow each other at once. */
export function contextFor(backend: Backend, { envelope, headers = {}, fetch }: ContextOptions): TestContext {
  const now = () => backend.env.clock.now();
  const http = createHttp({
    fetch: fetch ?? ((request) => backend.fetch(request)),
    baseUrl: new URL('http://sandbox.invalid'),
    headers: async () => headers,
    random: () => 0,
  });
  const kept: KeptSecret[] = [];
  const prepared: { tool: string; params: unknown }[] = [];
  const reported: { done: number; total: number; message: string }[] = [];
  return {
    kept,
    prepared,
    reported,
    api: new ApiClient(http, envelope),
    signal: new AbortController().signal,
    now,
    progress: async (done, total, message) => {
      reported.push({ done, total, message });
    },
    sleep: async (ms) => {
      await backend.advance(ms);
    },
    keep: async (secret) => {
      kept.push(secret);
      return { place: 'memory', account: 'default', says: 'in use' };
    },
    spending: {
      prepare: async (tool, params) => {
        prepared.push({ tool, params });
        const expiresAt = new Date(now() + 300_000).toISOString();
        return { token: 'ctk_of_this_test', id: 'c0ffee', expiresAt, sentence: 'What it would do.' };
      },
      preview: async () => {
        throw new Error('no preview was expected');
      },
      operation: async () => undefined,
    },
  };
}

/** Runs a tool that moves no money. */
export async function run(tool: Tool, args: unknown, context: ToolContext): Promise<Record<string, unknown>> {
  if (!tool.run) throw new Error(`${tool.name} is a money tool`);
  return await tool.run(args, context);
}

/** One call of a money tool. */
export function money(tool: Tool, args: unknown) {
  if (!tool.money) throw new Error(`${tool.name} moves no money`);
  return tool.money(args);
}

/** The facts of the error that an action must end in. */
export async function refusalOf(action: () => unknown): Promise<HirewireError['facts']> {
  try {
    await action();
  } catch (error) {
    if (error instanceof HirewireError) return error.facts;
    throw error;
  }
  throw new Error('expected a HirewireError, and nothing was thrown');
}
