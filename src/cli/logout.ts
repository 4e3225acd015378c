import { SettingsError } from '../config/settings-error.js';
import { findAccount, readAccounts, removeAccount } from '../credentials/accounts-file.js';
import { PLACES } from '../credentials/read.js';
import { refOf } from '../credentials/store.js';
import type { Command } from './index.js';
import { explained } from './login/explained.js';
import { storeFor } from './login/place.js';
import { targetOf } from './login/target.js';

export const logoutCommand: Command = {
  usage: 'logout <marketplace>',
  summary: 'Delete a stored key from this computer',
  options: (argv) =>
    argv
      .positional('marketplace', { type: 'string', demandOption: true, describe: 'agrenting or humans2ai' })
      .option('role', { type: 'string', describe: 'hirer (default) or agent', requiresArg: true })
      .option('name', { type: 'string', describe: 'the name of the account', requiresArg: true })
      .option('forget', { type: 'boolean', describe: 'only take it off the list; its store is gone for good' }),
  run: (args) =>
    explained(async () => {
      const target = targetOf(args);
      const { role, name, settings } = target;
      const { accountsFile } = settings.credentials;
      const known = findAccount(readAccounts(accountsFile), role, name);
      if (!known) throw new SettingsError(`No ${role}/${name} is stored. See "hirewire accounts".`);
      if (args.forget !== true) await storeFor(known.store, target).delete(refOf(role, name, known.origin));
      await removeAccount(accountsFile, known);
      const what = args.forget === true ? 'Taken off the list' : `Deleted from the ${PLACES[known.store]}`;
      process.stdout.write(`${what}: ${role}/${name}. The key itself is still valid: revoke it at the marketplace.\n`);
      return 0;
    }),
};
