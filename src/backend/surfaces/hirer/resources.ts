import { api } from '../../../marketplaces/agrenting/api.js';
import { uuid } from '../../../marketplaces/agrenting/contract/scalars.js';
import { envelope } from '../../../marketplaces/agrenting/envelope.js';
import { authorize, hasScope } from '../../auth.js';
import { activeHirings } from '../../domain/hiring-list.js';
import { hiringView } from '../../routes/agrenting/views.js';
import { dataOf, objectOf } from '../call-route.js';
import type { Session } from '../session.js';
import { noSuchResource, type SurfaceCall, type SurfaceResources } from '../surface.js';
import { hiringHead, hiringStatus } from './views.js';

/** What a hirer reads and is told of. All of it needs hirings:read. */

export const ACTIVE = 'hirings://active';
export const statusUri = (id: string): string => `hiring://${id}/status`;
export const messagesUri = (id: string): string => `hiring://${id}/messages`;
const mimeType = 'application/json';
const LISTED = 50;
const MESSAGES_SHOWN = '100';

export const hirerResources: SurfaceResources = {
  templates: [
    { uriTemplate: 'hiring://{id}/status', name: 'Hiring status', description: 'Where a hiring stands.', mimeType },
    { uriTemplate: 'hiring://{id}/messages', name: 'Hiring messages', description: 'The conversation.', mimeType },
  ],

  async list(call) {
    checkScope(call);
    const active = await activeHirings(call.env.db, call.caller.account);
    return [
      { uri: ACTIVE, name: 'Active hirings', description: 'All hirings of yours that are not final.', mimeType },
      ...active.slice(0, LISTED).flatMap(({ hiring: { id } }) => [
        { uri: statusUri(id), name: `Status of hiring ${id}`, mimeType },
        { uri: messagesUri(id), name: `Messages of hiring ${id}`, mimeType },
      ]),
    ];
  },

  async read(call, uri) {
    checkScope(call);
    if (uri === ACTIVE) {
      const active = await activeHirings(call.env.db, call.caller.account);
      return active.map(({ hiring, agent }) => hiringHead(hiringView(hiring, { agent })));
    }
    const { id, part } = partOf(uri);
    if (part === 'status') return hiringStatus(await objectOf(call, api.getHiring, { params: { id } }));
    return await dataOf(call, api.listHiringMessages, { params: { id }, query: { limit: MESSAGES_SHOWN } });
  },

  async checkSubscription(call, uri) {
    checkScope(call);
    if (uri !== ACTIVE) await objectOf(call, api.getHiring, { params: { id: partOf(uri).id } });
  },
};

/** Documented: on connect a session is subscribed to the list and to the status of everything that is in progress. */
export async function subscribeToActive(call: SurfaceCall, session: Session): Promise<void> {
  if (!mayRead(call)) return;
  session.subscriptions.add(ACTIVE);
  const active = await activeHirings(call.env.db, call.caller.account);
  for (const { hiring } of active) session.subscriptions.add(statusUri(hiring.id));
}

/** @throws {ApiError} FORBIDDEN. */
function checkScope({ env, caller }: SurfaceCall): void {
  authorize(api.getHiring, caller, envelope.standard, env.clock.now());
}

export function mayRead(call: SurfaceCall): boolean {
  return hasScope(call.caller, api.getHiring.scope ?? '*');
}

function partOf(uri: string): { id: string; part: string } {
  const [, id = '', part = ''] = /^hiring:\/\/([^/]+)\/(status|messages)$/.exec(uri) ?? [];
  if (!uuid.safeParse(id).success) throw noSuchResource(uri);
  return { id, part };
}
