import { html } from 'hono/html';
import type { Schema } from '../types.js';

/** A piece of the page. Whatever stands in a template of hono's `html` was escaped by it. */
export type Html = ReturnType<typeof html>;

export const schemaAnchor = (name: string): string => `schema-${name}`;

const nameIn = (reference: string): string => reference.split('/').at(-1) ?? '';

/** A schema as a short expression, with links to the named ones. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = nameIn(schema.$ref);
    return html`<a href="#${schemaAnchor(name)}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`${JSON.stringify(schema.const)}`;
  if (schema.enum) return html`${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return html`${choices.map((choice, at) => html`${at > 0 ? ' | ' : ''}${typeOf(asSchema(choice))}`)}`;
  if (Array.isArray(schema.type)) return html`${schema.type.join(' | ')}`;
  if (schema.type === 'array') {
    const items = Array.isArray(schema.items) ? {} : asSchema(schema.items);
    return items.anyOf || items.enum ? html`(${typeOf(items)})[]` : html`${typeOf(items)}[]`;
  }
  if (schema.type === 'object' && schema.properties) {
    const members = membersOf(schema).map(
      ({ name, required, schema: member }, at) =>
        html`${at > 0 ? ', ' : ''}${name}${required ? '' : '?'}: ${typeOf(member)}`,
    );
    return html`{ ${members} }`;
  }
  return html`${[schema.type ?? 'any', schema.format ? ` (${schema.format})` : ''].join('')}`;
}

/** The limits of a value in words, and what is said of it. */
export function notesOf(schema: Schema): string {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, pattern, format } = schema;
  const range = (unit: string, low: number | undefined, high: number | undefined) => {
    const top = high === Number.MAX_SAFE_INTEGER ? undefined : high;
    if (low === undefined && top === undefined) return undefined;
    if (top === undefined) return `at least ${low}${unit}`;
    return low === undefined ? `at most ${top}${unit}` : `${low} to ${top}${unit}`;
  };
  const notes = [
    schema.description,
    range(' characters', minLength, maxLength),
    range('', minimum, maximum),
    range(' entries', minItems, maxItems),
    pattern !== undefined && format === undefined ? `matches ${pattern}` : undefined,
    schema.default === undefined ? undefined : `by default ${JSON.stringify(schema.default)}`,
    schema['x-untrusted'] === true ? 'written by another party' : undefined,
  ];
  return notes.filter((note) => note !== undefined).join('; ');
}

interface Member {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
  readonly description?: string;
}

export function membersOf(schema: Schema): Member[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, member]) => ({
    name,
    required: required.has(name),
    schema: asSchema(member),
  }));
}

/** Names, types and limits in a table. */
export function memberTable(caption: string, members: readonly Member[]): Html {
  return html`<h3>${caption}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Required</th><th scope="col">Notes</th></tr></thead>
<tbody>${members.map(memberRow)}</tbody></table></div>`;
}

function memberRow({ name, required, schema, description }: Member): Html {
  const notes = [description, notesOf(schema)].filter(Boolean).join(' ');
  return html`<tr><th scope="row"><code>${name}</code></th><td><code>${typeOf(schema)}</code></td><td>${required ? 'yes' : 'no'}</td><td>${notes}</td></tr>
`;
}

const asSchema = (value: unknown): Schema => (typeof value === 'object' && value !== null ? { ...value } : {});
