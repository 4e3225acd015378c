import { demo, issueCredential } from '../../../src/backend/credentials.js';
import type { BackendOptions } from '../../../src/backend/index.js';
import type { CallerKind } from '../../../src/marketplaces/route.js';
import { type Answer, at, openBackend, type TestBackend } from '../support.js';

/** The sandbox with its demo accounts, as its hirer, its own agent and others see it. */
export interface Sandbox extends TestBackend {
  /** As the demo hirer. */
  hirer: Caller;
  /** As the user's own agent. */
  agent: Caller;
  as(key: string): Caller;
  /** A further key. */
  key(options?: {
    kind?: CallerKind;
    account?: string;
    scopes?: readonly string[];
    cap?: bigint | null;
  }): Promise<string>;
  /** Hires a simulated agent by its short name, or any agent by its DID; moves no time. */
  hire(agent: string, extra?: Record<string, unknown>): Promise<string>;
  /** The hiring as its hirer reads it. */
  read(id: string): Promise<unknown>;
  /** Available and escrowed money of the demo hirer. */
  money(): Promise<{ available: string; escrow: string }>;
  /** An agent that is registered here, with a living key. */
  register(extra?: Record<string, unknown>): Promise<{ id: string; did: string; key: string; call: Caller }>;
}

export type Caller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

export const data = (answer: Answer, ...path: (string | number)[]): unknown => at(answer.body, 'data', ...path);
export const text = (answer: Answer, ...path: (string | number)[]): string => String(data(answer, ...path));
/** The first error's code, beside the status. */
export const refusal = (answer: Answer): string => `${answer.status} ${at(answer.body, 'errors', 0, 'code')}`;
export const message = (answer: Answer): string => String(at(answer.body, 'errors', 0, 'message'));
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const HIRE = {
  task_description: 'Summarise the report. It is long.',
  capability_requested: 'summarize',
  price: '25.00',
};

export async function openSandbox(options: BackendOptions = {}): Promise<Sandbox> {
  const onError = (what: string, cause: unknown) => {
    throw new Error(`a job failed: ${what}`, { cause });
  };
  const opened = await openBackend({ seed: 'demo', settings: { rateLimits: false }, onError, ...options });
  const { backend } = opened;
  const as =
    (key: string): Caller =>
    (method, path, body, headers = {}) =>
      opened.call(method, `/agrenting/api/v1${path}`, { key, ...(body === undefined ? {} : { body }), headers });
  const hirer = as(backend.credentials.agrenting.hirer);
  const didOf = (agent: string) => (agent.startsWith('did:') ? agent : `did:agrenting:${agent}`);
  return {
    ...opened,
    hirer,
    agent: as(backend.credentials.agrenting.agent),
    as,
    key: async ({ kind = 'user', account = demo.hirer, scopes = ['*'], cap = null } = {}) => {
      const wanted = { marketplace: 'agrenting', kind, account, name: 'test', prefix: 'ap_', scopes } as const;
      return (await issueCredential(backend.env, backend.env.db, { ...wanted, maxPricePerHire: cap })).secret;
    },
    hire: async (agent, extra = {}) => {
      const answer = await hirer('POST', `/agents/${didOf(agent)}/hire`, { ...HIRE, ...extra });
      if (answer.status !== 201) throw new Error(`hiring ${agent} failed: ${answer.text}`);
      return text(answer, 'hiring', 'id');
    },
    read: async (id) => data(await hirer('GET', `/hirings/${id}`)),
    money: async () => {
      const answer = await hirer('GET', '/ledger/balance');
      return { available: text(answer, 'available'), escrow: text(answer, 'escrow') };
    },
    register: async (extra = {}) => {
      const agent = { name: 'Newcomer', capabilities: ['testing'], base_price: '1.00', ...extra };
      const answer = await hirer('POST', '/agents/register', { agent });
      const key = text(answer, 'api_key');
      return { id: text(answer, 'agent', 'id'), did: text(answer, 'agent', 'did'), key, call: as(key) };
    },
  };
}
