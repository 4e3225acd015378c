import type { Settings } from '../../config/settings.js';
import { SettingsError } from '../../config/settings-error.js';
import { findAccount, putAccount, readAccounts } from '../../credentials/accounts-file.js';
import { PERSON_LIMIT_MS, SCRIPT_LIMIT_MS } from '../../credentials/keychain.js';
import {
  CredentialError,
  type CredentialRole,
  type CredentialStore,
  originOf,
  refOf,
  type StoreName,
} from '../../credentials/store.js';
import { openStore } from '../../credentials/stores.js';
import { log, registerSecret } from '../../log.js';
import { askHidden, isTerminal } from '../ask.js';
import type { Arguments } from '../index.js';

/** Whose key it is: of an account, or of a mount. */
interface Target {
  readonly role: CredentialRole;
  readonly name: string;
  readonly url: URL;
  readonly settings: Settings;
}

/** The store that was asked for. Nothing is chosen instead of one that fails. @throws {SettingsError} */
export function storeAsked(args: Arguments): StoreName {
  const { store } = args;
  if (store !== undefined && store !== 'keychain' && store !== 'file') {
    throw new SettingsError('--store is keychain or file. To keep the key in plain text, say --insecure-storage.');
  }
  if (args['insecure-storage'] !== true) return store ?? 'keychain';
  if (store === undefined) return 'plaintext';
  throw new SettingsError('--store and --insecure-storage exclude each other.');
}

/** Opens a store for a person at a terminal: time to unlock it, and a question for its passphrase. */
export function storeFor(name: StoreName, { settings }: Target, isNew = false) {
  const { folder, passphrase } = settings.credentials;
  let asked: string | undefined;
  return openStore(name, {
    folder,
    limitMs: isTerminal() ? PERSON_LIMIT_MS : SCRIPT_LIMIT_MS,
    passphrase: async () => {
      asked ??= passphrase ?? (isTerminal() ? await askPassphrase(isNew) : undefined);
      registerSecret(asked);
      return asked;
    },
  });
}

async function askPassphrase(isNew: boolean): Promise<string> {
  const first = await askHidden('Passphrase of the sealed file: ');
  if (first.length < 8) throw new SettingsError('A passphrase has at least 8 characters. Nothing was changed.');
  if (isNew && (await askHidden('Again: ')) !== first) {
    throw new SettingsError('The two passphrases differ. Nothing was changed.');
  }
  return first;
}

/**
 * Writes the key, reads it back, and only then lists the account. A key of the same name elsewhere is removed.
 * @throws {CredentialError} when the store fails; nothing is listed then, and nothing is written anywhere else.
 */
export async function placeKey(target: Target, store: CredentialStore, key: string): Promise<void> {
  const { role, url, settings } = target;
  const origin = originOf(url);
  const ref = refOf(role, target.name, origin);
  const { name } = store;
  await store.set(ref, key);
  if ((await store.get(ref)) !== key) {
    throw new CredentialError('failed', `The ${name} did not give back what was written.`, 'Choose another --store.');
  }
  const { accountsFile } = settings.credentials;
  const before = findAccount(readAccounts(accountsFile), role, target.name);
  const verified = new Date().toISOString();
  await putAccount(accountsFile, { role, name: target.name, origin, store: name, verified_at: verified });
  if (!before || (before.store === name && before.origin === origin)) return;
  await storeFor(before.store, target)
    .delete(refOf(role, target.name, before.origin))
    .catch((error: unknown) => log('warn', `the earlier key in the ${before.store} could not be deleted`, error));
}
