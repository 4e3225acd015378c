import * as z from 'zod';
import type { Contract } from './contracts.js';
import type { Schema } from './types.js';

/** The zod schemas of a contract as JSON Schema, each under one name and referred to from everywhere else. */
export interface Schemas {
  /** What may be referred to, by name. */
  readonly named: Readonly<Record<string, Schema>>;
  /** A reference to a schema of the contract. */
  refer(schema: z.ZodType): Schema;
  /** The schema itself. */
  read(schema: z.ZodType): Schema;
}

export const schemaPath = (name: string): string => `#/components/schemas/${name}`;

/** hireAgent and hire_agent are HireAgent. */
export const pascal = (name: string): string =>
  name.replace(/(?:^|[^A-Za-z0-9])([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Converts every schema of a contract. Requests and replies alike are shown as they stand on the wire, which is what
 * zod calls the input: before defaults are filled in and before a reader has cleaned the text.
 * @throws when a schema cannot be written as JSON Schema.
 */
export function convertSchemas(contract: Contract, prefix: string): Schemas {
  const registry = z.registry<{ id: string }>();
  const names = new Set<string>();
  const name = (schema: z.ZodType, wanted: string) => {
    if (registry.has(schema) || names.has(wanted)) return;
    names.add(wanted);
    registry.add(schema, { id: prefix + wanted });
  };
  for (const { module } of contract.files) {
    for (const [key, value] of Object.entries(module)) if (value instanceof z.ZodObject) name(value, pascal(key));
  }
  for (const { name: tool, input, result } of contract.tools?.all ?? []) {
    name(input, `${pascal(tool)}Input`);
    name(result, `${pascal(tool)}Result`);
  }
  for (const route of contract.routes) {
    name(route.body, `${pascal(route.id)}Request`);
    name(route.data, `${pascal(route.id)}Reply`);
    name(route.params, `${pascal(route.id)}Params`);
    name(route.query, `${pascal(route.id)}Query`);
  }
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: schemaPath, override: tidy });
  const named: Record<string, Schema> = {};
  for (const [id, { $schema: _, $id: __, ...schema }] of Object.entries(schemas)) named[id] = schema;
  const idOf = (schema: z.ZodType) => registry.get(schema)?.id ?? '';
  return {
    named,
    refer: (schema) => ({ $ref: schemaPath(idOf(schema)) }),
    read: (schema) => named[idOf(schema)] ?? {},
  };
}

function tidy({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Schema }): void {
  if (jsonSchema.untrusted === true) {
    delete jsonSchema.untrusted;
    jsonSchema['x-untrusted'] = true;
  }
  // JSON Schema has no flags on patterns: without its flag, a pattern would refuse what the marketplace takes.
  const flagged = (zodSchema._zod.def.checks ?? []).some(({ _zod: { def } }) => {
    return 'pattern' in def && def.pattern instanceof RegExp && def.pattern.ignoreCase;
  });
  if (flagged) delete jsonSchema.pattern;
}

/** Those of the schemas that `roots` mention, directly or through one another. */
export function reachable(named: Readonly<Record<string, Schema>>, roots: unknown): Record<string, Schema> {
  const found = new Map<string, Schema>();
  const waiting = [roots];
  while (waiting.length > 0) {
    for (const name of referencesIn(waiting.pop())) {
      const schema = named[name];
      if (!schema || found.has(name)) continue;
      found.set(name, schema);
      waiting.push(schema);
    }
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' && member.startsWith(schemaPath(''))
      ? [member.slice(schemaPath('').length)]
      : referencesIn(member),
  );
}
