import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { type Client, ClientConfigError } from '../clients/client.js';
import { isRecord } from '../clients/document.js';
import { CLIENTS, clientsFound } from '../clients/index.js';
import { launchIn, serversIn } from '../clients/plan.js';
import { check, fail, type Patient, pass, skip, warn } from './finding.js';

/** Variables of ours that hold a secret; in a configuration file they lie in plain text. */
const KEY_VARIABLES = [
  'AGRENTING_API_KEY',
  'AGRENTING_AGENT_KEY',
  'HUMANS2AI_API_KEY',
  'API_KEY',
  'HIREWIRE_PASSPHRASE',
];

/** Which clients know about us, and whether what they would start is there. */
export const clientsCheck = check('clients', (patient) => {
  const { machine } = patient;
  const users = clientsFound(machine).map((client) => ({ client, file: client.userFile(machine), project: false }));
  const projects = CLIENTS.flatMap((client): Configuration[] => {
    const file = client.projectFile?.(machine);
    const its = file !== undefined && existsSync(file) && file !== client.userFile(machine);
    return its ? [{ client, file, project: true }] : [];
  });
  const lines = [...users, ...projects].flatMap((configuration) => linesOf(configuration, patient));
  if (lines.length > 0) return lines;
  return [skip('no MCP client was found; "hirewire connect CLIENT --print" shows the entry')];
});

/** A file that may name us: the user's, or the one of the folder in which we were started. */
interface Configuration {
  readonly client: Client;
  readonly file: string;
  readonly project: boolean;
}

type Line = ReturnType<typeof pass>;

function linesOf(configuration: Configuration, patient: Patient): Line[] {
  const { client, file, project } = configuration;
  let servers: Readonly<Record<string, unknown>>;
  try {
    servers = serversIn(client, file);
  } catch (error) {
    if (!(error instanceof ClientConfigError)) throw error;
    return [warn(`${client.title}: ${file}: ${error.message}`, 'Repair the file in an editor')];
  }
  const ours = Object.entries(servers).filter(([name, entry]) => isOurs(name, entry));
  if (ours.length === 0)
    return project ? [] : [skip(`${client.title} is not connected (hirewire connect ${client.id})`)];
  return ours.flatMap(([name, entry]) => entryLines(configuration, name, entry, patient));
}

const isOurs = (name: string, entry: unknown): boolean =>
  name === 'hirewire' ||
  (launchIn(entry)?.args ?? []).some((arg) => /[\\/]bin[\\/]hirewire\.js$|^hirewire(?:@|$)/.test(arg));

function entryLines({ client, project }: Configuration, name: string, entry: unknown, { started }: Patient): Line[] {
  const where = `${client.title}${project ? ' in this project' : ''}: "${name}"`;
  const launch = launchIn(entry);
  if (!launch) return [skip(`${where} starts no program of this computer`)];
  const flags = `${project ? ' --project' : ''}${name === 'hirewire' ? '' : ` --name ${name}`}`;
  const again = `Run: hirewire connect ${client.id}${flags}`;
  const lines: Line[] = [];
  const gone = [launch.command, ...launch.args].find((word) => isAbsolute(word) && !existsSync(word));
  const pinned = launch.args.find((arg) => /^hirewire@/.test(arg))?.slice('hirewire@'.length);
  if (gone !== undefined) lines.push(fail(`${where} starts ${gone}, which is not there`, again));
  else if (pinned !== undefined && pinned !== started.version) {
    lines.push(warn(`${where} starts version ${pinned}; this is ${started.version}`, again));
  } else lines.push(pass(`${where} is connected`));
  const env: unknown = isRecord(entry) ? entry.env : undefined;
  for (const variable of KEY_VARIABLES) {
    if (!isRecord(env) || typeof env[variable] !== 'string' || /^\$\{/.test(env[variable])) continue;
    lines.push(
      warn(`${where} holds ${variable} in plain text`, 'Run: hirewire login, then take the variable out of the file'),
    );
  }
  return lines;
}
