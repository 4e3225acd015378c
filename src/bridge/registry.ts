import * as z from 'zod';
import { closest } from '../config/closest.js';
import type { Settings } from '../config/settings.js';
import { HirewireError } from '../errors.js';
import type { Tool } from '../marketplaces/define.js';
import { FOREIGN_TEXT_NOTE } from '../untrusted.js';

/** Which tools are offered, and how they are described to a client. */

type Filter = Pick<Settings, 'toolsets' | 'tools' | 'excludeTools' | 'readOnly'>;

/** Read-only wins over everything, exclusion over inclusion. The order is by name, and never varies. */
export function enabledTools(all: readonly Tool[], filter: Filter): Tool[] {
  return all
    .filter((tool) => !filter.readOnly || tool.hints.readOnly)
    .filter((tool) => !filter.excludeTools.includes(tool.name))
    .filter((tool) =>
      filter.tools.length > 0 ? filter.tools.includes(tool.name) : filter.toolsets.includes(tool.toolset),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A tool by its name. @throws {HirewireError} that names the setting to change or the nearest name. */
export function findTool(name: string, enabled: readonly Tool[], all: readonly Tool[], filter: Filter): Tool {
  const tool = enabled.find((candidate) => candidate.name === name);
  if (tool) return tool;
  const hidden = all.find((candidate) => candidate.name === name);
  const near = closest(
    name,
    enabled.map((candidate) => candidate.name),
  );
  throw new HirewireError({
    code: hidden ? 'TOOL_NOT_ENABLED' : 'UNKNOWN_TOOL',
    message: hidden
      ? `The tool ${name} is switched off by ${whichSetting(hidden, filter)}.`
      : 'There is no tool of this name.',
    changed: 'no',
    next: hidden
      ? 'Ask the person to change this setting if the tool is needed.'
      : `List the tools.${near ? ` Did you mean ${near}?` : ''}`,
    retrySafe: false,
  });
}

function whichSetting(tool: Tool, filter: Filter): string {
  if (filter.readOnly && !tool.hints.readOnly) return '--read-only';
  if (filter.excludeTools.includes(tool.name)) return '--exclude-tools';
  return filter.tools.length > 0 ? '--tools' : '--toolsets';
}

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
