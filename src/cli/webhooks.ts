import { SettingsError } from '../config/settings-error.js';
import type { Command } from './index.js';

export const webhooksCommand: Command = {
  usage: 'webhooks <action>',
  summary: 'Verify a webhook signature, or listen for deliveries',
  flags: ['signature', 'secret-stdin', 'ignore-age', 'port', 'json'],
  options: (argv) =>
    argv
      .positional('action', { type: 'string', describe: 'verify (the body comes on stdin) or listen' })
      .option('signature', { type: 'string', requiresArg: true, describe: 'verify: the value of the signature header' })
      .option('secret-stdin', { type: 'boolean', describe: 'the first line of stdin is the secret' })
      .option('ignore-age', { type: 'boolean', describe: 'verify: a recorded delivery, older than five minutes' })
      .option('port', { type: 'number', default: 4020, describe: 'listen: on 127.0.0.1; 0 picks a free one' })
      .option('json', { type: 'boolean', describe: 'one JSON line each' })
      .epilogue('The secret is read from HIREWIRE_WEBHOOK_SECRET (several, separated by spaces, during a rotation).'),
  async run(args) {
    if (args.action === 'verify') {
      const { verify } = await import('./webhooks/verify.js');
      return await verify(args);
    }
    if (args.action === 'listen') {
      const { listenForDeliveries } = await import('./webhooks/listen.js');
      return await listenForDeliveries(args);
    }
    throw new SettingsError('The action is verify or listen.');
  },
};
