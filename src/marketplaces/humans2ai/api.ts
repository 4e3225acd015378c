import { admin } from './contract/admin.js';
import { apiKeys } from './contract/api-keys.js';
import { applications } from './contract/applications.js';
import { auth } from './contract/auth.js';
import { confirmations } from './contract/confirmations.js';
import { mcp } from './contract/mcp.js';
import { messages } from './contract/messages.js';
import { publicRoutes } from './contract/public.js';
import { tasks } from './contract/tasks.js';
import { wallet } from './contract/wallet.js';
import { webhooks } from './contract/webhooks.js';

export { FINANCIAL_TOOLS, type FinancialTool } from './contract/inputs.js';
export { type EnvelopeTool, type ToolName, tools } from './contract/tools.js';

/** Humans2AI's contract: every route once. The facts and their evidence are in the contract notes. */
export const api = {
  ...mcp,
  ...auth,
  ...publicRoutes,
  ...tasks,
  ...applications,
  ...messages,
  ...wallet,
  ...confirmations,
  ...apiKeys,
  ...webhooks,
  ...admin,
} as const;
