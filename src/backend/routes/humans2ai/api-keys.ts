import { api } from '../../../marketplaces/humans2ai/api.js';
import { requireUser } from '../../domain/accounts.js';
import * as domain from '../../domain/api-keys.js';
import { callerIn, implement } from '../../pipeline.js';
import { apiKeyView } from './views.js';

export const apiKeyRoutes = [
  implement(api.createApiKey, async (call) => {
    const user = await requireUser(call.tx, callerIn(call).account);
    const { row, secret } = await domain.createApiKey(call.env, call.tx, user, call.body);
    return { ...apiKeyView(row), key: secret };
  }),
  implement(api.listApiKeys, async (call) => {
    const rows = await domain.listApiKeys(call.tx, callerIn(call).account);
    return { apiKeys: rows.map(apiKeyView) };
  }),
  implement(api.deleteApiKey, async (call) => {
    await domain.deleteApiKey(call.tx, callerIn(call).account, call.params.id);
    return { id: call.params.id, deleted: true };
  }),
  implement(api.upgradeApiKey, async (call) => {
    const { account } = callerIn(call);
    return apiKeyView(await domain.upgradeApiKey(call.tx, account, call.params.id, call.body.permissions));
  }),
];
