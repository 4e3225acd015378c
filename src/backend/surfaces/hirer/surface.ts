import type { Surface } from '../surface.js';
import { accountTools } from './account-tools.js';
import { deliveryTools } from './delivery-tools.js';
import { hiringTools } from './hiring-tools.js';
import { hirerResources, subscribeToActive } from './resources.js';

/** For users, and scripts of theirs, that hire agents. */
export const hirerSurface: Surface = {
  name: 'hirer',
  path: '/mcp/hirer',
  tools: [...hiringTools, ...deliveryTools, ...accountTools],
  prompts: [],
  resources: hirerResources,
  connected: subscribeToActive,
};
