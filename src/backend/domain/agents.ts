import { ApiError } from '../api-error.js';
import { hashSecret, isoTime } from '../clock.js';
import { issueCredential } from '../credentials.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { amountOf } from './amounts.js';
import { probeSoon } from './presence.js';
import { reputationOf } from './reputation.js';

/** Agents as rows: reading, registering and changing them. How they are listed is in agent-listing.ts. */

export async function agentById(tx: Tx, id: string): Promise<AgrentingAgentRow> {
  return await tx.selectFrom('agrenting_agents').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** @throws {ApiError} NOT_FOUND. */
export async function agentByDid(tx: Tx, did: string): Promise<AgrentingAgentRow> {
  const row = await tx.selectFrom('agrenting_agents').selectAll().where('did', '=', did).executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'No agent has this DID.');
  return row;
}

/** Counts a finished hiring or task, and moves the reputation by it. */
export async function recordOutcome(tx: Tx, agentId: string, outcome: 'completed' | 'failed'): Promise<void> {
  const agent = await agentById(tx, agentId);
  const completed = agent.completed + (outcome === 'completed' ? 1n : 0n);
  const failed = agent.failed + (outcome === 'failed' ? 1n : 0n);
  await tx
    .updateTable('agrenting_agents')
    .set({ completed, failed, reputation: reputationOf(completed, failed) })
    .where('id', '=', agentId)
    .execute();
}

export interface NewAgent {
  readonly name: string;
  readonly did?: string | undefined;
  readonly description: string;
  readonly capabilities: readonly string[];
  readonly category: string;
  readonly pricing_model: string;
  readonly base_price: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const ANONYMOUS_MAX = 3n;

/**
 * Registers an agent and gives it its key, which is shown this once.
 * @param ownerId the user who owns it, or undefined for an anonymous registration from `address`.
 * @throws {ApiError} FORBIDDEN for a fourth anonymous agent of an address, VALIDATION_ERROR for a DID that is taken.
 */
export async function registerAgent(
  env: Env,
  tx: Tx,
  wanted: NewAgent,
  ownerId: string | undefined,
  address: string,
): Promise<{ agent: AgrentingAgentRow; apiKey: string }> {
  if (ownerId === undefined) await countAnonymous(tx, address);
  const id = env.ids.uuid();
  const did = wanted.did ?? `did:agrenting:${slug(wanted.name)}-${id.slice(0, 8)}`;
  const taken = await tx.selectFrom('agrenting_agents').select('id').where('did', '=', did).executeTakeFirst();
  if (taken) throw new ApiError('VALIDATION_ERROR', 'The request is not valid.', { details: { did: ['is taken'] } });
  const agent: AgrentingAgentRow = {
    id,
    did,
    owner_id: ownerId ?? null,
    name: wanted.name,
    description: wanted.description,
    capabilities: capabilityList(wanted.capabilities),
    category: wanted.category,
    pricing_model: wanted.pricing_model,
    base_price: amountOf(wanted.base_price, 'allow-zero'),
    status: 'active',
    behaviour: null,
    capacity: null,
    metadata_sealed: sealMetadata(env, id, wanted.metadata),
    reputation: reputationOf(0n, 0n),
    completed: 0n,
    failed: 0n,
    open_hirings: 0n,
    online: 0n,
    last_seen_at: null,
    created_at: isoTime(env.clock.now()),
  };
  await tx.insertInto('agrenting_agents').values(agent).execute();
  if (callbackOf(env, agent)) await probeSoon(env, tx, id);
  return { agent, apiKey: (await issueAgentKey(env, tx, id, 'first key')).secret };
}

/** A key with which an agent may do all that an agent may do. */
export async function issueAgentKey(
  env: Env,
  tx: Tx,
  agentId: string,
  name: string,
): Promise<{ id: string; secret: string }> {
  return await issueCredential(env, tx, {
    marketplace: 'agrenting',
    kind: 'agent',
    account: agentId,
    name,
    prefix: 'ak_live_',
    scopes: ['*'],
  });
}

async function countAnonymous(tx: Tx, address: string): Promise<void> {
  const name = `agents:anonymous:${hashSecret(address)}`;
  const { n } = await tx
    .insertInto('counters')
    .values({ name, n: 1n })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((row) => ({ n: row('counters.n', '+', 1n) })))
    .returning('n')
    .executeTakeFirstOrThrow();
  if (n <= ANONYMOUS_MAX) return;
  throw new ApiError(
    'FORBIDDEN',
    `An address registers at most ${ANONYMOUS_MAX} agents without a credential. Send a user token to register more.`,
  );
}

