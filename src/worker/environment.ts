import { SettingsError } from '../config/settings-error.js';

/** What a program needs to find itself, its user and its language. No credential is usually kept in any of these. */
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_(CONFIG|DATA|CACHE|STATE)_HOME|XDG_RUNTIME_DIR|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS)$/;
const KEPT_ON_WINDOWS =
  /^(PATH|PATHEXT|COMSPEC|WINDIR|SYSTEMROOT|SYSTEMDRIVE|USERPROFILE|USERNAME|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|PROGRAMFILES\(X86\)|PROCESSOR_ARCHITECTURE|NUMBER_OF_PROCESSORS|TEMP|TMP|TZ|LANG)$/i;
/** Ours: keys, URLs and settings, which are nobody's business in a program that works for strangers. */
const NEVER = /^(AGRENTING|HUMANS2AI|HIREWIRE)_/i;

export type Variables = Readonly<Record<string, string>>;

/** The environment of every program before the facts of its hiring: a short list, and what --env names. */
export function cleanEnvironment(from: NodeJS.ProcessEnv, named: Variables, windows = isWindows): Variables {
  const kept = windows ? KEPT_ON_WINDOWS : KEPT;
  const inherited = Object.entries(from).filter(([name]) => kept.test(name));
  return Object.fromEntries([
    ...inherited.flatMap(([name, value]) => (value ? [[name, value]] : [])),
    ...entries(named),
  ]);
}

const isWindows = process.platform === 'win32';
const entries = (variables: Variables): [string, string][] => Object.entries(variables);

/**
 * What --env NAME (its value is inherited) and --env NAME=value ask for.
 * @param keys the marketplaces' credentials, which are not handed on under any name.
 * @throws {SettingsError}
 */
export function namedVariables(
  options: readonly string[],
  from: NodeJS.ProcessEnv,
  keys: readonly string[],
): Variables {
  const named: Record<string, string> = {};
  for (const option of options) {
    const at = option.indexOf('=');
    const name = at < 0 ? option : option.slice(0, at);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new SettingsError('--env is NAME or NAME=value.');
    const value = at < 0 ? from[name] : option.slice(at + 1);
    if (value === undefined) throw new SettingsError(`--env ${name}: there is no such variable to hand on.`);
    if (NEVER.test(name) || keys.some((key) => value.includes(key))) {
      throw new SettingsError(`--env ${name}: the marketplaces' keys and settings are never given to a program.`);
    }
    named[name] = value;
  }
  return named;
}

/** Whether a variable probably holds a secret, so that its value is kept out of messages and logs. */
export const looksSecret = (name: string): boolean => /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH/i.test(name);
