import { findAccount, readAccounts } from '../../credentials/accounts-file.js';
import { StateFile } from '../../marketplaces/hosted/state.js';
import type { Arguments } from '../index.js';
import { knownMount, nameIn, standing } from './known.js';
import { writeMount } from './settings-file.js';

/** Takes a mount out of the settings file, with what is remembered of it. @returns the exit code. */
export async function remove(args: Arguments): Promise<number> {
  const settings = standing();
  const { name, url } = knownMount(settings, nameIn(args));
  // While it is known where its key lies: afterwards nobody asks for it by this name.
  const hasKey = findAccount(readAccounts(settings.credentials.accountsFile), 'mount', name) !== undefined;
  if (hasKey) {
    process.stderr.write(`hirewire: its key is still stored. Delete it first: hirewire mount logout ${name}\n`);
    return 1;
  }
  const path = await writeMount(name, undefined);
  new StateFile(settings.dataFolder, name, url.href).remove();
  process.stdout.write(`Removed ${name} from ${path}.\n`);
  return 0;
}
