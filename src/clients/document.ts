import type { Launch } from './client.js';

/** An entry as it stands in a configuration file. */
export interface Entry extends Launch {
  readonly type?: 'stdio';
}

/** Where in a file our entry is. */
export interface Place {
  /** The table of servers. */
  readonly container: string;
  /** The name of our entry in it. */
  readonly name: string;
}

/** A way to change one entry of a text and nothing else. All throw ClientConfigError when they cannot. */
export interface DocumentFormat {
  /** The servers in it by name; empty when there are none. */
  servers(text: string, container: string): Readonly<Record<string, unknown>>;
  /** The text with our entry as given. Other keys that somebody put into our entry stay. */
  put(text: string, place: Place, entry: Entry): string;
  /** The text without our entry. */
  remove(text: string, place: Place): string;
  /** The entry as it would look in an empty file. */
  snippet(place: Place, entry: Entry): string;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything in a parsed file but our entry; an empty table of servers is the same as none. */
export function others(document: Readonly<Record<string, unknown>>, { container, name }: Place): unknown {
  const { [container]: servers, ...rest } = document;
  if (!isRecord(servers)) return { ...rest, ...(servers === undefined ? {} : { [container]: servers }) };
  const { [name]: _ours, ...remaining } = servers;
  return Object.keys(remaining).length === 0 ? rest : { ...rest, [container]: remaining };
}

/** The number of the line in which an offset lies, from 1. */
export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;
