import { spawn } from 'node:child_process';
import { SettingsError } from '../config/settings-error.js';
import { log } from '../log.js';
import { addressPort } from './backend.js';
import type { Command } from './index.js';
import { settingsFrom } from './settings-from.js';

export const consoleCommand: Command = {
  usage: 'console',
  summary: 'Open a web page on the sandbox that your assistant uses',
  options: (argv) =>
    argv
      .option('port', { type: 'number', default: 4011, describe: '0 picks a free one' })
      .option('open', { type: 'boolean', default: true, describe: 'open a browser; off with --no-open' }),
  async run(args) {
    const port = Number(args.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new SettingsError('--port is a number from 0 to 65535.');
    const { openUserSandbox } = await import('../wire.js');
    const { listen } = await import('../backend/listen.js');
    const backend = await openUserSandbox(settingsFrom({}));
    const server = await listen(backend, port).catch(async (error: unknown) => {
      await backend.close();
      throw new SettingsError(`Port ${port} cannot be used; try --port 0.`, { cause: error });
    });
    const url = `http://127.0.0.1:${addressPort(server.address())}/`;
    process.stdout.write(`The console of your sandbox: ${url}\nStop it with Ctrl-C.\n`);
    if (args.open !== false && process.stdout.isTTY) openBrowser(url);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    await server.stop();
    await backend.close();
    return 0;
  },
};

const OPENERS: Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Where no browser can be opened the address is on the screen. */
function openBrowser(url: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
  opener.on('error', (error) => log('debug', 'no browser was opened', error));
  opener.unref();
}
