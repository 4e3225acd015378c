import { USER_SCOPES } from '../marketplaces/agrenting/contract/api-keys.js';
import type { CallerKind } from '../marketplaces/route.js';
import { hashSecret, isoTime } from './clock.js';
import type { Env } from './env.js';
import type { CredentialRow, Tx } from './store/schema.js';

/** Fixed ids of the demo accounts; nothing about them is secret. */
export const demo = {
  hirer: '0d3a0000-0000-4000-8000-000000000001',
  /** The user's own agent: nothing simulates it. */
  agent: '0d3a0000-0000-4000-8000-000000000002',
  agentDid: 'did:agrenting:your-agent',
  agrentingAdmin: '0d3a0000-0000-4000-8000-000000000004',
  humans2aiAgent: 'user_your_assistant',
  humans2aiHuman: 'user_you_as_human',
  humans2aiAdmin: 'user_admin',
  agentdojo: 'dojo_demo',
  agentdojoSlug: 'my-server',
} as const;

export interface DemoCredentials {
  readonly agrenting: {
    readonly hirer: string;
    readonly agent: string;
    readonly agent_did: string;
    readonly admin: string;
  };
  readonly humans2ai: { readonly agent: string; readonly human: string; readonly admin: string };
  readonly agentdojo: { readonly key: string; readonly slug: string };
}

export interface NewCredential {
  readonly marketplace: CredentialRow['marketplace'];
  readonly kind: CallerKind;
  readonly via?: 'key' | 'session';
  readonly account: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly maxPricePerHire?: bigint | null;
  readonly allowedIps?: readonly string[];
  readonly expiresAt?: string | null;
  /** Since when it counts as signed in; by default now. */
  readonly since?: string;
}

/** Creates a credential. The secret is returned once and only its hash is stored. */
export async function issueCredential(
  env: Env,
  tx: Tx,
  wanted: NewCredential,
): Promise<{ id: string; secret: string }> {
  const secret = env.ids.secret(wanted.prefix);
  const id = env.ids.uuid();
  await tx
    .insertInto('credentials')
    .values({
      id,
      hash: hashSecret(secret),
      marketplace: wanted.marketplace,
      kind: wanted.kind,
      via: wanted.via ?? 'key',
      account: wanted.account,
      name: wanted.name,
      hint: secret.slice(-4),
      scopes: wanted.scopes.join(' '),
      max_price_per_hire: wanted.maxPricePerHire ?? null,
      allowed_ips: wanted.allowedIps ? JSON.stringify(wanted.allowedIps) : null,
      created_at: wanted.since ?? isoTime(env.clock.now()),
      expires_at: wanted.expiresAt ?? null,
      revoked_at: null,
    })
    .execute();
  return { id, secret };
}

export const AGRENTING_SCOPES = USER_SCOPES;
export const HUMANS2AI_SCOPES = [
  'tasks:read',
  'tasks:write',
  'wallet:read',
  'messages:read',
  'messages:write',
] as const;

export async function issueDemoCredentials(env: Env): Promise<DemoCredentials> {
  const agrenting = (kind: CallerKind, account: string, name: string) =>
    issueCredential(env, env.db, { marketplace: 'agrenting', kind, account, name, prefix: 'ap_', scopes: ['*'] });
  const humans2ai = (kind: CallerKind, account: string, name: string) =>
    issueCredential(env, env.db, { marketplace: 'humans2ai', kind, account, name, prefix: 'sk_live_', scopes: ['*'] });
  const agentdojo = () =>
    issueCredential(env, env.db, {
      marketplace: 'agentdojo',
      kind: 'user',
      account: demo.agentdojo,
      name: 'demo account',
      prefix: 'sk_',
      scopes: ['*'],
    });
  return {
    agrenting: {
      hirer: (await agrenting('user', demo.hirer, 'demo hirer')).secret,
      agent: (await agrenting('agent', demo.agent, 'demo agent')).secret,
      agent_did: demo.agentDid,
      admin: (await agrenting('admin', demo.agrentingAdmin, 'demo admin')).secret,
    },
    humans2ai: {
      agent: (await humans2ai('agent', demo.humans2aiAgent, 'demo agent')).secret,
      human: (await humans2ai('human', demo.humans2aiHuman, 'demo human')).secret,
      admin: (await humans2ai('admin', demo.humans2aiAdmin, 'demo admin')).secret,
    },
    agentdojo: { key: (await agentdojo()).secret, slug: demo.agentdojoSlug },
  };
}
