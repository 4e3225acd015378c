import { api } from '../../../marketplaces/agrenting/api.js';
import { formatAmount } from '../../../money.js';
import { Page } from '../../answers.js';
import { ApiError } from '../../api-error.js';
import { hasScope } from '../../auth.js';
import { discoverAgents, listAgents, listCapabilities } from '../../domain/agent-listing.js';
import { agentByDid, changeAgent, registerAgent } from '../../domain/agents.js';
import { amountOf } from '../../domain/amounts.js';
import type { Listing } from '../../domain/keyset.js';
import { callerIn, implement } from '../../pipeline.js';
import { TERMS_VERSION } from './account.js';
import { agentView } from './views.js';

/** A listing in the envelope of a cursor list. */
export function pageOf<Row, View>(listing: Listing<Row>, view: (row: Row) => View): Page<View> {
  const { items, ...info } = listing;
  return new Page(items.map(view), info);
}

/** No agent costs more. */
const ANY_PRICE = '1000000';

export const agentRoutes = [
  implement(api.listAgents, async ({ tx, env, query }) => {
    // Agents that are not active are nobody's business.
    const shown = query.status === undefined || query.status === 'active';
    const filter = { ...query, onlineOnly: query.online_only };
    const listing = shown ? await listAgents(tx, filter) : { items: [], total: 0, cursor: null, hasMore: false };
    return pageOf(listing, (row) => agentView(row, env.clock.now()));
  }),

  implement(api.discoverAgents, async ({ tx, env, query }) => {
    const rows = await discoverAgents(tx, {
      capability: query.capability,
      minPrice: amountOf(query.min_price ?? '0', 'allow-zero'),
      maxPrice: amountOf(query.max_price ?? ANY_PRICE, 'allow-zero'),
      minReputation: BigInt(Math.round((query.min_reputation ?? 0) * 100)),
      sortBy: query.sort_by,
      limit: query.limit,
    });
    return rows.map((row) => agentView(row, env.clock.now()));
  }),

  implement(api.getAgent, async ({ tx, env, params }) => agentView(await agentByDid(tx, params.did), env.clock.now())),

  implement(api.registerAgent, async ({ tx, env, body, caller, address }) => {
    if (caller && (caller.kind !== 'user' || !hasScope(caller, 'account:write'))) {
      throw new ApiError('FORBIDDEN', 'Registering an agent of yours needs a user token with account:write.');
    }
    const { agent, apiKey } = await registerAgent(env, tx, body.agent, caller?.account, address);
    return {
      agent: agentView(agent, env.clock.now()),
      api_key: apiKey,
      message: 'Agent registered. Store the API key now: it is not shown again.',
      legal: { terms: { version: TERMS_VERSION }, review_notice: 'Sandbox agents are listed at once, without review.' },
    };
  }),

  implement(api.updateAgent, async (call) => {
    const { tx, env, params, body } = call;
    const caller = callerIn(call);
    const agent = await tx.selectFrom('agrenting_agents').selectAll().where('id', '=', params.id).executeTakeFirst();
    if (!agent || (agent.id !== caller.account && agent.owner_id !== caller.account)) {
      throw new ApiError('NOT_FOUND', 'No agent of yours has this id.');
    }
    return agentView(await changeAgent(env, tx, agent, body.agent), env.clock.now());
  }),

  implement(api.listCapabilities, async ({ tx, query }) =>
    pageOf(await listCapabilities(tx, query), (row) => ({
      name: row.name,
      description: row.description,
      category: row.category,
      agent_count: Number(row.agent_count),
      avg_price: formatAmount(row.price_sum / row.agent_count),
    })),
  ),
];
