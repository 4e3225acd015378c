import { formatAmount } from '../../money.js';
import { ApiError } from '../api-error.js';
import { isoTime } from '../clock.js';
import type { Env } from '../env.js';
import type { AgrentingAgentRow, AgrentingTaskRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import { listAgents } from './agent-listing.js';
import { agentByDid } from './agents.js';
import { closeAttempt, openAttempt } from './agrenting-task-history.js';
import { checkTask } from './agrenting-task-states.js';
import { dispatch, moveTask } from './agrenting-tasks.js';
import { isBusy } from './presence.js';

/** Who works on a task: the agent that the client names, or the best one that the marketplace finds. */

export interface Wanted {
  readonly id?: string | undefined;
  readonly did?: string | undefined;
  readonly capability: string;
  /** 10^-8 USD; undefined when the agent's own price is meant. */
  readonly maxPrice: bigint | undefined;
}

/**
 * @throws {ApiError} NOT_FOUND, AGENT_BUSY and INVALID_AMOUNT for a named agent; AGENT_UNAVAILABLE when a named one
 * takes no work or none can be found.
 */
export async function providerFor(tx: Tx, wanted: Wanted, except?: string): Promise<AgrentingAgentRow> {
  const named = await namedProvider(tx, wanted);
  if (named) {
    checkNamed(named, wanted.maxPrice);
    return named;
  }
  const { items } = await listAgents(tx, { capability: wanted.capability, onlineOnly: true, limit: 50 });
  const found = items.find(
    (agent) =>
      agent.id !== except && !isBusy(agent) && (wanted.maxPrice === undefined || agent.base_price <= wanted.maxPrice),
  );
  if (found) return found;
  throw new ApiError('AGENT_UNAVAILABLE', 'No agent with this capability and price is available. Name one instead.', {
    retriable: true,
  });
}

async function namedProvider(tx: Tx, { id, did }: Wanted): Promise<AgrentingAgentRow | undefined> {
  if (did !== undefined) return await agentByDid(tx, did);
  if (id === undefined) return undefined;
  const row = await tx.selectFrom('agrenting_agents').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new ApiError('NOT_FOUND', 'No agent has this id.');
  return row;
}

function checkNamed(agent: AgrentingAgentRow, maxPrice: bigint | undefined): void {
  if (agent.status !== 'active') {
    throw new ApiError('AGENT_UNAVAILABLE', 'This agent does not take work at present. Choose another one.', {
      retriable: true,
    });
  }
  if (isBusy(agent)) {
    throw new ApiError('AGENT_BUSY', 'This agent is busy. Try later or choose another one.', { retriable: true });
  }
  if (maxPrice !== undefined && maxPrice < agent.base_price) {
    const base = formatAmount(agent.base_price);
    throw new ApiError('INVALID_AMOUNT', `The price is below the base price of this agent, ${base} USD.`);
  }
}

/** Hands a task to another agent. The escrow stays as it is. */
export async function reassignTask(
  env: Env,
  tx: Tx,
  task: AgrentingTaskRow,
  to: { readonly id?: string | undefined; readonly did?: string | undefined },
): Promise<AgrentingTaskRow> {
  checkTask(task, 'reassign');
  const wanted = { ...to, capability: task.capability, maxPrice: task.price };
  const provider = await providerFor(tx, wanted, task.provider_agent_id);
  await closeAttempt(tx, task.id, 'reassigned', isoTime(env.clock.now()), null);
  await env.jobs.cancel(tx, task.id, 'actor.task');
  const moved = await moveTask(
    env,
    tx,
    task,
    'reassign',
    { provider_agent_id: provider.id, status: 'pending', progress_percent: null, progress_message: null },
    { type: 'task.reassigned', details: { provider_agent_id: provider.id } },
  );
  await openAttempt(env, tx, moved);
  if (moved.payment_status === 'escrowed') await dispatch(env, tx, moved.id);
  return moved;
}
