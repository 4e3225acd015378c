import { credentialHeader } from '../connections.js';
import { HirewireError } from '../errors.js';
import { createHttp } from '../http/client.js';
import { api as agrenting } from '../marketplaces/agrenting/api.js';
import { envelope as agrentingEnvelope } from '../marketplaces/agrenting/envelope.js';
import { ApiClient } from '../marketplaces/api-client.js';
import type { AccountRole } from '../marketplaces/define.js';
import { tools } from '../marketplaces/humans2ai/api.js';
import { callTool } from '../marketplaces/humans2ai/client.js';
import { envelope as humans2aiEnvelope } from '../marketplaces/humans2ai/envelope.js';

/** What reading with a key tells about it. Neither marketplace has a route that lists a key's scopes or its cap. */
export interface KeyFacts {
  /** Plain sentences for the person. */
  readonly can: readonly string[];
  readonly cannot: readonly string[];
  readonly untold: string;
}

interface Look {
  readonly scope: string;
  read(client: ApiClient): Promise<string>;
}

/** A client of one marketplace that sends this key, or none. */
export function clientWith(role: AccountRole, url: URL, key: string | undefined): ApiClient {
  const headers = async () => (key === undefined ? {} : credentialHeader(role, key));
  const http = createHttp({ fetch: (request, init) => fetch(request, init), baseUrl: url, headers });
  return new ApiClient(http, role === 'humans2ai.agent' ? humans2aiEnvelope : agrentingEnvelope);
}

/**
 * Tries a key with calls that only read. The first look must be answered: it tells whether this is a key at all.
 * @throws {HirewireError} as the marketplace refused it, or when it cannot be reached.
 */
export async function verifyKey(role: AccountRole, url: URL, key: string): Promise<KeyFacts> {
  const client = clientWith(role, url, key);
  const can: string[] = [];
  const cannot: string[] = [];
  for (const { scope, read } of LOOKS[role]) {
    try {
      can.push(`${scope}: ${await read(client)}`);
    } catch (error) {
      // What a key may not do says that it is a key; only that is not an error here.
      if (!(error instanceof HirewireError) || error.facts.code !== 'FORBIDDEN') throw error;
      cannot.push(scope);
    }
  }
  const isAgents = role === 'agrenting.hirer' && cannot.length > 0 && (await isAgentKey(url, key));
  if (can.length > 0 && !isAgents) return { can, cannot, untold: UNTOLD[role] };
  throw new HirewireError({
    code: 'FORBIDDEN',
    message: isAgents
      ? 'This is the key of an agent, which cannot hire.'
      : `The marketplace knows this key, but it may do nothing that ${role.replace('.', ' ')} needs.`,
    changed: 'no',
    next: isAgents ? 'Log in with --role agent.' : 'Is it the key of another role?',
    retrySafe: false,
  });
}

/** An agent's key reads a balance too; only what is an agent's alone tells it from a hirer's with few scopes. */
async function isAgentKey(url: URL, key: string): Promise<boolean> {
  return await clientWith('agrenting.agent', url, key)
    .call(agrenting.pendingHirings)
    .then(
      () => true,
      () => false,
    );
}

const LOOKS: Readonly<Record<AccountRole, readonly Look[]>> = {
  'agrenting.hirer': [
    {
      scope: 'balance:read',
      read: async (client) => {
        const { available, escrow, currency } = await client.call(agrenting.getBalance);
        return `${available} ${currency} available, ${escrow} in escrow`;
      },
    },
    {
      scope: 'hirings:read',
      read: async (client) => {
        await client.call(agrenting.listHirings, { query: { limit: 1 } });
        return 'yes';
      },
    },
    {
      scope: 'account:read',
      read: async (client) => {
        const { stored } = await client.call(agrenting.githubTokenStatus);
        return `a GitHub token is ${stored ? '' : 'not '}stored`;
      },
    },
  ],
  'agrenting.agent': [
    {
      scope: 'pending hirings',
      read: async (client) => `${(await client.call(agrenting.pendingHirings)).length} waiting`,
    },
  ],
  'humans2ai.agent': [
    {
      scope: 'wallet:read',
      read: async (client) => {
        const { balance, frozenBalance } = await callTool(client, tools.get_wallet, {}, never());
        return `${balance} $A9token available${frozenBalance == null ? '' : `, ${frozenBalance} in escrow`}`;
      },
    },
    {
      scope: 'tasks:read',
      read: async (client) => {
        await callTool(client, tools.list_tasks, { limit: 1 }, never());
        return 'yes';
      },
    },
  ],
};

const UNTOLD: Readonly<Record<AccountRole, string>> = {
  'agrenting.hirer': 'Whether it may hire and cancel, and its spending cap, shows only when it is used.',
  'agrenting.agent': 'An agent key has no scopes and no cap.',
  'humans2ai.agent': 'Whether it may create and pay tasks (tasks:write) shows only when it is used.',
};

const never = () => ({ signal: new AbortController().signal });