type AgentChange = { readonly [K in keyof NewAgent]?: NewAgent[K] | undefined } & {
  readonly status?: 'active' | 'inactive' | 'draft' | undefined;
};

/** Changes what an agent says of itself. @throws {ApiError} INVALID_AMOUNT; CONFLICT for a suspended or banned agent. */
export async function changeAgent(
  env: Env,
  tx: Tx,
  agent: AgrentingAgentRow,
  change: AgentChange,
): Promise<AgrentingAgentRow> {
  if (TAKEN_OFF.includes(agent.status)) {
    throw new ApiError('CONFLICT', 'This agent was taken off the marketplace and cannot be changed.');
  }
  const { name, description, category, pricing_model, status, capabilities, base_price, metadata } = change;
  const plain = Object.entries({ name, description, category, pricing_model, status });
  const changed = await tx
    .updateTable('agrenting_agents')
    .set({
      ...Object.fromEntries(plain.filter(([, value]) => value !== undefined)),
      ...(capabilities ? { capabilities: capabilityList(capabilities) } : {}),
      ...(base_price === undefined ? {} : { base_price: amountOf(base_price, 'allow-zero') }),
      ...(metadata ? { metadata_sealed: sealMetadata(env, agent.id, metadata) } : {}),
      // A set of columns is never empty.
      did: agent.did,
    })
    .where('id', '=', agent.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (metadata && callbackOf(env, changed)) await probeSoon(env, tx, agent.id);
  return changed;
}

const TAKEN_OFF: readonly string[] = ['suspended', 'banned'];

/** @throws {ApiError} FORBIDDEN for an agent that was taken off the marketplace. */
export async function refuseSuspended(tx: Tx, id: string): Promise<void> {
  const agent = await tx.selectFrom('agrenting_agents').select('status').where('id', '=', id).executeTakeFirst();
  if (agent && TAKEN_OFF.includes(agent.status)) {
    throw new ApiError('FORBIDDEN', 'This agent was taken off the marketplace: its credentials are refused.');
  }
}

/**
 * Takes an agent off the marketplace, or back onto it. Work that is under way runs into its deadline and is refunded.
 * @throws {ApiError} NOT_FOUND; CONFLICT for one that is not suspended, or banned for good.
 */
export async function setAgentSuspended(env: Env, tx: Tx, id: string, suspended: boolean): Promise<AgrentingAgentRow> {
  const agent = await tx.selectFrom('agrenting_agents').selectAll().where('id', '=', id).executeTakeFirst();
  if (!agent) throw new ApiError('NOT_FOUND', 'No agent has this id.');
  if (agent.status === 'banned' || (!suspended && agent.status !== 'suspended')) {
    throw new ApiError('CONFLICT', `An agent that is ${agent.status} does not allow this. Nothing was changed.`);
  }
  const changed = await tx
    .updateTable('agrenting_agents')
    .set({ status: suspended ? 'suspended' : 'active' })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (suspended) await env.events.emit(tx, { type: 'credentials.revoked', id });
  await env.events.emit(tx, { type: 'agent.status_changed', id });
  return changed;
}

const capabilityList = (capabilities: readonly string[]): string => JSON.stringify([...new Set(capabilities)]);

/** Metadata may carry callback_auth_header, which is a secret of the agent's owner. */
function sealMetadata(env: Env, agentId: string, metadata: Readonly<Record<string, unknown>>): string | null {
  if (Object.keys(metadata).length === 0) return null;
  return env.sealer.seal(JSON.stringify(metadata), `agent:${agentId}`);
}

/** What an agent's owner told about reaching it. */
export interface Callback {
  readonly url: string;
  /** Sent along as it is; see callback.ts. */
  readonly authHeader: string | undefined;
  /** Signs what is sent; ours, in place of the agent's key. */
  readonly secret: string | undefined;
}

/** Where an agent wants to be called, if anywhere. */
export function callbackOf(env: Env, agent: AgrentingAgentRow): Callback | undefined {
  if (agent.metadata_sealed === null) return undefined;
  const metadata: Record<string, unknown> = JSON.parse(env.sealer.open(agent.metadata_sealed, `agent:${agent.id}`));
  const text = (name: string) => (typeof metadata[name] === 'string' ? metadata[name] : undefined);
  const url = text('callback_url');
  if (!url) return undefined;
  return { url, authHeader: text('callback_auth_header'), secret: text('callback_secret') };
}

function slug(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return plain.replace(/^-+|-+$/g, '').slice(0, 40) || 'agent';
}
