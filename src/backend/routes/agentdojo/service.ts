import { envelope } from '../../../marketplaces/agentdojo/envelope.js';
import type { Service } from '../../pipeline.js';
import { limitFor, limitText } from './limits.js';
import { resourceRoutes } from './resources.js';
import { serverRoutes } from './servers.js';
import { toolkitRoutes, toolRoutes } from './tools.js';

/** AgentDojo's REST. MCP with its servers is spoken in surfaces/agentdojo. */
export const agentdojo: Service = {
  marketplace: 'agentdojo',
  envelope,
  implementations: [...serverRoutes, ...toolkitRoutes, ...toolRoutes, ...resourceRoutes],
  limitOf: async (bucket) => limitFor(bucket),
  limitText,
  // None are documented.
  limitHeaders: () => ({}),
};
