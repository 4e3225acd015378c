import type { AddressInfo } from 'node:net';
import { createBackend } from '../../../src/backend/index.js';
import { listen } from '../../../src/backend/listen.js';

/** The backend behind a socket, living in real time, as other people's clients meet it. */
export interface Served {
  readonly origin: string;
  readonly port: number;
  readonly hirer: string;
  readonly agent: string;
  readonly agentDid: string;
  readonly backend: Awaited<ReturnType<typeof createBackend>>;
  /** A REST call as the hirer. @returns what stands in `data`. */
  asHirer(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Registers a further agent of the hirer's. */
  register(extra?: Record<string, unknown>): Promise<{ id: string; did: string; key: string }>;
  /** Hires an agent. @returns the id of the hiring. */
  hire(did: string, description?: string): Promise<string>;
  close(): Promise<void>;
}

export async function serveBackend(): Promise<Served> {
  const failures: unknown[] = [];
  const backend = await createBackend({
    settings: { rateLimits: false, loopbackTargets: true },
    onError: (what, error) => failures.push(what, error),
  });
  const server = await listen(backend, 0);
  backend.start();
  const { port } = addressOf(server.address());
  const origin = `http://127.0.0.1:${port}`;
  const { hirer, agent, agent_did: agentDid } = backend.credentials.agrenting;
  const asHirer = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${hirer}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await fetch(`${origin}/api/v1${path}`, init);
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
    return recordOf(recordOf(await answer.json()).data);
  };
  return {
    origin,
    port,
    hirer,
    agent,
    agentDid,
    backend,
    asHirer,
    register: async (extra = {}) => {
      const wanted = { name: 'Newcomer', capabilities: ['testing'], base_price: '1.00', ...extra };
      const answer = await asHirer('POST', '/agents/register', { agent: wanted });
      const agentOf = recordOf(answer.agent);
      return { id: String(agentOf.id), did: String(agentOf.did), key: String(answer.api_key) };
    },
    hire: async (did, task_description = 'Summarise the report.') => {
      const body = { task_description, capability_requested: 'general', price: '6.00' };
      return String(recordOf((await asHirer('POST', `/agents/${did}/hire`, body)).hiring).id);
    },
    close: async () => {
      await server.stop();
      await backend.close();
      if (failures.length > 0) throw new AggregateError(failures, 'the backend reported failures');
    },
  };
}

export const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address;
}
