import { MOUNT_KINDS } from '../config/mounts.js';
import { SettingsError } from '../config/settings-error.js';
import type { Command } from './index.js';

const ACTIONS = ['list', 'add', 'remove', 'accept', 'login', 'logout'] as const;

export const mountCommand: Command = {
  usage: 'mount [action] [name] [url]',
  summary: 'Offer the tools of other MCP servers too',
  flags: ['kind', 'auth', 'prefix', 'allow', 'deny', 'trust', 'per-minute', 'timeout', 'json'],
  options: (argv) =>
    argv
      .positional('action', { type: 'string', default: 'list', describe: ACTIONS.join(', ') })
      .positional('name', { type: 'string', describe: 'the name of the mount' })
      .positional('url', { type: 'string', describe: 'add: where its server is' })
      .option('kind', { type: 'string', describe: `add: ${MOUNT_KINDS.join(', ')}`, requiresArg: true })
      .option('auth', { type: 'string', describe: 'add: bearer or x-api-key', requiresArg: true })
      .option('prefix', { type: 'boolean', describe: 'add: always call its tools NAME_tool' })
      .option('allow', { type: 'string', describe: 'add: only these of its tools', requiresArg: true })
      .option('deny', { type: 'string', describe: 'add: not these of its tools', requiresArg: true })
      .option('trust', { type: 'boolean', describe: 'add: believe what it says of its tools (for --read-only)' })
      .option('per-minute', { type: 'number', describe: 'add: send so many requests at most', requiresArg: true })
      .option('timeout', { type: 'number', describe: 'add: seconds that a call may be silent', requiresArg: true })
      .option('store', {
        type: 'string',
        describe: 'login: keychain (default) or file (passphrase)',
        requiresArg: true,
      })
      .option('insecure-storage', { type: 'boolean', describe: 'login: keep the key in a plain text file' })
      .option('json', { type: 'boolean', describe: 'list: as JSON' })
      .example('$0 mount add files http://127.0.0.1:3001/mcp', 'looks at it, and keeps it in the settings file')
      .example('$0 mount accept files', 'shows what its server has changed, and asks you'),
  async run(args) {
    const action = ACTIONS.find((known) => known === args.action);
    if (!action) throw new SettingsError(`The action is one of ${ACTIONS.join(', ')}.`);
    if (action === 'list') return await (await import('./mount/list.js')).list(args);
    if (action === 'add') return await (await import('./mount/add.js')).add(args);
    if (action === 'remove') return await (await import('./mount/remove.js')).remove(args);
    if (action === 'accept') return await (await import('./mount/accept.js')).accept(args);
    const { login, logout } = await import('./mount/login.js');
    return action === 'login' ? await login(args) : await logout(args);
  },
};
