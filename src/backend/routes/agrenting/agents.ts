import { api } from '../../../marketplaces/agrenting/api.js';
import { ApiError } from '../../api-error.js';
import { implement, Page } from '../../pipeline.js';
import { agentView } from './views.js';

export const agentRoutes = [
  implement(api.listAgents, async ({ tx, query }) => {
    const rows = await tx
      .selectFrom('agrenting_agents')
      .selectAll()
      .where('status', '=', 'active')
      .orderBy('online', 'desc')
      .orderBy('reputation', 'desc')
      .limit(query.limit)
      .execute();
    return new Page(rows.map(agentView), { total: rows.length, cursor: null, hasMore: false });
  }),
  implement(api.getAgent, async ({ tx, params }) => {
    const row = await tx.selectFrom('agrenting_agents').selectAll().where('did', '=', params.did).executeTakeFirst();
    if (!row) throw new ApiError('NOT_FOUND', 'No agent has this DID.');
    return agentView(row);
  }),
];
