import type { CredentialSettings } from '../config/credential-settings.js';
import { findAccount, readAccounts } from './accounts-file.js';
import { commandCredential } from './command.js';
import { READ_LIMIT_MS } from './keychain.js';
import { CredentialError, type CredentialRole, DEFAULT_ACCOUNT, originOf, refOf, type StoreName } from './store.js';
import { openStore } from './stores.js';

/** Where a credential that is not in the environment comes from: a command before what login stored. */
export type Source =
  | { readonly kind: 'command'; readonly setting: string; readonly command: string; origin: string }
  | Stored;
interface Stored {
  readonly kind: 'stored';
  readonly store: StoreName;
  readonly origin: string;
}

/** The source for this role and account, without asking it; undefined when there is none. */
export function sourceOf(role: CredentialRole, settings: CredentialSettings): Source | undefined {
  const { account, commands, commandOrigins } = settings;
  const names = account === DEFAULT_ACCOUNT ? [`${role}/${account}`, role] : [`${role}/${account}`];
  for (const name of names) {
    const command = commands[name];
    const origin = commandOrigins[role.split('.')[0] ?? ''] ?? '';
    if (command !== undefined) return { kind: 'command', setting: `credential-command "${name}"`, command, origin };
  }
  const stored = findAccount(readAccounts(settings.accountsFile), role, account);
  return stored && { kind: 'stored', store: stored.store, origin: stored.origin };
}

/**
 * Reads a credential from its source. A secret is bound to its origin: another base URL does not get it.
 * @returns undefined when there is no source.
 * @throws {CredentialError}
 */
export async function readCredential(
  role: CredentialRole,
  url: URL,
  settings: CredentialSettings,
  limitMs = READ_LIMIT_MS,
): Promise<string | undefined> {
  const source = sourceOf(role, settings);
  if (!source) return undefined;
  const origin = originOf(url);
  const { account, folder } = settings;
  if (source.origin !== origin) throw otherOrigin(role, account, source.origin, origin);
  if (source.kind === 'command') return await commandCredential(source.setting, source.command);
  const store = openStore(source.store, { folder, limitMs, passphrase: async () => settings.passphrase });
  const secret = await store.get(refOf(role, account, origin));
  if (secret !== undefined) return secret;
  throw new CredentialError(
    'missing',
    `The ${PLACES[source.store]} no longer holds the key of ${role}/${account}.`,
    `Run: ${loginCommand(role, account)}`,
  );
}

const otherOrigin = (role: CredentialRole, account: string, bound: string, asked: string) =>
  new CredentialError(
    'other-origin',
    `The key of ${role}/${account} belongs to ${bound}, and this program is set to ${asked}; it was not sent.`,
    `Set the base URL back, or log in there under a name of its own: ${loginCommand(role, 'NAME')} --url ${asked}`,
  );

export const PLACES: Readonly<Record<StoreName, string>> = {
  keychain: 'keychain',
  file: 'sealed file',
  plaintext: 'plaintext file',
};

/** The command that stores a key for this role and account. */
export function loginCommand(role: CredentialRole, account: string): string {
  if (role === 'mount') return `hirewire mount login ${account}`;
  const [marketplace, kind] = role.split('.');
  const roleFlag = role === 'agrenting.agent' ? ` --role ${kind}` : '';
  return `hirewire login ${marketplace}${roleFlag}${account === DEFAULT_ACCOUNT ? '' : ` --name ${account}`}`;
}
