import { mountKeyVariable } from '../../config/mounts.js';
import { SettingsError } from '../../config/settings-error.js';
import { findAccount, readAccounts, removeAccount } from '../../credentials/accounts-file.js';
import { loginCommand, PLACES } from '../../credentials/read.js';
import { originOf, refOf } from '../../credentials/store.js';
import { standingWarning } from '../../credentials/warning.js';
import { HirewireError } from '../../errors.js';
import { inShortWithAdvice } from '../../marketplaces/hosted/faults.js';
import type { Arguments } from '../index.js';
import { explained } from '../login/explained.js';
import { keyAsked } from '../login/key-asked.js';
import { placeKey, storeAsked, storeFor } from '../login/place.js';
import { knownMount, nameIn, offering, standing, withMount } from './known.js';

/** Keeps the key of a mount, for its URL and no other. @returns the exit code. */
export const login = (args: Arguments): Promise<number> =>
  explained(async () => {
    const settings = standing();
    const mount = knownMount(settings, nameIn(args));
    const { name, url } = mount;
    const target = { role: 'mount', name, url, settings } as const;
    const store = storeAsked(args);
    const place = storeFor(store, target, true);
    const key = await keyAsked(`Key for ${name} at ${originOf(url)} (not shown): `, loginCommand('mount', name));
    await place.probe();
    const { key: _, ...withoutKey } = mount;
    const found = await withMount(settings, { ...withoutKey, key }, async (opened) => {
      await opened.look().catch((error: unknown) => {
        // What cannot be asked now may know the key later; what was asked and refused does not.
        if (error instanceof HirewireError && ['UNAUTHORIZED', 'FORBIDDEN'].includes(error.facts.code)) throw error;
        process.stderr.write(`hirewire: it cannot be tried now. ${inShortWithAdvice(error)}\n`);
      });
      return offering(opened);
    });
    await placeKey(target, place, key);
    process.stdout.write(
      `Logged in: mount ${name}, at ${originOf(url)}. The key is in the ${PLACES[store]}. ${found}.\n`,
    );
    const variable = mountKeyVariable(name);
    if (process.env[variable]) process.stdout.write(`Note: ${variable} is set here and comes before the stored key.\n`);
    if (store === 'plaintext') process.stderr.write(`hirewire: ${standingWarning(settings)}\n`);
    return 0;
  });

/** Deletes the key of a mount. @returns the exit code. */
export const logout = (args: Arguments): Promise<number> =>
  explained(async () => {
    const settings = standing();
    const name = nameIn(args);
    const { accountsFile } = settings.credentials;
    const known = findAccount(readAccounts(accountsFile), 'mount', name);
    if (!known) throw new SettingsError(`No key of a mount "${name}" is stored.`);
    const target = { role: 'mount', name, url: new URL(known.origin), settings } as const;
    await storeFor(known.store, target).delete(refOf('mount', name, known.origin));
    await removeAccount(accountsFile, known);
    process.stdout.write(
      `Deleted from the ${PLACES[known.store]}: the key of mount ${name}. It is still valid: revoke it at its server.\n`,
    );
    return 0;
  });
