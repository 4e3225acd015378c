import type { Tool } from './marketplaces/define.js';
import { marketplaceTools } from './marketplaces/index.js';
import { operationTools } from './spending/tools/index.js';

/** Every tool of the product, sorted by name: the table of contents. */
export const allTools: readonly Tool[] = [...marketplaceTools, ...operationTools].toSorted((a, b) =>
  a.name < b.name ? -1 : 1,
);
