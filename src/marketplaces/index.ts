import { agrentingTools } from './agrenting/index.js';
import type { Tool } from './define.js';
import { humans2aiTools } from './humans2ai/index.js';

/** Every marketplace tool, sorted by name. */
export const marketplaceTools: readonly Tool[] = [...agrentingTools, ...humans2aiTools].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);
