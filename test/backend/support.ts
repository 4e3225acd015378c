import { seededRandom } from '../../src/backend/clock.js';
import { type Backend, type BackendOptions, createBackend } from '../../src/backend/index.js';

/** The time at which every test of the backend begins. */
export const START = '2026-03-02T10:30:00.000Z';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON body. */
  readonly body: unknown;
  /** The exact bytes, as text. */
  readonly text: string;
}

export interface CallOptions {
  /** Sent as a Bearer credential. */
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly address?: string;
}

export interface TestBackend {
  readonly backend: Backend;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

/** A backend in memory whose clock stands still and whose ids repeat. Without a seed it has no account at all. */
export async function openBackend(options: BackendOptions = {}): Promise<TestBackend> {
  const backend = await createBackend({
    seed: 'empty',
    clock: { now: () => Date.parse(START) },
    random: seededRandom('test'),
    ...options,
  });
  return {
    backend,
    async call(method, path, { key, body, headers, address } = {}) {
      const request = new Request(`http://backend.test${path}`, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const response = await backend.fetch(request, address);
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
        text,
      };
    },
  };
}

/** The value at a path inside a parsed body. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (inner === null || inner === undefined ? inner : Object(inner)[name]),
    value,
  );
}
