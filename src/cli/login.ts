import { loginCommand as commandFor, PLACES } from '../credentials/read.js';
import { DEFAULT_ACCOUNT, originOf } from '../credentials/store.js';
import { verifyKey } from '../credentials/verify.js';
import { standingWarning } from '../credentials/warning.js';
import type { AccountRole } from '../marketplaces/define.js';
import type { Command } from './index.js';
import { explained } from './login/explained.js';
import { keyAsked } from './login/key-asked.js';
import { placeKey, storeAsked, storeFor } from './login/place.js';
import { registerAccount } from './login/register.js';
import { type Target, targetOf } from './login/target.js';

export const loginCommand: Command = {
  usage: 'login <marketplace>',
  summary: "Keep a marketplace key in this computer's keychain",
  options: (argv) =>
    argv
      .positional('marketplace', { type: 'string', demandOption: true, describe: 'agrenting or humans2ai' })
      .option('role', { type: 'string', describe: 'hirer (default) or agent', requiresArg: true })
      .option('name', { type: 'string', describe: 'a name for this account', requiresArg: true })
      .option('url', { type: 'string', describe: 'base URL; the key is sent nowhere else', requiresArg: true })
      .option('store', { type: 'string', describe: 'keychain (default) or file (passphrase)', requiresArg: true })
      .option('insecure-storage', { type: 'boolean', describe: 'keep the key in a plain text file' })
      .option('register', { type: 'boolean', describe: 'humans2ai: make a new account first' })
      .option('email', { type: 'string', describe: 'with --register', requiresArg: true })
      .example('$0 login agrenting', 'asks for the key; it is not shown')
      .example('pass show agrenting | $0 login agrenting', 'reads the key from stdin'),
  run: (args) =>
    explained(async () => {
      const target = targetOf(args);
      const store = storeAsked(args);
      const place = storeFor(store, target, true);
      const registering = args.register === true;
      const key = registering
        ? await registerAccount(target, args.email, place)
        : await keyAsked(questionFor(target), commandFor(target.role, target.name));
      await place.probe();
      // A key that was made just now is shown nowhere else: it is kept even if the marketplace cannot be asked again.
      if (registering) await placeKey(target, place, key);
      const facts = await verifyKey(target.role, target.url, key);
      if (!registering) await placeKey(target, place, key);
      const { role, name, url } = target;
      const lines = [
        `Logged in: ${role.replace('.', ' ')}, account ${name}, at ${originOf(url)}. The key is in the ${PLACES[store]}.`,
        ...facts.can.map((line) => `  ${line}`),
        ...facts.cannot.map((scope) => `  ${scope}: no`),
        registering ? '' : facts.untold,
        overruled(role, name),
      ];
      process.stdout.write(`${lines.filter(Boolean).join('\n')}\n`);
      if (store === 'plaintext') process.stderr.write(`hirewire: ${standingWarning(target.settings)}\n`);
      return 0;
    }),
};

const questionFor = ({ role, url }: Target): string =>
  `Key for ${role.replace('.', ' ')} at ${originOf(url)} (not shown): `;

const VARIABLES: Record<AccountRole, string> = {
  'agrenting.hirer': 'AGRENTING_API_KEY',
  'agrenting.agent': 'AGRENTING_AGENT_KEY',
  'humans2ai.agent': 'HUMANS2AI_API_KEY',
};

function overruled(role: AccountRole, name: string): string {
  const variable = VARIABLES[role];
  if (name !== DEFAULT_ACCOUNT || !process.env[variable]) return '';
  return `Note: ${variable} is set here and comes before the stored key.`;
}
