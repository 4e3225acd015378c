import * as z from 'zod';
import type { Tool } from '../marketplaces/define.js';
import { FOREIGN_TEXT_NOTE } from '../untrusted.js';

/** How a tool is described to a client. The catalog is made from this, reviewed, and served; see catalog.ts. */

/** A JSON Schema as MCP carries it: an object at the root. */
export interface ObjectSchema {
  [key: string]: unknown;
  type: 'object';
}

export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema: ObjectSchema;
  readonly annotations: {
    readonly title: string;
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}

interface Described {
  readonly description: ToolDescription;
  /** The paths of a result that hold text by other parties, for example "agents[].description". */
  readonly foreign: readonly string[];
}

const described = new WeakMap<Tool, Described>();

/** The tool as tools/list shows it, and which parts of its results strangers wrote. */
export function describeTool(tool: Tool): Described {
  const known = described.get(tool);
  if (known) return known;
  const output = objectSchema(tool.output);
  const foreign = foreignFields(output);
  const description: ToolDescription = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: objectSchema(tool.input),
    // The note stands once, at the list of paths, instead of at every field: clients pay for each character.
    outputSchema: foreign.length > 0 ? withForeignFields(withoutNotes(output)) : output,
    annotations: {
      title: tool.title,
      readOnlyHint: tool.hints.readOnly,
      destructiveHint: tool.hints.destructive,
      idempotentHint: tool.hints.idempotent,
      openWorldHint: tool.hints.openWorld,
    },
  };
  const made = { description, foreign };
  described.set(tool, made);
  return made;
}

function objectSchema(schema: z.ZodObject): ObjectSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  // "Any safe integer" is no bound that a caller needs to read.
  const text = JSON.stringify(rest, (_key, value: unknown) =>
    value === Number.MAX_SAFE_INTEGER || value === Number.MIN_SAFE_INTEGER ? undefined : value,
  );
  return { ...JSON.parse(text), type: 'object' };
}

export const FOREIGN_FIELDS = 'untrusted_fields';

function withForeignFields(schema: ObjectSchema): ObjectSchema {
  const properties = typeof schema.properties === 'object' ? schema.properties : {};
  return {
    ...schema,
    properties: {
      ...properties,
      [FOREIGN_FIELDS]: { type: 'array', items: { type: 'string' }, description: FOREIGN_TEXT_NOTE },
    },
  };
}

function withoutNotes(schema: ObjectSchema): ObjectSchema {
  const text = JSON.stringify(schema, (key, value: unknown) => {
    if (key !== 'description' || typeof value !== 'string') return value;
    return value.replace(FOREIGN_TEXT_NOTE, '').trim() || undefined;
  });
  return { ...JSON.parse(text), type: 'object' };
}

function foreignFields(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const found: string[] = [];
  if ('description' in schema && String(schema.description).includes(FOREIGN_TEXT_NOTE) && path !== '')
    found.push(path);
  if ('items' in schema) found.push(...foreignFields(schema.items, `${path}[]`));
  if ('properties' in schema && typeof schema.properties === 'object' && schema.properties !== null) {
    for (const [name, property] of Object.entries(schema.properties)) {
      if (name !== FOREIGN_FIELDS) found.push(...foreignFields(property, path === '' ? name : `${path}.${name}`));
    }
  }
  return found;
}
