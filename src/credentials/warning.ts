import { join } from 'node:path';
import type { Settings } from '../config/settings.js';
import { readAccounts } from './accounts-file.js';
import { PLAINTEXT_FILE } from './store.js';

/** What is said at each start for as long as a key lies in plain text; undefined when none does. */
export function standingWarning({ credentials }: Pick<Settings, 'credentials'>): string | undefined {
  const insecure = readAccounts(credentials.accountsFile).filter(({ store }) => store === 'plaintext');
  if (insecure.length === 0) return undefined;
  const names = insecure.map(({ role, name }) => `${role}/${name}`).join(', ');
  return (
    `WARNING: the key of ${names} lies in plain text in ${join(credentials.folder, PLAINTEXT_FILE)}. ` +
    'Whoever can read your files has it. Move it to the keychain: hirewire login MARKETPLACE.'
  );
}
