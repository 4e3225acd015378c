import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../src/backend/clock.js';
import { type Backend, type BackendOptions, createBackend } from '../../src/backend/index.js';
import { listen } from '../../src/backend/listen.js';

/** A backend behind a real socket, with a clock that stands still, and the samples of the seed documents. */

export const START = Date.parse('2026-03-02T10:30:30.000Z');

export interface Double {
  readonly backend: Backend;
  readonly origin: string;
  /** Posts a body as JSON, or a string as it is. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  close(): Promise<void>;
}

/** @throws when it is closed, if anything in it failed unexpectedly. */
export async function startDouble(settings: BackendOptions['settings'] = {}, random?: Random): Promise<Double> {
  const failures: unknown[] = [];
  const backend = await createBackend({
    clock: { now: () => START },
    settings,
    onError: (what, error) => failures.push(what, error),
    ...(random ? { random } : {}),
  });
  const listening = await listen(backend, 0);
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    backend,
    origin,
    post: (path, body, headers = {}) =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: async () => {
      await listening.stop();
      await backend.close();
      if (failures.length > 0) throw new AggregateError(failures, 'the backend reported failures');
    },
  };
}

export interface Exchange {
  readonly request: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>>;
}

export interface Samples {
  readonly exchanges: readonly Exchange[];
  readonly error: { readonly id: number; readonly error: { readonly code: number; readonly message: string } };
}

/** The requests and responses of a document, as they are printed. */
export function samples<T extends Samples>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../../fixtures/seed-samples/${name}.json`), 'utf8'));
}

/** How many fields a value has in all: what "field by field" counts. */
export function fieldsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members: unknown[] = Object.values(value);
  return (Array.isArray(value) ? 0 : members.length) + members.reduce<number>((sum, one) => sum + fieldsIn(one), 0);
}

export interface EventReader {
  /** The next event: its name, and its data. */
  next(): Promise<{ readonly name: string; readonly data: string }>;
  /** The bytes so far. */
  raw(): string;
  close(): Promise<void>;
}

/** Reads server-sent events one by one, whatever their line ends are. */
export function readEvents(response: Response): EventReader {
  if (!response.body) throw new Error('there is no body');
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let raw = '';
  let at = 0;
  const field = (event: string, name: string) => new RegExp(`^${name}: ?(.*?)\\r?$`, 'm').exec(event)?.[1];
  return {
    raw: () => raw,
    async next() {
      for (;;) {
        const end = /\r?\n\r?\n/.exec(raw.slice(at));
        if (end) {
          const event = raw.slice(at, at + end.index);
          at += end.index + end[0].length;
          const data = field(event, 'data');
          if (data !== undefined) return { name: field(event, 'event') ?? 'message', data };
          continue;
        }
        const { done, value } = await reader.read();
        if (done) throw new Error('the stream is over');
        raw += decoder.decode(value, { stream: true });
      }
    },
    close: () => reader.cancel(),
  };
}
