import { isDeepStrictEqual } from 'node:util';
import { parse, stringify, TomlError } from 'smol-toml';
import { ClientConfigError } from './client.js';
import { type DocumentFormat, type Entry, isRecord, others, type Place } from './document.js';
import { lineEnd, type Statement, statements } from './toml-scan.js';

/**
 * TOML, edited as text: only the table of our own entry is touched, so that comments and layout stay. A real parser
 * reads the file before and after, and nothing is written when anything else has changed.
 */
export const tomlDocument: DocumentFormat = {
  servers(text, container) {
    const servers = parsed(text)[container];
    return isRecord(servers) ? servers : {};
  },

  put(text, place, entry) {
    const existing = tomlDocument.servers(text, place.container)[place.name];
    if (existing === undefined) return checked(text, appended(text, place, entry), place, entry);
    if (isRecord(existing) && 'url' in existing) {
      throw new ClientConfigError(`"${place.name}" is there already and points to a URL; choose another --name`);
    }
    const wanted = Object.entries(entry).filter(([key, value]) => {
      return !(isRecord(existing) && isDeepStrictEqual(existing[key], value));
    });
    const after = wanted.reduce((now, [key, value]) => setKey(now, place, key, value), text);
    return checked(text, after, place, entry);
  },

  remove(text, place) {
    if (tomlDocument.servers(text, place.container)[place.name] === undefined) return text;
    let after = text;
    for (let section = ours(after, place); section; section = ours(after, place)) {
      after = without(after, section.from, section.to);
    }
    return checked(text, after, place, undefined);
  },

  snippet: (place, entry) => section(place, entry, '\n'),
};

/** @throws {ClientConfigError} with the line. */
function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    throw new ClientConfigError(`line ${error.line} is not valid TOML (${what})`, { cause: error });
  }
}

function section({ container, name }: Place, entry: Entry, eol: string): string {
  return `[${container}.${name}]\n${stringify({ ...entry, args: [...entry.args] }).trimEnd()}`.replaceAll('\n', eol);
}

function appended(text: string, place: Place, entry: Entry): string {
  const eol = eolOf(text);
  const added = `${section(place, entry, eol)}${eol}`;
  if (text.trim() === '') return `${text}${added}`;
  return `${text}${text.endsWith('\n') ? '' : eol}${eol}${added}`;
}

/** The span of our table, or of a table below it, up to the next table; the comments above that one are its own. */
interface Section {
  readonly from: number;
  readonly to: number;
  readonly exact: boolean;
  readonly pairs: readonly Statement[];
}

function ours(text: string, { container, name }: Place): Section | undefined {
  const all = statements(text);
  for (const [index, header] of all.entries()) {
    if (header.kind !== 'header') continue;
    const path = keysOf(text.slice(header.from, header.to));
    if (path[0] !== container || path[1] !== name) continue;
    const rest = all.slice(index + 1);
    const end = rest.findIndex(({ kind }) => kind === 'header');
    const pairs = end < 0 ? rest : rest.slice(0, end);
    return { from: header.from, to: (pairs.at(-1) ?? header).to, exact: path.length === 2, pairs };
  }
  return undefined;
}

/** "[a.b]" and "[[a.b]]" → ["a", "b"]. */
function keysOf(header: string): string[] {
  const keys: string[] = [];
  let value: unknown = parse(header);
  for (;;) {
    if (Array.isArray(value)) value = value[0];
    const key = isRecord(value) ? Object.keys(value)[0] : undefined;
    if (!isRecord(value) || key === undefined) return keys;
    keys.push(key);
    value = value[key];
  }
}

function setKey(text: string, place: Place, key: string, value: unknown): string {
  const table = ours(text, place);
  if (!table?.exact) throw unsafe();
  const pair = table.pairs.find(({ from, to }) => Object.keys(parse(text.slice(from, to)))[0] === key);
  const line = stringify({ [key]: value }).trimEnd();
  if (pair) return `${text.slice(0, pair.from)}${line}${text.slice(pair.to)}`;
  const at = lineEnd(text, table.from);
  const end = text[at - 1] === '\r' ? at - 1 : at;
  return `${text.slice(0, end)}${eolOf(text)}${line}${text.slice(end)}`;
}

/** Cuts whole lines out, and one of the blank lines around them. */
function without(text: string, from: number, to: number): string {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const end = Math.min(text.length, lineEnd(text, to) + 1);
  const before = text.slice(0, start);
  return `${before.replace(/(^|\n)\r?\n$/, '$1')}${text.slice(end)}`;
}

const eolOf = (text: string): string => /\r?\n/.exec(text)?.[0] ?? '\n';

const unsafe = (): ClientConfigError =>
  new ClientConfigError('it is written in a way that cannot be changed safely; use --print and change it by hand');

/** An edit may change our entry only. @throws {ClientConfigError} instead of writing anything else. */
function checked(before: string, after: string, place: Place, entry: Entry | undefined): string {
  const now = readBack(after);
  const servers = now?.[place.container];
  const written = isRecord(servers) ? servers[place.name] : undefined;
  const right =
    entry === undefined
      ? written === undefined
      : isRecord(written) && Object.entries(entry).every(([key, value]) => isDeepStrictEqual(written[key], value));
  if (now && right && isDeepStrictEqual(others(now, place), others(parsed(before), place))) return after;
  throw unsafe();
}

function readBack(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
