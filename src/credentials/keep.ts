import type { CredentialSettings } from '../config/credential-settings.js';
import { log } from '../log.js';
import type { AccountRole, KeptWhere } from '../marketplaces/define.js';
import { putAccount } from './accounts-file.js';
import { Keychain } from './keychain.js';
import { CredentialError, originOf, refOf } from './store.js';

/**
 * Keeps a key that a marketplace gave to a tool: in the keychain, or, where that does not work, in the memory of this
 * process only. Never in a file: nobody chose one.
 */
export async function storeKey(
  role: AccountRole,
  url: URL,
  secret: string,
  { account, accountsFile }: CredentialSettings,
): Promise<KeptWhere> {
  const origin = originOf(url);
  try {
    await new Keychain().set(refOf(role, account, origin), secret);
    await putAccount(accountsFile, { role, name: account, origin, store: 'keychain' });
    return { place: 'keychain', account, says: 'in use' };
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    log('warn', 'a key that a marketplace gave could not be stored', error);
    return { place: 'memory', account, says: `in use until this process ends. ${error.message}` };
  }
}
