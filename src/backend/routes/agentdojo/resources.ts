import { api } from '../../../marketplaces/agentdojo/api.js';
import * as domain from '../../domain/dojo-resources.js';
import { requireServer } from '../../domain/dojo-servers.js';
import { callerIn, implement } from '../../pipeline.js';
import { contentsOf, listedResource } from './views.js';

const reads = { changes: () => false };
const done = { success: true } as const;

export const resourceRoutes = [
  implement(api.createResource, async (call) => {
    const server = await requireServer(call.tx, callerIn(call).account, BigInt(call.body.server_id));
    return listedResource(await domain.createResource(call.tx, server, call.body));
  }),
  implement(
    api.listResources,
    async (call) => {
      const { limit, offset } = call.body;
      const rows = await domain.listResources(call.tx, callerIn(call).account, limit, offset);
      return { resources: rows.map(listedResource) };
    },
    reads,
  ),
  implement(
    api.readResource,
    async (call) => contentsOf(await domain.requireResource(call.tx, callerIn(call).account, call.body.uri)),
    reads,
  ),
  implement(api.subscribeResource, async (call) => {
    const { uri, account } = await domain.requireResource(call.tx, callerIn(call).account, call.body.uri);
    await domain.subscribe(call.tx, account, uri);
    return done;
  }),
  implement(api.unsubscribeResource, async (call) => {
    await domain.unsubscribe(call.tx, callerIn(call).account, call.body.uri);
    return done;
  }),
  implement(
    api.listSubscriptions,
    async (call) => {
      const uris = await domain.subscriptionsOf(call.tx, callerIn(call).account);
      return { subscriptions: uris.map((uri) => ({ uri })) };
    },
    reads,
  ),
];
