import type { Client, Launch } from './client.js';
import { realDisk } from './disk.js';
import type { DocumentFormat, Entry, Place } from './document.js';
import { jsonDocument } from './json-document.js';
import { backupOf, replaceFile } from './replace-file.js';
import { decoded, encoded, type TextFile } from './text-file.js';
import { tomlDocument } from './toml-document.js';

/** What is to become of our entry in one client's file. */
export interface Change {
  readonly client: Client;
  readonly file: string;
  readonly name: string;
  /** What the client shall start; undefined takes the entry out. */
  readonly launch: Launch | undefined;
}

const EMPTY: TextFile = { text: '', bom: false };

export const formatOf = (client: Client): DocumentFormat => (client.format === 'toml' ? tomlDocument : jsonDocument);

/** The entry in the client's own shape. */
export const entryOf = (client: Client, { command, args }: Launch): Entry =>
  client.typed ? { type: 'stdio', command, args } : { command, args };

const placeOf = ({ client, name }: Change): Place => ({ container: client.container, name });

/** The text before and after a change; nothing is written. @throws {ClientConfigError} */
export function planned(change: Change): { readonly before: string; readonly after: string } {
  const now = read(change.file);
  return { before: now.text, after: changed(change, now).text };
}

/** Writes a change. @returns whether anything had to be written. @throws {ClientConfigError} */
export async function write(change: Change): Promise<boolean> {
  if (change.launch === undefined && read(change.file) === EMPTY) return false;
  return await replaceFile(realDisk, change.file, (now) => {
    const file = now === undefined ? EMPTY : decoded(now);
    const after = changed(change, file);
    return after === file && now ? now : encoded(after);
  });
}

/** The servers in a client's file by name. @throws {ClientConfigError} */
export const serversIn = (client: Client, file: string): Readonly<Record<string, unknown>> =>
  formatOf(client).servers(read(file).text, client.container);

function read(file: string): TextFile {
  const bytes = realDisk.read(file);
  return bytes === undefined ? EMPTY : decoded(bytes);
}

function changed(change: Change, now: TextFile): TextFile {
  const format = formatOf(change.client);
  const place = placeOf(change);
  if (change.launch) {
    const text = format.put(now.text, place, entryOf(change.client, change.launch));
    return text === now.text ? now : { ...now, text };
  }
  const text = format.remove(now.text, place);
  if (text === now.text) return now;
  return original(change, now) ?? { ...now, text };
}

/** The bytes before we came, when nothing but our entry was changed since: then even the blanks are as they were. */
function original({ client, file, name }: Change, now: TextFile): TextFile | undefined {
  const bytes = realDisk.read(backupOf(realDisk.resolve(file)));
  if (bytes === undefined) return undefined;
  const format = formatOf(client);
  const backup = decoded(bytes);
  const entry = launchIn(format.servers(now.text, client.container)[name]);
  try {
    if (!entry || format.servers(backup.text, client.container)[name] !== undefined) return undefined;
    const again = format.put(backup.text, { container: client.container, name }, entryOf(client, entry));
    return again === now.text && backup.bom === now.bom ? backup : undefined;
  } catch {
    // A backup that cannot be read is of no use, and no obstacle.
    return undefined;
  }
}

/** What an entry starts, as far as it says so. */
export function launchIn(entry: unknown): Launch | undefined {
  if (typeof entry !== 'object' || entry === null || !('command' in entry)) return undefined;
  const args: unknown = 'args' in entry ? entry.args : [];
  if (typeof entry.command !== 'string' || !Array.isArray(args)) return undefined;
  return { command: entry.command, args: args.filter((arg) => typeof arg === 'string') };
}
