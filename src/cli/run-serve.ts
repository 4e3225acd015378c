import { serveBridge } from '../bridge/serve.js';
import { SettingsError } from '../config/settings-error.js';
import { standingWarning } from '../credentials/warning.js';
import { SANDBOX_NOTICE } from '../spending/notices.js';
import { wire } from '../wire.js';
import { settingsFrom } from './settings-from.js';

/** Serves MCP on stdio. @returns the exit code. */
export async function runServe(flags: Readonly<Record<string, unknown>>): Promise<number> {
  let settings: ReturnType<typeof settingsFrom>;
  try {
    settings = settingsFrom(flags);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`hirewire: ${error.message}\nRun "hirewire --help" for the commands and settings.\n`);
    return 2;
  }
  const warning = standingWarning(settings);
  if (warning) process.stderr.write(`hirewire: ${warning}\n`);
  const wired = wire(settings);
  const where = settings.sandbox
    ? `no credential is configured, so the sandbox in ${settings.dataFolder} is used. ${SANDBOX_NOTICE}`
    : `Agrenting at ${settings.agrenting.url.origin}, Humans2AI at ${settings.humans2ai.url.origin}.`;
  process.stderr.write(`hirewire: serving MCP on stdio; ${where}\n`);
  await serveBridge(wired);
  return 0;
}
