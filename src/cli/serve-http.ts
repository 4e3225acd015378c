import { randomBytes } from 'node:crypto';
import { openHttpBridge } from '../bridge/http/serve-http.js';
import { SettingsError } from '../config/settings-error.js';
import { standingWarning } from '../credentials/warning.js';
import { log, registerSecret } from '../log.js';
import { SANDBOX_NOTICE } from '../spending/notices.js';
import { wire } from '../wire.js';
import type { Arguments } from './index.js';
import { settingsFrom } from './settings-from.js';

export const TOKEN_VARIABLE = 'HIREWIRE_HTTP_TOKEN';
const LEAST_TOKEN = 16;

/**
 * Serves MCP over HTTP on 127.0.0.1 until a signal comes. It is a bundle of its own, and so it tells its errors itself:
 * nobody outside knows its classes, nor the secrets that its log leaves out.
 * @returns the exit code.
 */
export async function runServeHttp(args: Arguments): Promise<number> {
  try {
    return await serveHttp(args);
  } catch (error) {
    if (error instanceof SettingsError) {
      process.stderr.write(`hirewire: ${error.message}\nRun "hirewire --help" for the commands and settings.\n`);
      return 2;
    }
    log('error', 'hirewire stopped', error);
    return 1;
  }
}

/** @throws {SettingsError} */
async function serveHttp(args: Arguments): Promise<number> {
  const port = Number(args.http);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SettingsError('--http is a port from 0 to 65535.');
  const given = givenToken(process.env[TOKEN_VARIABLE]);
  const token = given ?? randomBytes(32).toString('base64url');
  registerSecret(token);
  const settings = settingsFrom(args);
  const warning = standingWarning(settings);
  if (warning) process.stderr.write(`hirewire: ${warning}\n`);
  const wired = wire(settings);
  const bridge = await openHttpBridge(wired, { port, token }).catch((error: unknown) => {
    throw new SettingsError(`Port ${port} cannot be used; try --http 0.`, { cause: error });
  });
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const where = settings.sandbox
    ? `the sandbox in ${settings.dataFolder} is used. ${SANDBOX_NOTICE}`
    : 'real accounts.';
  process.stderr.write(`hirewire: serving MCP at ${bridge.url}; ${where}\n`);
  const shown = given === undefined ? token : `the value of ${TOKEN_VARIABLE}`;
  process.stderr.write(`hirewire: clients send "Authorization: Bearer …" with this token: ${shown}\n`);
  await stopped;
  await bridge.close();
  await wired.close();
  return 0;
}

/** @throws {SettingsError} for one that is guessed too easily, or could not be sent in a header. */
function givenToken(value: string | undefined): string | undefined {
  const token = value?.trim() || undefined;
  if (token === undefined || (token.length >= LEAST_TOKEN && /^[\x21-\x7e]+$/.test(token))) return token;
  throw new SettingsError(`${TOKEN_VARIABLE} is at least ${LEAST_TOKEN} visible characters without blanks.`);
}
