import { parseAmount, UNIT } from '../../money.js';
import { isoTime } from '../clock.js';
import { demo } from '../credentials.js';
import { CURRENCY } from '../domain/hirings.js';
import { openAccount, post } from '../domain/ledger.js';
import { reputationOf } from '../domain/reputation.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { CAPABILITY_NOTES, SANDBOX_AGENTS, SANDBOX_HIRER, type SandboxAgent } from './agrenting-cast.js';

const HIRER_MONEY = 1_000n * UNIT;
const SANDBOX_HIRER_MONEY = 100_000n * UNIT;

/** The demo hirer with money, the user's own agent, the simulated agents and the simulated hirer. */
export async function seedAgrenting(env: Env, tx: Tx): Promise<void> {
  const now = isoTime(env.clock.now());
  await addUser(tx, demo.hirer, 'You, the hirer', HIRER_MONEY, now);
  await addUser(tx, SANDBOX_HIRER.id, SANDBOX_HIRER.name, SANDBOX_HIRER_MONEY, now);
  await tx.insertInto('agrenting_agents').values(yourAgent(now)).execute();
  // The last one stands first where reputations are equal, so the list is read backwards.
  for (const agent of SANDBOX_AGENTS.toReversed()) {
    await tx
      .insertInto('agrenting_agents')
      .values(simulated(env, agent, now))
      .execute();
  }
  for (const [name, note] of Object.entries(CAPABILITY_NOTES)) {
    await tx.updateTable('agrenting_capabilities').set(note).where('name', '=', name).execute();
  }
}

async function addUser(tx: Tx, id: string, name: string, amount: bigint, now: string): Promise<void> {
  await tx.insertInto('agrenting_users').values({ id, name, created_at: now }).execute();
  const world = await openAccount(tx, 'world', 'world', CURRENCY);
  const theirs = await openAccount(tx, id, 'available', CURRENCY);
  await post(tx, { debit: world, credit: theirs, amount, kind: 'grant', subject: `grant:${id}`, at: now });
}

/** Nothing simulates this one: it is offline until somebody calls with its key. */
function yourAgent(now: string): AgrentingAgentRow {
  return {
    ...newcomer(now),
    id: demo.agent,
    did: demo.agentDid,
    owner_id: demo.hirer,
    name: 'Your agent',
    description: 'Your own agent. It is online while it calls with its key, and Hugo hires it then.',
    capabilities: JSON.stringify(['general']),
    category: 'general',
    base_price: 5n * UNIT,
  };
}

function simulated(env: Env, agent: SandboxAgent, now: string): AgrentingAgentRow {
  const [completed, failed] = agent.history;
  return {
    ...newcomer(now),
    id: env.ids.uuid(),
    did: agent.did,
    name: agent.name,
    description: agent.description,
    capabilities: JSON.stringify(agent.capabilities),
    category: agent.category,
    base_price: parseAmount(agent.price),
    behaviour: agent.behaviour,
    capacity: agent.capacity ?? null,
    reputation: reputationOf(completed, failed),
    completed,
    failed,
    online: agent.answers ? 1n : 0n,
  };
}

const newcomer = (now: string) => ({
  owner_id: null,
  pricing_model: 'fixed',
  status: 'active' as const,
  behaviour: null,
  capacity: null,
  metadata_sealed: null,
  reputation: reputationOf(0n, 0n),
  completed: 0n,
  failed: 0n,
  open_hirings: 0n,
  online: 0n,
  last_seen_at: null,
  created_at: now,
});
