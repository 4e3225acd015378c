import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { type Client, ClientConfigError, type Machine } from '../../clients/client.js';
import { CLIENTS, clientsFound } from '../../clients/index.js';
import { isNpx, launchOf, startedNow } from '../../clients/launch.js';
import { type Change, entryOf, formatOf, planned, write } from '../../clients/plan.js';
import { backupOf } from '../../clients/replace-file.js';
import { closest } from '../../config/closest.js';
import { SettingsError } from '../../config/settings-error.js';
import { VERSION } from '../../connections.js';
import { quickServeFlags } from '../quick-serve.js';
import { settingsFrom } from '../settings-from.js';
import { paint } from '../table.js';
import { agreed } from './ask.js';
import { shown } from './show.js';

/** What was asked for on the command line. */
export interface ConnectRequest {
  readonly client: string | undefined;
  readonly all: boolean;
  readonly project: boolean;
  readonly name: string;
  readonly remove: boolean;
  readonly dryRun: boolean;
  readonly print: boolean;
  readonly yes: boolean;
  /** Flags for the server. */
  readonly flags: readonly string[];
}

/** Adds or removes our entry in clients' files. @returns 0 when everything asked for is so now, else 1. */
export async function connect(request: ConnectRequest): Promise<number> {
  checkFlags(request.flags);
  const machine: Machine = { platform: process.platform, home: homedir(), env: process.env, project: process.cwd() };
  const clients = chosen(request, machine);
  if (request.print) {
    for (const client of clients) print(client, request);
    return 0;
  }
  let code = 0;
  for (const client of clients) {
    const change = changeOf(client, request, machine);
    try {
      if (!(await one(change, request))) code = 1;
    } catch (error) {
      // A broken file of one client is no reason to leave the others out.
      if (!(error instanceof ClientConfigError)) throw error;
      process.stderr.write(`hirewire: ${client.title}: ${change.file}: ${error.message}.\n`);
      code = 1;
    }
  }
  return code;
}

const changeOf = (client: Client, request: ConnectRequest, machine: Machine): Change => ({
  client,
  file: request.project && client.projectFile ? client.projectFile(machine) : client.userFile(machine),
  name: request.name,
  launch: request.remove ? undefined : launchOf(startedNow(VERSION), request.flags),
});

async function one(change: Change, request: ConnectRequest): Promise<boolean> {
  const { client, file } = change;
  const { before, after } = planned(change);
  const title = paint('bold', client.title);
  if (before === after) {
    process.stdout.write(`${title}: ${request.remove ? 'there is no such entry' : 'already connected'} in ${file}\n`);
    return true;
  }
  process.stdout.write(`${title}: ${file}\n${shown(change, before, after)}\n`);
  if (request.dryRun) return true;
  if (!request.yes && !(await agreed(request, client))) return false;
  const existed = existsSync(file);
  await write(change);
  const backup = existed ? ` The file as it was: ${backupOf(file)}.` : '';
  process.stdout.write(`${request.remove ? 'Removed' : 'Written'}.${backup} ${client.restart}\n`);
  if (!request.remove) process.stdout.write(hint(request));
  return true;
}

/** What may go wrong with this kind of entry. */
function hint({ project }: ConnectRequest): string {
  const npx = isNpx(startedNow(VERSION));
  if (project && !npx) return `These paths are of this computer. For others: npx -y hirewire@${VERSION} connect …\n`;
  if (!npx || project) return '';
  return 'If the client does not find npx: npm install -g hirewire, then hirewire connect again.\n';
}

function print(client: Client, { name, flags }: ConnectRequest): void {
  const entry = entryOf(client, launchOf(startedNow(VERSION), flags));
  process.stdout.write(`${formatOf(client).snippet({ container: client.container, name }, entry)}\n`);
}

/** The clients that a command line means. @throws {SettingsError} when that is not clear. */
function chosen(request: ConnectRequest, machine: Machine): readonly Client[] {
  const { client: id, project } = request;
  if (id !== undefined) {
    const known = CLIENTS.map((client) => client.id);
    const client = CLIENTS.find((candidate) => candidate.id === id);
    if (!client) {
      const near = closest(id, known);
      throw new SettingsError(`The client is one of ${known.join(', ')}.${near ? ` Did you mean ${near}?` : ''}`);
    }
    if (request.all) throw new SettingsError('Name a client or give --all, not both.');
    if (project && !client.projectFile) throw new SettingsError(`${client.title} has no configuration for projects.`);
    return [client];
  }
  if (request.print || project)
    throw new SettingsError('Name the client, e.g. "hirewire connect claude-code --print".');
  const found = clientsFound(machine);
  if (found.length === 0) {
    throw new SettingsError(`No client was found. Name one of ${CLIENTS.map((client) => client.id).join(', ')}.`);
  }
  if (found.length > 1 && request.yes && !request.all) {
    const ids = found.map((client) => client.id).join(', ');
    throw new SettingsError(`Several clients were found: ${ids}. Name one, or give --all.`);
  }
  return found;
}

/** A server that does not start because of a flag would be found out much later. @throws {SettingsError} */
function checkFlags(flags: readonly string[]): void {
  if (flags.length === 0) return;
  const values = quickServeFlags(flags);
  if (!values)
    throw new SettingsError(`The server does not know these flags: ${flags.join(' ')}. See "hirewire --help".`);
  settingsFrom(values);
}
