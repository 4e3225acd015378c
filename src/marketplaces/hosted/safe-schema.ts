import { cleanText } from '../../untrusted.js';
import { asObject } from '../envelope.js';

/**
 * A server's JSON Schema as strict hosts take it. One bad schema makes them drop every tool of every server, so what
 * is shown is made safe; the arguments themselves are sent as they are given. A plain schema comes out as it went in.
 */

export interface ObjectSchema {
  [key: string]: unknown;
  type: 'object';
}

type Schema = Readonly<Record<string, unknown>>;

const MAX_SCHEMA = 64 * 1024;
const MAX_TEXT = 1_000;
const MAX_DEPTH = 24;
/** What a root may not have for hosts that want one plain object; a union is drawn together first. */
const ROOT_ONLY = ['anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else', 'enum', 'const', '$ref'];
const UNIONS = ['anyOf', 'oneOf', 'allOf'] as const;
/** Where the members are names of the author's own and no keywords. */
const NAMED = ['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas'];
/** Where the value is data and no schema. */
const DATA = ['default', 'example', 'examples', 'enum', 'const'];

/** The schema of arguments: one plain object at the root, without null. */
export function safeInput(raw: unknown): ObjectSchema {
  const schema = cleaned(raw, false);
  if (!schema) return { type: 'object' };
  return plainObject(UNIONS.some((union) => union in schema) || '$ref' in schema ? drawnTogether(schema) : schema);
}

/** The schema of results, for hosts that check them; undefined when it is none of an object. */
export function safeOutput(raw: unknown): ObjectSchema | undefined {
  const schema = cleaned(raw, true);
  return schema?.type === 'object' ? plainObject(schema, []) : undefined;
}

function cleaned(raw: unknown, nulls: boolean): Schema | undefined {
  const schema = asObject(raw);
  if (!schema || JSON.stringify(schema).length > MAX_SCHEMA) return undefined;
  return asObject(clean(schema, nulls, 0));
}

function plainObject(schema: Schema, without: readonly string[] = ROOT_ONLY): ObjectSchema {
  const kept = Object.fromEntries(Object.entries(schema).filter(([key]) => !without.includes(key)));
  const properties = asObject(schema.properties);
  const named = Object.entries(properties ?? {}).flatMap(([name, value]) => {
    const property = value === true ? {} : asObject(value);
    return property ? [[name, { ...property }] as const] : [];
  });
  const required = Array.isArray(schema.required)
    ? schema.required.filter((name) => typeof name === 'string')
    : undefined;
  const { properties: _, required: __, ...rest } = kept;
  return {
    ...rest,
    type: 'object',
    ...(schema.properties === undefined ? {} : { properties: Object.fromEntries(named) }),
    ...(required === undefined ? {} : { required }),
  };
}

/** Every branch's properties in one object. Required is what each alternative requires. */
function drawnTogether(schema: Schema, depth = 0): Schema {
  if (depth > 4) return schema;
  const branchesOf = (union: string): Schema[] => {
    const branches = schema[union];
    return (Array.isArray(branches) ? branches : []).flatMap((branch) => {
      const found = asObject(branch);
      return found ? [drawnTogether(resolved(found, schema), depth + 1)] : [];
    });
  };
  const self = resolved(schema, schema);
  const alternatives = [branchesOf('anyOf'), branchesOf('oneOf')];
  const all = [self, ...branchesOf('allOf')];
  const properties = Object.fromEntries(
    [...alternatives.flat(), ...all].flatMap(({ properties: own }) => Object.entries(asObject(own) ?? {})),
  );
  const always = all.flatMap(requiredOf);
  const common = alternatives.flatMap(([first, ...others]) =>
    first ? requiredOf(first).filter((name) => others.every((other) => requiredOf(other).includes(name))) : [],
  );
  const required = [...new Set([...always, ...common])];
  return { ...self, properties, ...(required.length > 0 ? { required } : {}) };
}

/** A schema that only points to a definition in the same document, as that definition. */
function resolved(schema: Schema, root: Schema): Schema {
  const [, bag = '', name = ''] =
    /^#\/(\$defs|definitions)\/([^/]+)$/.exec(typeof schema.$ref === 'string' ? schema.$ref : '') ?? [];
  const target = asObject(asObject(root[bag])?.[name]);
  return target ? { ...target, ...schema } : schema;
}

const requiredOf = ({ required }: Schema): string[] =>
  Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];

/** Keywords that only point elsewhere are dropped; texts are cleaned; null is taken out where it is not wanted. */
function clean(value: unknown, nulls: boolean, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value, MAX_TEXT);
  if (Array.isArray(value)) return value.map((item) => clean(item, nulls, depth + 1));
  const schema = asObject(value);
  if (!schema) return value;
  if (depth > MAX_DEPTH) return {};
  const entries = Object.entries(schema).flatMap(([key, item]): [string, unknown][] => {
    if (key === '__proto__' || cleanText(key, MAX_TEXT) !== key) return [];
    if (key === '$ref' && !(typeof item === 'string' && item.startsWith('#'))) return [];
    if (DATA.includes(key)) return [[key, cleanData(item)]];
    if (NAMED.includes(key)) return [[key, cleanNamed(item, nulls, depth)]];
    return [[key, clean(item, nulls, depth + 1)]];
  });
  const made = Object.fromEntries(entries);
  return nulls ? made : withoutNull(made);
}

function cleanNamed(value: unknown, nulls: boolean, depth: number): unknown {
  const schemas = asObject(value);
  if (!schemas) return {};
  const named = Object.entries(schemas).filter(([name]) => name !== '__proto__' && cleanText(name, 200) === name);
  return Object.fromEntries(named.map(([name, schema]) => [name, clean(schema, nulls, depth + 1)]));
}

function cleanData(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value, MAX_TEXT);
  if (Array.isArray(value)) return value.map(cleanData);
  const object = asObject(value);
  return object ? Object.fromEntries(Object.entries(object).map(([key, item]) => [key, cleanData(item)])) : value;
}

function withoutNull(schema: Record<string, unknown>): Record<string, unknown> {
  const { type, default: byDefault } = schema;
  const made = { ...schema };
  if (byDefault === null) delete made.default;
  if (Array.isArray(made.enum) && made.enum.includes(null)) made.enum = made.enum.filter((item) => item !== null);
  if (Array.isArray(type) && type.includes('null')) {
    const types = type.filter((item) => item !== 'null');
    if (types.length > 0) made.type = types.length === 1 ? types[0] : types;
  }
  for (const union of ['anyOf', 'oneOf']) {
    const branches = made[union];
    if (!Array.isArray(branches)) continue;
    const others = branches.filter((branch) => asObject(branch)?.type !== 'null');
    if (others.length === branches.length) continue;
    delete made[union];
    if (others.length === 1) return withoutNull({ ...asObject(others[0]), ...made });
    if (others.length > 1) made[union] = others;
  }
  return made;
}
