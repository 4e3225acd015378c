import type { AddressInfo } from 'node:net';
import { SettingsError } from '../config/settings-error.js';
import { log, logRecord, setLogFormat } from '../log.js';
import { backup, restore } from './backend/copies.js';
import { openTelemetry } from './backend/telemetry.js';
import type { Command } from './index.js';
import { table } from './table.js';

/** How long requests that are under way may take to finish after a signal. */
const GRACE_MS = 10_000;

export const backendCommand: Command = {
  usage: 'backend [action]',
  summary: 'Run the reference marketplace on 127.0.0.1; back it up, restore it',
  options: (argv) =>
    argv
      .positional('action', { type: 'string', default: 'run', describe: 'run, backup or restore' })
      .option('to', { type: 'string', describe: 'backup: the new file' })
      .option('from', { type: 'string', describe: 'restore: the backup' })
      .option('port', { type: 'number', default: 4010, describe: '0 picks a free one' })
      .option('db', { type: 'string', default: ':memory:', describe: 'a file, or :memory:' })
      .option('seed', { type: 'string', default: 'demo', describe: 'demo or empty' })
      .option('json', { type: 'boolean', describe: 'print the URL and the credentials as one JSON line' })
      .option('log-format', { type: 'string', default: 'text', describe: 'json: one object a line, also for requests' })
      .option('rate-limits', { type: 'boolean', default: true, describe: 'off with --no-rate-limits' })
      .option('loopback-targets', {
        type: 'boolean',
        default: true,
        describe: 'webhooks and callbacks may lead to this machine; off with --no-loopback-targets',
      })
      .option('webhook-timeout', { type: 'number', default: 10_000, describe: 'ms that a receiver may take' })
      .option('confirmations', { type: 'boolean', default: false, describe: 'Humans2AI demands confirmation tokens' })
      .option('praisonai', { type: 'string', default: 'real', describe: 'real, or documented: as its page prints it' })
      .option('humans2ai-fee', { type: 'number', default: 1, describe: 'in basis points; 500 is the worked example' }),
  async run(args) {
    if (args.action === 'backup') return await backup(args);
    if (args.action === 'restore') return await restore(args);
    if (args.action !== 'run') throw new SettingsError('The action is run, backup or restore.');
    const seed = String(args.seed);
    if (seed !== 'demo' && seed !== 'empty') throw new SettingsError('--seed is demo or empty.');
    const port = Number(args.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new SettingsError('--port is a number from 0 to 65535.');
    const fee = Number(args['humans2ai-fee']);
    if (!Number.isInteger(fee) || fee < 0 || fee > 10_000) throw new SettingsError('--humans2ai-fee is 0 to 10000.');
    const webhookTimeoutMs = Number(args['webhook-timeout']);
    if (!Number.isInteger(webhookTimeoutMs) || webhookTimeoutMs < 100 || webhookTimeoutMs > 60_000) {
      throw new SettingsError('--webhook-timeout is 100 to 60000 (milliseconds).');
    }
    const praisonai = String(args.praisonai);
    if (praisonai !== 'real' && praisonai !== 'documented')
      throw new SettingsError('--praisonai is real or documented.');
    const format = String(args['log-format']);
    if (format !== 'text' && format !== 'json') throw new SettingsError('--log-format is text or json.');
    setLogFormat(format);
    const loopbackTargets = args['loopback-targets'] !== false;
    const telemetry = await openTelemetry(process.env);
    const { createBackend } = await import('../backend/index.js');
    const { createOutbound } = await import('../backend/delivery/outbound.js');
    const { listen } = await import('../backend/listen.js');
    const backend = await createBackend({
      database: String(args.db),
      seed,
      settings: {
        rateLimits: args['rate-limits'] !== false,
        loopbackTargets,
        webhookTimeoutMs,
        enforceConfirmation: args.confirmations === true,
        humans2aiFee: BigInt(fee),
        praisonai,
      },
      ...(telemetry ? { outbound: telemetry.measured(createOutbound(undefined, loopbackTargets)) } : {}),
      onError: (what, error) => log('error', what, error),
    });
    telemetry?.follow(backend.env.requests);
    if (format === 'json') backend.env.requests.on((note) => logRecord('info', 'request', { ...note }));
    const server = await listen(backend, port).catch((error: unknown) => {
      throw new SettingsError(`Port ${port} cannot be used; try --port 0.`, { cause: error });
    });
    backend.start();
    const url = `http://127.0.0.1:${addressPort(server.address())}`;
    const credentials = { ...backend.credentials, praisonai: { url: `${url}/praisonai` } };
    if (args.json === true) process.stdout.write(`${JSON.stringify({ url, credentials })}\n`);
    else process.stdout.write(banner(url, credentials));
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    log('debug', 'stopping: no new requests, and those under way are finished');
    backend.beginStop();
    await server.stop(GRACE_MS);
    await backend.close();
    await telemetry?.close();
    return 0;
  },
};

export const addressPort = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

function banner(url: string, credentials: Readonly<Record<string, object>>): string {
  const rows = Object.entries(credentials).flatMap(([marketplace, roles]) =>
    Object.entries(roles).map(([role, secret]) => [marketplace, role, String(secret)]),
  );
  return (
    `Reference marketplace at ${url}\n` +
    `Console: open ${url}/ in a browser\n` +
    `OpenAPI: ${url}/openapi.json, reference: ${url}/reference\n\n` +
    `${table(['of', 'role', 'credential (sandbox only)'], rows)}\n\n` +
    'Stop it with Ctrl-C.\n'
  );
}
