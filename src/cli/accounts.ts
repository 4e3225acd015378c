import { resolveSettings, type Settings } from '../config/settings.js';
import { ROLES } from '../connections.js';
import { readAccounts } from '../credentials/accounts-file.js';
import { sourceOf } from '../credentials/read.js';
import { DEFAULT_ACCOUNT, originOf } from '../credentials/store.js';
import { standingWarning } from '../credentials/warning.js';
import type { AccountRole } from '../marketplaces/define.js';
import type { Command } from './index.js';
import { table } from './table.js';

/** An account as it is shown: where its key comes from, and never the key. */
interface AccountView {
  readonly marketplace: string;
  readonly role: string;
  readonly name: string;
  /** What wins: environment, then command, then the store. */
  readonly source: 'environment' | 'command' | 'keychain' | 'file' | 'plaintext';
  readonly origin: string;
  readonly last_verified?: string;
}

export const accountsCommand: Command = {
  usage: 'accounts',
  summary: 'List the accounts and where their keys come from; never a key',
  options: (argv) => argv.option('json', { type: 'boolean', describe: 'as JSON' }),
  async run(args) {
    const settings = resolveSettings({ account: DEFAULT_ACCOUNT }, process.env);
    const accounts = views(settings);
    const warning = standingWarning(settings);
    if (args.json === true) {
      process.stdout.write(`${JSON.stringify({ accounts, ...(warning ? { warning } : {}) }, null, 2)}\n`);
      return 0;
    }
    if (accounts.length === 0) process.stdout.write('No accounts. Add one: hirewire login MARKETPLACE\n');
    else {
      const rows = accounts.map((view) => {
        return [view.marketplace, view.role, view.name, view.source, view.origin, view.last_verified ?? ''];
      });
      const head = ['marketplace', 'role', 'account', 'key from', 'sent to', 'last verified'];
      process.stdout.write(`${table(head, rows)}\n`);
    }
    if (warning) process.stderr.write(`hirewire: ${warning}\n`);
    return 0;
  },
};

function views(settings: Settings): AccountView[] {
  const { credentials } = settings;
  const stored = readAccounts(credentials.accountsFile);
  const commands = Object.keys(credentials.commands).map((name) => name.split('/')[1] ?? DEFAULT_ACCOUNT);
  const names = new Set([DEFAULT_ACCOUNT, ...stored.map(({ name }) => name), ...commands]);
  const ours = [...names].flatMap((name) =>
    ROLES.flatMap((role): AccountView[] => {
      const [marketplace = '', kind = ''] = role.split('.');
      const common = { marketplace, role: kind, name };
      if (name === DEFAULT_ACCOUNT && inEnvironment(role, settings)) {
        const { url } = role === 'humans2ai.agent' ? settings.humans2ai : settings.agrenting;
        return [{ ...common, source: 'environment', origin: originOf(url) }];
      }
      const source = sourceOf(role, { ...credentials, account: name });
      if (!source) return [];
      const verified = stored.find((account) => account.role === role && account.name === name)?.verified_at;
      const isStored = source.kind === 'stored';
      return [
        {
          ...common,
          source: isStored ? source.store : 'command',
          origin: source.origin,
          ...(isStored && verified ? { last_verified: verified } : {}),
        },
      ];
    }),
  );
  return [...ours, ...ofMounts(settings)];
}

/** The keys of mounted servers. */
function ofMounts({ mounts, credentials }: Settings): AccountView[] {
  const common = { marketplace: 'mount', role: 'client' };
  return mounts.flatMap(({ name, url, key, inFile }): AccountView[] => {
    if (key !== undefined) return [{ ...common, name, source: 'environment', origin: originOf(url) }];
    const commandOrigins = inFile ? { mount: originOf(url) } : {};
    const source = sourceOf('mount', { ...credentials, account: name, commandOrigins });
    if (!source) return [];
    return [{ ...common, name, source: source.kind === 'stored' ? source.store : 'command', origin: source.origin }];
  });
}

function inEnvironment(role: AccountRole, { agrenting, humans2ai }: Settings): boolean {
  if (role === 'humans2ai.agent') return humans2ai.key !== undefined;
  return (role === 'agrenting.hirer' ? agrenting.hirerKey : agrenting.agentKey) !== undefined;
}
