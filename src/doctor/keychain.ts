import { readAccounts } from '../credentials/accounts-file.js';
import { Keychain } from '../credentials/keychain.js';
import { CredentialError } from '../credentials/store.js';
import { check, fail, pass, skip, warn } from './finding.js';

/** Writes, reads and deletes a value of no meaning: that a keychain can be opened does not say that it works. */
export const keychainCheck = check('keychain', async ({ settings }) => {
  if (settings instanceof Error) return [skip('not asked: the settings cannot be used')];
  try {
    await new Keychain().probe();
    return [pass('the keychain takes and returns a value')];
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    const needed = readAccounts(settings.credentials.accountsFile).some(({ store }) => store === 'keychain');
    // Without a key in it, it is only missed at the next login.
    return [needed ? fail(error.message, error.next) : warn(error.message, error.next)];
  }
});
