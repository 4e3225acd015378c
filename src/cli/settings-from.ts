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
  };
  return resolveSettings(flags, process.env);
}

const isConfirm = (value: string): value is NonNullable<FlagValues['confirm']> =>
  ['auto', 'ask', 'token', 'never'].includes(value);
const isLevel = (value: string): value is NonNullable<FlagValues['log-level']> =>
  ['debug', 'info', 'warn', 'error'].includes(value);
