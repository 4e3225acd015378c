import { resources } from './contract/resources.js';
import { servers } from './contract/servers.js';
import { toolkits, tools } from './contract/tools.js';

/** The REST routes of AgentDojo, every one once. Its JSON-RPC endpoint is no route: see src/backend/surfaces/agentdojo. */
export const api = { ...servers, ...toolkits, ...tools, ...resources } as const;
