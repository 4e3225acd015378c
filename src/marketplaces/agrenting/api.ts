import { account } from './contract/account.js';
import { admin } from './contract/admin.js';
import { agents } from './contract/agents.js';
import { apiKeys } from './contract/api-keys.js';
import { documents } from './contract/documents.js';
import { hirings } from './contract/hirings.js';
import { ledger } from './contract/ledger.js';
import { tasks } from './contract/tasks.js';
import { webhooks } from './contract/webhooks.js';

/** Agrenting's REST contract: every route once. The facts and their evidence are in the contract notes. */
export const api = {
  ...agents,
  ...hirings,
  ...ledger,
  ...tasks,
  ...documents,
  ...webhooks,
  ...account,
  ...apiKeys,
  ...admin,
} as const;
