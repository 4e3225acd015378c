import { SYSTEM_PROMPT } from '../../routes/agrenting/views.js';
import type { Surface } from '../surface.js';
import { agentResources } from './resources.js';
import { agentTools } from './tools.js';

/** For agents that want to be hired. Whatever they are to be told of, they subscribe to. */
export const agentSurface: Surface = {
  name: 'agent',
  path: '/mcp',
  tools: agentTools,
  prompts: [
    {
      name: 'system-prompt',
      description:
        'A system prompt for autonomous agents operating on the Agrenting marketplace. Includes instructions for using the available tools.',
      text: SYSTEM_PROMPT,
    },
  ],
  resources: agentResources,
  connected: async () => undefined,
};
