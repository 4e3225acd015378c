import { dirname } from 'node:path';
import { type Account, accountsFile, readAccounts } from '../credentials/accounts-file.js';
import { ACCOUNT_NAME_RULE, DEFAULT_ACCOUNT, isAccountName, originOf } from '../credentials/store.js';
import { closest } from './closest.js';
import { SettingsError } from './settings-error.js';

/** Where credentials come from, as settings: names and places. The only secret among them is the file's passphrase. */
export interface CredentialSettings {
  /** The name of the accounts that are used. */
  readonly account: string;
  /** The folder of the settings file, of accounts.json and of the files that hold secrets by the person's choice. */
  readonly folder: string;
  readonly accountsFile: string;
  /** Commands that print a credential, by "role" or "role/account". */
  readonly commands: Readonly<Record<string, string>>;
  /** Where the command's credential may go, by marketplace: what the same file says, or the marketplace's own site. */
  readonly commandOrigins: Readonly<Record<string, string>>;
  /** Opens the sealed file. */
  readonly passphrase?: string;
}

export const DEFAULT_URLS = { agrenting: 'https://agrenting.com', humans2ai: 'https://humans2ai.com' } as const;
export type MarketplaceUrls = Readonly<Record<keyof typeof DEFAULT_URLS, URL>>;

const ROLES = ['agrenting.hirer', 'agrenting.agent', 'humans2ai.agent'] as const;

/**
 * The name of the account that is meant, checked.
 * @throws {SettingsError} for a name that no account can have.
 */
export function accountName(text: string | undefined): string {
  const name = text || DEFAULT_ACCOUNT;
  if (isAccountName(name)) return name;
  throw new SettingsError(`--account: a name is ${ACCOUNT_NAME_RULE}.`);
}

/**
 * The accounts of this name that are stored. @throws {SettingsError} when another than the default account was asked
 * for by name, and neither a store nor a command has it.
 */
export function accountsNamed(name: string, env: NodeJS.ProcessEnv, commands: Readonly<Record<string, string>>) {
  const accounts = readAccounts(accountsFile(env)).filter(({ role }) => role !== 'mount');
  const found = accounts.filter((account) => account.name === name);
  const hasCommand = ROLES.some((role) => commands[`${role}/${name}`] !== undefined);
  if (name === DEFAULT_ACCOUNT || found.length > 0 || hasCommand) return found;
  const names = [...new Set(accounts.map((account) => account.name))];
  const near = closest(name, names);
  const hint = near ? ` Did you mean ${near}?` : '';
  throw new SettingsError(
    `There is no account "${name}".${hint} See "hirewire accounts", or add it: hirewire login MARKETPLACE --name ${name}.`,
  );
}

/** The origin at which the accounts are, for a marketplace whose URL is not set: the hirer's before the agent's. */
export function originIn(accounts: readonly Account[], marketplace: string): string | undefined {
  for (const role of ROLES) {
    const found = role.startsWith(`${marketplace}.`) ? accounts.find((account) => account.role === role) : undefined;
    if (found) return found.origin;
  }
  return undefined;
}

/** @throws {SettingsError} for a command of a role that there is not. */
export function checkCommands(commands: Readonly<Record<string, string>>, path: string): void {
  for (const name of Object.keys(commands)) {
    const [role = '', account = DEFAULT_ACCOUNT] = name.split('/');
    if (role === 'mount' && name.includes('/') && isAccountName(account)) continue;
    if (ROLES.some((known) => known === role) && isAccountName(account)) continue;
    const near = closest(role, ROLES);
    throw new SettingsError(
      `The settings file ${path}: credential-command "${name}" is not mount/NAME, and not ROLE or ROLE/ACCOUNT with ROLE one ` +
        `of ${ROLES.join(', ')}.${near ? ` Did you mean ${near}?` : ''}`,
    );
  }
}

export function credentialSettings(
  account: string,
  commands: Readonly<Record<string, string>>,
  fileUrls: MarketplaceUrls,
  env: NodeJS.ProcessEnv,
): CredentialSettings {
  const path = accountsFile(env);
  const passphrase = env.HIREWIRE_PASSPHRASE;
  return {
    account,
    folder: dirname(path),
    accountsFile: path,
    commands,
    commandOrigins: { agrenting: originOf(fileUrls.agrenting), humans2ai: originOf(fileUrls.humans2ai) },
    ...(passphrase ? { passphrase } : {}),
  };
}
