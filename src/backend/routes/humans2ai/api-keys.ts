import { api } from '../../../marketplaces/humans2ai/api.js';
import { PERMISSIONS, READ_ONLY_PERMISSIONS } from '../../../marketplaces/humans2ai/contract/api-keys.js';
import { requireUser } from '../../domain/accounts.js';
import * as domain from '../../domain/api-keys.js';
import { callerIn, implement } from '../../pipeline.js';
import { apiKeyView } from './views.js';

const PERMISSION_PRESETS = { 'read-only': READ_ONLY_PERMISSIONS, full: PERMISSIONS } as const;

export const apiKeyRoutes = [
  implement(api.createApiKey, async (call) => {
    const user = await requireUser(call.tx, callerIn(call).account);
    const { preset, ...wanted } = call.body;
    const permissions = preset === undefined ? wanted.permissions : PERMISSION_PRESETS[preset];
    const { row, secret } = await domain.createApiKey(call.env, call.tx, user, { ...wanted, permissions });
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
  implement(api.rotateApiKey, async (call) => {
    const { account } = callerIn(call);
    const rotated = await domain.rotateApiKey(call.env, call.tx, account, call.params.id);
    return { ...apiKeyView(rotated.row), key: rotated.secret, previousKeyValidUntil: rotated.previousValidUntil };
  }),
];
