import { catalog } from '../bridge/catalog.js';
import { closest } from '../config/closest.js';
import { type FlagValues, resolveSettings, type Settings } from '../config/settings.js';
import { SettingsError } from '../config/settings-error.js';

/** The settings of a command line. @throws {SettingsError} */
export function settingsFrom(args: Readonly<Record<string, unknown>>): Settings {
  const text = (name: string) => (args[name] === undefined ? undefined : String(args[name]));
  const confirm = text('confirm');
  if (confirm !== undefined && !isConfirm(confirm)) {
    throw new SettingsError(`--confirm is one of auto, ask, token, never; "${confirm}" is not.`);
  }
  const level = text('log-level');
  if (level !== undefined && !isLevel(level)) {
    throw new SettingsError(`--log-level is one of debug, info, warn, error; "${level}" is not.`);
  }
  const frame = args['max-frame'];
  const flags: FlagValues = {
    'agrenting-url': text('agrenting-url'),
    'humans2ai-url': text('humans2ai-url'),
    account: text('account'),
    toolsets: text('toolsets'),
    tools: text('tools'),
    'exclude-tools': text('exclude-tools'),
    'read-only': typeof args['read-only'] === 'boolean' ? args['read-only'] : undefined,
    confirm,
    'confirm-above': text('confirm-above'),
    'max-per-call': text('max-per-call'),
    'max-per-day': text('max-per-day'),
    'allow-payee': text('allow-payee'),
    'log-level': level,
    'max-frame': typeof frame === 'number' ? frame : undefined,
    mount: args.mount === undefined ? undefined : [args.mount].flat().map(String),
  };
  const settings = resolveSettings(flags, process.env);
  // A misspelt name in --exclude-tools would leave the tool on that somebody meant to switch off.
  checkNames('--tools', settings.tools);
  checkNames('--exclude-tools', settings.excludeTools);
  return settings;
}

function checkNames(setting: string, names: readonly string[]): void {
  const known = catalog.map((tool) => tool.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = closest(unknown, known);
  throw new SettingsError(`${setting}: there is no tool "${unknown}".${near ? ` Did you mean ${near}?` : ''}`);
}

const isConfirm = (value: string): value is NonNullable<FlagValues['confirm']> =>
  ['auto', 'ask', 'token', 'never'].includes(value);
const isLevel = (value: string): value is NonNullable<FlagValues['log-level']> =>
  ['debug', 'info', 'warn', 'error'].includes(value);
