import { listWebhooks as agrentingWebhooks } from '../../domain/agrenting-webhooks.js';
import { listWebhooks as taskWebhooks } from '../../domain/task-webhooks.js';
import type { Tx } from '../../store/schema.js';
import type { MarketplaceName } from '../roles.js';

/** A webhook as both marketplaces have it. */
export interface Hook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly createdAt: string;
}

export async function hooksOf(tx: Tx, marketplace: MarketplaceName, account: string): Promise<Hook[]> {
  if (marketplace === 'humans2ai') {
    const rows = await taskWebhooks(tx, account);
    return rows.map(({ id, url, events, active, created_at }) => ({
      id,
      url,
      events: namesIn(events),
      active: active === 1n,
      createdAt: created_at,
    }));
  }
  const rows = await agrentingWebhooks(tx, account);
  return rows.map(({ id, callback_url, event_types, status, created_at }) => ({
    id,
    url: callback_url,
    events: namesIn(event_types),
    active: status === 'active',
    createdAt: created_at,
  }));
}

function namesIn(json: string): string[] {
  const names: string[] = JSON.parse(json);
  return names;
}
