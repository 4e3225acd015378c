import { setupServer } from 'msw/node';
import { seededRandom } from '../../../src/backend/clock.js';
import { demo, issueCredential } from '../../../src/backend/credentials.js';
import { type Backend, createBackend } from '../../../src/backend/index.js';
import { listen } from '../../../src/backend/listen.js';
import { forwardingHandlers } from '../../../src/testing/handlers.js';

/** The three ways to the backend. The same clock and the same source of ids make their answers comparable. */

export const START = Date.parse('2026-03-02T10:30:00.000Z');

export type Marketplace = 'agrenting' | 'humans2ai' | 'agentdojo';

export interface World {
  /** Where a marketplace is, which some answers name. */
  origin(marketplace: Marketplace): string;
  /** Sends a request to a marketplace's own path. */
  send(marketplace: Marketplace, path: string, init: RequestInit): Promise<Response>;
  /** Credentials by name. */
  readonly credentials: Readonly<Record<string, string>>;
  advance(ms: number): Promise<number>;
  close(): Promise<void>;
}

export const TRANSPORTS: Readonly<Record<string, () => Promise<World>>> = {
  'in process': async () => {
    const backend = await openBackend();
    return {
      ...(await common(backend)),
      origin: () => 'http://backend.test',
      send: (marketplace, path, init) => backend.fetch(new Request(`http://backend.test/${marketplace}${path}`, init)),
      close: () => backend.close(),
    };
  },

  'over a socket': async () => {
    const backend = await openBackend();
    const listening = await listen(backend, 0);
    const address = listening.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return {
      ...(await common(backend)),
      origin: () => `http://127.0.0.1:${address.port}`,
      send: (marketplace, path, init) => fetch(`http://127.0.0.1:${address.port}/${marketplace}${path}`, init),
      close: async () => {
        await listening.stop();
        await backend.close();
      },
    };
  },

  'through MSW': async () => {
    const backend = await openBackend();
    const server = setupServer(...forwardingHandlers((request) => backend.fetch(request), {}));
    server.listen({ onUnhandledRequest: 'error' });
    const origins = {
      agrenting: 'https://agrenting.com',
      humans2ai: 'https://humans2ai.com',
      agentdojo: 'https://api.agentdojo.dev',
    };
    return {
      ...(await common(backend)),
      origin: (marketplace) => origins[marketplace],
      send: (marketplace, path, init) => fetch(`${origins[marketplace]}${path}`, init),
      close: async () => {
        server.close();
        await backend.close();
      },
    };
  },
};

function openBackend(): Promise<Backend> {
  const settings = { rateLimits: false };
  return createBackend({
    clock: { now: () => START },
    random: seededRandom('contract'),
    settings,
    outbound: async () => 204,
  });
}

async function common(backend: Backend): Promise<Pick<World, 'credentials' | 'advance'>> {
  const { agrenting, humans2ai, agentdojo } = backend.credentials;
  const narrow = async (
    marketplace: Marketplace,
    kind: 'user' | 'agent' | 'human',
    account: string,
    scopes: string[],
  ) =>
    (
      await issueCredential(backend.env, backend.env.db, {
        marketplace,
        kind,
        account,
        scopes,
        name: 'narrow',
        prefix: '',
      })
    ).secret;
  return {
    advance: (ms) => backend.advance(ms),
    credentials: {
      hirer: agrenting.hirer,
      agent: agrenting.agent,
      assistant: humans2ai.agent,
      human: humans2ai.human,
      admin: humans2ai.admin,
      dojo: agentdojo.key,
      dojoServer: await narrow('agentdojo', 'agent', demo.agentdojo, ['server:1']),
      'agrenting admin': agrenting.admin,
      readOnly: await narrow('humans2ai', 'agent', demo.humans2aiAgent, ['tasks:read', 'wallet:read']),
      // Allowed nothing at all: whatever asks for a scope refuses them.
      'agrenting user': await narrow('agrenting', 'user', demo.hirer, []),
      'agrenting agent': await narrow('agrenting', 'agent', demo.agent, []),
      'humans2ai agent': await narrow('humans2ai', 'agent', demo.humans2aiAgent, []),
      'humans2ai human': await narrow('humans2ai', 'human', demo.humans2aiHuman, []),
    },
  };
}
