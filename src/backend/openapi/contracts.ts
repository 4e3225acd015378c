import { api as agentdojoApi } from '../../marketplaces/agentdojo/api.js';
import * as dojoResources from '../../marketplaces/agentdojo/contract/resources.js';
import * as dojoScalars from '../../marketplaces/agentdojo/contract/scalars.js';
import * as dojoServers from '../../marketplaces/agentdojo/contract/servers.js';
import * as dojoTools from '../../marketplaces/agentdojo/contract/tools.js';
import { api as agrentingApi } from '../../marketplaces/agrenting/api.js';
import * as agrentingAccount from '../../marketplaces/agrenting/contract/account.js';
import * as agrentingAdmin from '../../marketplaces/agrenting/contract/admin.js';
import * as agrentingAgents from '../../marketplaces/agrenting/contract/agents.js';
import * as agrentingApiKeys from '../../marketplaces/agrenting/contract/api-keys.js';
import * as agrentingDocuments from '../../marketplaces/agrenting/contract/documents.js';
import * as agrentingHirings from '../../marketplaces/agrenting/contract/hirings.js';
import * as agrentingLedger from '../../marketplaces/agrenting/contract/ledger.js';
import * as agrentingTasks from '../../marketplaces/agrenting/contract/tasks.js';
import * as agrentingWebhooks from '../../marketplaces/agrenting/contract/webhooks.js';
import { api as humans2aiApi, tools } from '../../marketplaces/humans2ai/api.js';
import * as admin from '../../marketplaces/humans2ai/contract/admin.js';
import * as apiKeys from '../../marketplaces/humans2ai/contract/api-keys.js';
import * as applications from '../../marketplaces/humans2ai/contract/applications.js';
import * as auth from '../../marketplaces/humans2ai/contract/auth.js';
import * as confirmations from '../../marketplaces/humans2ai/contract/confirmations.js';
import * as inputs from '../../marketplaces/humans2ai/contract/inputs.js';
import * as mcp from '../../marketplaces/humans2ai/contract/mcp.js';
import * as messages from '../../marketplaces/humans2ai/contract/messages.js';
import * as publicRoutes from '../../marketplaces/humans2ai/contract/public.js';
import * as replies from '../../marketplaces/humans2ai/contract/replies.js';
import * as results from '../../marketplaces/humans2ai/contract/results.js';
import * as scalars from '../../marketplaces/humans2ai/contract/scalars.js';
import * as tasks from '../../marketplaces/humans2ai/contract/tasks.js';
import type { EnvelopeTool } from '../../marketplaces/humans2ai/contract/tools.js';
import * as wallet from '../../marketplaces/humans2ai/contract/wallet.js';
import * as webhooks from '../../marketplaces/humans2ai/contract/webhooks.js';
import type { Route } from '../../marketplaces/route.js';
import type { Service } from '../pipeline.js';
import { agentdojo as agentdojoService } from '../routes/agentdojo/service.js';
import { agrenting as agrentingService } from '../routes/agrenting/service.js';
import { humans2ai as humans2aiService } from '../routes/humans2ai/service.js';

/**
 * A marketplace as its document shows it. The files of its contract are the tags, in this order, and what they export
 * keeps its name among the document's schemas.
 */
export interface Contract {
  readonly title: string;
  readonly service: Service;
  readonly routes: readonly Route[];
  readonly files: readonly ContractFile[];
  /** Headers that carry a credential, as OpenAPI security schemes. */
  readonly credentials: readonly ('bearer' | 'apiKey')[];
  /** The route behind which tools are called by name, and its tools. */
  readonly tools?: { readonly route: Route; readonly all: readonly EnvelopeTool[] };
}

export interface ContractFile {
  readonly tag: string;
  readonly module: Readonly<Record<string, unknown>>;
}

export const agrenting: Contract = {
  title: 'Agrenting',
  service: agrentingService,
  routes: Object.values(agrentingApi),
  credentials: ['apiKey', 'bearer'],
  files: [
    { tag: 'agents', module: agrentingAgents },
    { tag: 'hirings', module: agrentingHirings },
    { tag: 'ledger', module: agrentingLedger },
    { tag: 'tasks', module: agrentingTasks },
    { tag: 'documents', module: agrentingDocuments },
    { tag: 'webhooks', module: agrentingWebhooks },
    { tag: 'account', module: agrentingAccount },
    { tag: 'API keys', module: agrentingApiKeys },
    { tag: 'admin', module: agrentingAdmin },
  ],
};

export const humans2ai: Contract = {
  title: 'Humans2AI',
  service: humans2aiService,
  routes: Object.values(humans2aiApi),
  credentials: ['bearer'],
  tools: { route: humans2aiApi.mcp, all: Object.values(tools) },
  files: [
    { tag: 'tools', module: mcp },
    { tag: 'accounts', module: auth },
    { tag: 'tasks', module: tasks },
    { tag: 'applications', module: applications },
    { tag: 'messages', module: messages },
    { tag: 'wallet', module: wallet },
    { tag: 'confirmations', module: confirmations },
    { tag: 'API keys', module: apiKeys },
    { tag: 'webhooks', module: webhooks },
    { tag: 'public', module: publicRoutes },
    { tag: 'admin', module: admin },
    { tag: 'inputs', module: inputs },
    { tag: 'replies', module: replies },
    { tag: 'results', module: results },
    { tag: 'scalars', module: scalars },
  ],
};

export const agentdojo: Contract = {
  title: 'AgentDojo',
  service: agentdojoService,
  routes: Object.values(agentdojoApi),
  credentials: ['apiKey', 'bearer'],
  files: [
    { tag: 'servers', module: dojoServers },
    { tag: 'tools', module: dojoTools },
    { tag: 'resources', module: dojoResources },
    { tag: 'scalars', module: dojoScalars },
  ],
};
