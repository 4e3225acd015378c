import { isDeepStrictEqual } from 'node:util';
import type { Node } from 'jsonc-parser';
import { ClientConfigError } from './client.js';
import { type DocumentFormat, type Entry, lineOf, others, type Place } from './document.js';
import { removeProperty, setProperty } from './json-edit.js';
import { contentOf, jsonTree, jsonValue, property } from './json-tree.js';

/** JSON with comments and trailing commas. */
export const jsonDocument: DocumentFormat = {
  servers(text, container) {
    const root = jsonTree(text);
    const servers = root && table(text, root, container);
    return jsonValue(servers);
  },

  put(text, place, entry) {
    const { container, name } = place;
    const root = jsonTree(text);
    if (!root) return `${jsonDocument.snippet(place, entry)}\n`;
    const servers = table(text, root, container);
    if (!servers) return checked(text, setProperty(text, root, container, { [name]: entry }), place);
    const existing = property(text, servers, name);
    const value = existing && contentOf(existing);
    if (value?.type !== 'object') return checked(text, setProperty(text, servers, name, entry), place);
    if (property(text, value, 'url')) {
      throw new ClientConfigError(
        `line ${lineOf(text, value.offset)}: "${name}" is there already and points to a URL; choose another --name`,
      );
    }
    return checked(
      text,
      Object.entries(entry).reduce((now, [key, wanted]) => update(now, place, key, wanted), text),
      place,
    );
  },

  remove(text, place) {
    const root = jsonTree(text);
    const servers = root && table(text, root, place.container);
    return servers ? checked(text, removeProperty(text, servers, place.name), place) : text;
  },

  snippet: ({ container, name }, entry: Entry) => JSON.stringify({ [container]: { [name]: entry } }, null, 2),
};

/** Sets one key of our entry, when it differs. */
function update(text: string, { container, name }: Place, key: string, wanted: unknown): string {
  const root = jsonTree(text);
  const servers = root && table(text, root, container);
  const entry = servers && property(text, servers, name);
  const value = entry && contentOf(entry);
  if (!value || isDeepStrictEqual(jsonValue(value)[key], wanted)) return text;
  return setProperty(text, value, key, wanted);
}

function table(text: string, root: Node, container: string): Node | undefined {
  const found = property(text, root, container);
  const value = found && contentOf(found);
  if (value && value.type !== 'object') {
    throw new ClientConfigError(`line ${lineOf(text, value.offset)}: "${container}" must be an object, "{ … }"`);
  }
  return value;
}

/** An edit may change our entry only. @throws {ClientConfigError} instead of writing anything else. */
function checked(before: string, after: string, place: Place): string {
  const kept = isDeepStrictEqual(others(readBack(after), place), others(jsonValue(jsonTree(before)), place));
  if (kept) return after;
  throw new ClientConfigError(
    'it is written in a way that cannot be changed safely; use --print and change it by hand',
  );
}

/** Reads an edited text; nothing when the edit broke it. */
function readBack(text: string): Readonly<Record<string, unknown>> {
  try {
    return jsonValue(jsonTree(text));
  } catch (error) {
    if (!(error instanceof ClientConfigError)) throw error;
    return { broken: error };
  }
}
