import entries from '../../fixtures/tools.json' with { type: 'json' };
import type { ToolDescription } from './describe.js';
import type { Listed } from './registry.js';

/**
 * The tool definitions that clients see: the reviewed file itself, so that what was reviewed is what is served, and a
 * start needs none of the schemas behind it. A test holds it equal to the tools; `npm run fixtures` rewrites it.
 */
export interface CatalogEntry extends Listed {
  readonly definition: Omit<ToolDescription, 'inputSchema' | 'outputSchema'> & {
    readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
    readonly outputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
  };
}

export const catalog: readonly CatalogEntry[] = entries.map((entry) => ({
  ...entry,
  definition: {
    ...entry.definition,
    inputSchema: { ...entry.definition.inputSchema, type: 'object' },
    outputSchema: { ...entry.definition.outputSchema, type: 'object' },
  },
}));
