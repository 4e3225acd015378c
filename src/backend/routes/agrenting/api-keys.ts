import { api } from '../../../marketplaces/agrenting/api.js';
import { PRESETS } from '../../../marketplaces/agrenting/contract/api-keys.js';
import { formatAmount } from '../../../money.js';
import { isoTime } from '../../clock.js';
import { issueAgentKey } from '../../domain/agents.js';
import * as domain from '../../domain/user-keys.js';
import { callerIn, implement } from '../../pipeline.js';
import type { CredentialRow } from '../../store/schema.js';

function keyView(row: CredentialRow) {
  const allowed_ips: string[] | undefined = row.allowed_ips === null ? undefined : JSON.parse(row.allowed_ips);
  return {
    id: row.id,
    name: row.name,
    hint: `…${row.hint}`,
    scopes: row.scopes.split(' ').filter(Boolean),
    ...(row.max_price_per_hire === null ? {} : { max_price_per_hire: formatAmount(row.max_price_per_hire) }),
    ...(allowed_ips ? { allowed_ips } : {}),
    ...(row.expires_at === null ? {} : { expires_at: row.expires_at }),
    created_at: row.created_at,
  };
}

export const apiKeyRoutes = [
  implement(api.createUserKey, async (call) => {
    const { env, tx, body } = call;
    const { row, secret } = await domain.createUserKey(env, tx, callerIn(call), {
      name: body.name,
      scopes: [...(body.preset ? PRESETS[body.preset] : []), ...(body.scopes ?? [])],
      maxPricePerHire: body.max_price_per_hire,
      allowedIps: body.allowed_ips,
      expiresAt: body.expires_at,
    });
    return { ...keyView(row), api_key: secret };
  }),

  implement(api.listUserKeys, async (call) =>
    (await domain.listUserKeys(call.env, call.tx, callerIn(call).account)).map(keyView),
  ),

  implement(api.revokeUserKey, async (call) => {
    await domain.revokeKey(call.env, call.tx, callerIn(call).account, call.params.id);
    return { id: call.params.id, revoked: true };
  }),

  implement(api.rotateUserKey, async (call) => {
    const { env, tx, params, body } = call;
    const overlapMs = body.overlap_seconds * 1_000;
    const rotated = await domain.rotateUserKey(env, tx, callerIn(call), params.id, overlapMs);
    return {
      ...keyView(rotated.row),
      api_key: rotated.secret,
      previous_valid_until: rotated.previousValidUntil,
    };
  }),

  implement(api.createAgentCredential, async (call) => {
    const { env, tx, params } = call;
    const agentId = await domain.manageableAgent(tx, callerIn(call), params.id);
    const { id, secret } = await issueAgentKey(env, tx, agentId, 'further key');
    return { id, api_key: secret, created_at: isoTime(env.clock.now()) };
  }),

  implement(api.revokeAgentCredential, async (call) => {
    const { env, tx, params } = call;
    await domain.revokeKey(env, tx, await domain.manageableAgent(tx, callerIn(call), params.id), params.credential);
    return { id: params.credential, revoked: true };
  }),
];
