import { uuid } from '../../../marketplaces/agrenting/contract/scalars.js';
import { pendingHirings } from '../../domain/hiring-list.js';
import { findHiring } from '../../domain/hirings.js';
import { pendingItem } from '../../routes/agrenting/views.js';
import type { HiringRow } from '../../store/agrenting-schema.js';
import { RPC, RpcError } from '../json-rpc.js';
import { noSuchResource, type SurfaceCall, type SurfaceResources } from '../surface.js';

/** What an agent reads: the hirings that wait for it, and each of its hirings. */

export const PENDING = 'hiring://pending';
export const hiringUri = (id: string): string => `hiring://${id}`;
const mimeType = 'application/json';

export const agentResources: SurfaceResources = {
  templates: [
    { uriTemplate: 'hiring://{hiring_id}', name: 'Hiring', description: 'One hiring of this agent.', mimeType },
  ],

  async list({ env, caller }) {
    const waiting = await pendingHirings(env.db, caller.account);
    return [
      { uri: PENDING, name: 'Pending hirings', description: 'Hirings that are ready to be worked on.', mimeType },
      ...waiting.map(({ id }) => ({ uri: hiringUri(id), name: `Hiring ${id}`, mimeType })),
    ];
  },

  async read(call, uri) {
    const { env, caller } = call;
    if (uri !== PENDING) return pendingItem(env, await ownHiring(call, uri));
    return (await pendingHirings(env.db, caller.account)).map((row) => pendingItem(env, row));
  },

  async checkSubscription(call, uri) {
    if (uri !== PENDING) await ownHiring(call, uri);
  },
};

async function ownHiring({ env, caller }: SurfaceCall, uri: string): Promise<HiringRow> {
  const id = /^hiring:\/\/([^/]+)$/.exec(uri)?.[1];
  if (id === undefined || !uuid.safeParse(id).success) throw noSuchResource(uri);
  const row = await findHiring(env.db, id);
  if (row?.agent_id !== caller.account) throw new RpcError(RPC.invalidParams, 'Hiring not found');
  return row;
}
