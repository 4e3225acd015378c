import type { Schema } from './types.js';

/** Stands in a sample where a schema is to be put. */
export type Slots = ReadonlyMap<unknown, Schema>;

/**
 * The JSON Schema of values like these. An envelope is code that wraps, so its shape is read off what it makes: a
 * member that only some samples have is optional, and a member that differs in kind may be any of those kinds.
 */
export function schemaOfSamples(samples: readonly unknown[], slots: Slots): Schema {
  const kinds = new Map<Kind, unknown[]>();
  for (const sample of samples) {
    const slot = slots.get(sample);
    if (slot) return slot;
    const kind = kindOf(sample);
    kinds.set(kind, [...(kinds.get(kind) ?? []), sample]);
  }
  const schemas = [...kinds].map(([kind, values]) => schemaOfKind(kind, values, slots));
  const [only, ...others] = schemas;
  return only && others.length === 0 ? only : { anyOf: schemas };
}

type Kind = 'null' | 'array' | 'object' | 'integer' | 'number' | 'boolean' | 'string';

function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'object' ? 'object' : 'string';
}

function schemaOfKind(kind: Kind, values: readonly unknown[], slots: Slots): Schema {
  if (kind === 'array') {
    const items = values.flatMap((value) => (Array.isArray(value) ? value : []));
    return { type: 'array', items: schemaOfSamples(items, slots) };
  }
  if (kind !== 'object') return { type: kind };
  const objects = values.map((value) => new Map(Object.entries(value ?? {})));
  const names = [...new Set(objects.flatMap((object) => [...object.keys()]))];
  const properties = names.map((name) => {
    const present = objects.filter((object) => object.has(name)).map((object) => object.get(name));
    return [name, schemaOfSamples(present, slots)];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: names.filter((name) => objects.every((object) => object.has(name))),
  };
}
