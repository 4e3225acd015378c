import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { DEFAULT_ACCOUNT } from '../credentials/store.js';
import type { Toolset } from '../marketplaces/define.js';
import type { SpendingPolicy } from '../spending/policy.js';
import { parseLimits } from './amounts.js';
import { baseUrl } from './base-url.js';
import { closest } from './closest.js';
import {
  accountName,
  accountsNamed,
  type CredentialSettings,
  checkCommands,
  credentialSettings,
  DEFAULT_URLS,
  type MarketplaceUrls,
  originIn,
} from './credential-settings.js';
import { type MountSettings, mountShape, mountsOf } from './mounts.js';
import { configFile, dataFolder } from './paths.js';
import { SettingsError } from './settings-error.js';

/** Everything that can be set, resolved: flag, then environment, then file, then default. */
export interface Settings {
  readonly agrenting: { readonly url: URL; readonly hirerKey?: string; readonly agentKey?: string };
  readonly humans2ai: { readonly url: URL; readonly key?: string };
  readonly credentials: CredentialSettings;
  /** The base URLs that were set, and not taken from a stored account or the default. */
  readonly givenUrls: Partial<MarketplaceUrls>;
  /** No credential and no URL were given, and nothing is stored: the built-in sandbox is used. */
  readonly sandbox: boolean;
  readonly toolsets: readonly Toolset[];
  /** When not empty: only these tools. */
  readonly tools: readonly string[];
  readonly excludeTools: readonly string[];
  readonly readOnly: boolean;
  readonly policy: SpendingPolicy;
  readonly dataFolder: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** The longest frame that is read from stdin, in bytes. */
  readonly maxFrame: number;
  /** Hosted MCP servers that are offered beside our own tools, by name. */
  readonly mounts: readonly MountSettings[];
}

export const TOOLSETS: readonly Toolset[] = ['hirer', 'agent', 'tasks', 'operations'];

/** What may stand in flags and in the settings file, under the same names. Keys are not among them. */
const flagShape = z.strictObject({
  'agrenting-url': z.string().optional(),
  'humans2ai-url': z.string().optional(),
  account: z.string().optional(),
  toolsets: z.string().optional(),
  tools: z.string().optional(),
  'exclude-tools': z.string().optional(),
  'read-only': z.boolean().optional(),
  confirm: z.enum(['auto', 'ask', 'token', 'never']).optional(),
  'confirm-above': z.string().optional(),
  'max-per-call': z.string().optional(),
  'max-per-day': z.string().optional(),
  'allow-payee': z.string().optional(),
  'log-level': z.enum(['debug', 'info', 'warn', 'error']).optional(),
  'max-frame': z
    .number()
    .int()
    .min(1_024)
    .max(64 * 1024 * 1024)
    .optional(),
  mount: z.array(z.string()).optional(),
});
export type FlagValues = z.infer<typeof flagShape>;
export const SETTING_NAMES: readonly string[] = Object.keys(flagShape.shape);

/** What only the file can hold. */
const fileShape = flagShape.omit({ mount: true }).extend({
  'credential-command': z.record(z.string(), z.string()).optional(),
  mounts: z.record(z.string(), mountShape).optional(),
});
type Named = Exclude<keyof FlagValues, 'mount'>;

const ENVIRONMENT: Partial<Record<Named, string>> = {
  'agrenting-url': 'AGRENTING_URL',
  'humans2ai-url': 'HUMANS2AI_URL',
  account: 'HIREWIRE_ACCOUNT',
  toolsets: 'HIREWIRE_TOOLSETS',
  tools: 'HIREWIRE_TOOLS',
  'exclude-tools': 'HIREWIRE_EXCLUDE_TOOLS',
  confirm: 'HIREWIRE_CONFIRM',
  'confirm-above': 'HIREWIRE_CONFIRM_ABOVE',
  'max-per-call': 'HIREWIRE_MAX_PER_CALL',
  'max-per-day': 'HIREWIRE_MAX_PER_DAY',
  'allow-payee': 'HIREWIRE_ALLOW_PAYEE',
  'log-level': 'HIREWIRE_LOG_LEVEL',
};

const DEFAULT_FRAME = 4 * 1024 * 1024;

/**
 * Resolves the settings. @throws {SettingsError} with one sentence that names the setting and what to write.
 */
export function resolveSettings(flags: FlagValues, env: NodeJS.ProcessEnv): Settings {
  const file = readSettingsFile(configFile(env));
  checkFrame(flags['max-frame']);
  const text = (name: Named): string | undefined => {
    const variable = ENVIRONMENT[name];
    // An empty variable is one that is not set.
    const value = flags[name] ?? (variable ? env[variable] || undefined : undefined) ?? file[name];
    return value === undefined ? undefined : String(value);
  };
  const list = (name: Named) =>
    (text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  const limits = (name: Named) => {
    const value = text(name);
    return value === undefined ? [] : parseLimits(value, `--${name}`);
  };

  const account = accountName(text('account'));
  const keys = account === DEFAULT_ACCOUNT ? environmentKeys(env) : {};
  const commands = file['credential-command'] ?? {};
  checkCommands(commands, configFile(env));
  const stored = accountsNamed(account, env, commands);
  const urls = { agrenting: text('agrenting-url'), humans2ai: text('humans2ai-url') };
  const urlOf = (marketplace: keyof typeof DEFAULT_URLS, given: string | undefined) => {
    const fallback = originIn(stored, marketplace) ?? DEFAULT_URLS[marketplace];
    return baseUrl(given ?? fallback, `${marketplace.toUpperCase()}_URL`);
  };
  const fileUrls = {
    agrenting: baseUrl(file['agrenting-url'] ?? DEFAULT_URLS.agrenting, 'agrenting-url'),
    humans2ai: baseUrl(file['humans2ai-url'] ?? DEFAULT_URLS.humans2ai, 'humans2ai-url'),
  };
  const given = [...Object.values(keys), ...Object.values(urls)].some((value) => value !== undefined);

  return {
    agrenting: {
      url: urlOf('agrenting', urls.agrenting),
      ...(keys.hirer ? { hirerKey: keys.hirer } : {}),
      ...(keys.agent ? { agentKey: keys.agent } : {}),
    },
    humans2ai: {
      url: urlOf('humans2ai', urls.humans2ai),
      ...(keys.humans2ai ? { key: keys.humans2ai } : {}),
    },
    givenUrls: {
      ...(urls.agrenting ? { agrenting: baseUrl(urls.agrenting, 'AGRENTING_URL') } : {}),
      ...(urls.humans2ai ? { humans2ai: baseUrl(urls.humans2ai, 'HUMANS2AI_URL') } : {}),
    },
    credentials: credentialSettings(account, commands, fileUrls, env),
    sandbox: !given && stored.length === 0 && Object.keys(commands).every((name) => name.startsWith('mount/')),
    toolsets: toolsetsOf(list('toolsets')),
    tools: list('tools'),
    excludeTools: list('exclude-tools'),
    readOnly: flags['read-only'] ?? switchOf(env, 'HIREWIRE_READ_ONLY') ?? file['read-only'] ?? false,
    policy: {
      confirm: confirmOf(text('confirm')),
      confirmAbove: limits('confirm-above'),
      maxPerCall: limits('max-per-call'),
      maxPerDay: limits('max-per-day'),
      payees: list('allow-payee'),
    },
    dataFolder: dataFolder(env),
    logLevel: logLevelOf(text('log-level')),
    maxFrame: flags['max-frame'] ?? file['max-frame'] ?? DEFAULT_FRAME,
    mounts: mountsOf(flags.mount ?? [], file.mounts ?? {}, env),
  };
}

/** The variables are the credentials of the default account; another one, asked for by name, is not paid from them. */
function environmentKeys(env: NodeJS.ProcessEnv): { hirer?: string; agent?: string; humans2ai?: string } {
  const hirer = keyOf(env, 'AGRENTING_API_KEY');
  const agent = keyOf(env, 'AGRENTING_AGENT_KEY');
  const humans2ai = keyOf(env, 'HUMANS2AI_API_KEY') ?? genericKey(keyOf(env, 'API_KEY', false));
  return { ...(hirer ? { hirer } : {}), ...(agent ? { agent } : {}), ...(humans2ai ? { humans2ai } : {}) };
}

/** API_KEY is so general a name that only what looks like a Humans2AI key is taken from it. */
const genericKey = (value: string | undefined): string | undefined =>
  value !== undefined && /^sk_(live|test)_[\x21-\x7e]+$/.test(value) ? value : undefined;

/**
 * A credential from the environment, without the line break that a file or a paste leaves at its end.
 * @throws {SettingsError} when it could not be sent in a header. The value itself is never shown.
 */
function keyOf(env: NodeJS.ProcessEnv, variable: string, strict = true): string | undefined {
  const key = env[variable]?.trim() || undefined;
  if (strict && key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new SettingsError(`${variable} has blanks or other characters in it that no key has. Copy it again.`);
  }
  return key;
}

/** A switch from the environment. A value that is neither must not quietly mean "off". @throws {SettingsError} */
function switchOf(env: NodeJS.ProcessEnv, variable: string): boolean | undefined {
  const value = env[variable]?.trim().toLowerCase();
  if (!value) return undefined;
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  if (['0', 'false', 'no', 'off'].includes(value)) return false;
  throw new SettingsError(`${variable} is 1 or 0 (or true, false, yes, no, on, off); "${value}" is not.`);
}

function checkFrame(bytes: number | undefined): void {
  if (bytes === undefined || flagShape.shape['max-frame'].safeParse(bytes).success) return;
  throw new SettingsError('--max-frame is a whole number of bytes from 1024 to 67108864.');
}

function confirmOf(value: string | undefined): SpendingPolicy['confirm'] {
  const modes = ['auto', 'ask', 'token', 'never'] as const;
  return choice('--confirm', value, modes, 'auto');
}

function logLevelOf(value: string | undefined): Settings['logLevel'] {
  return choice('--log-level', value, ['debug', 'info', 'warn', 'error'] as const, 'info');
}

function choice<T extends string>(setting: string, value: string | undefined, known: readonly T[], otherwise: T): T {
  if (value === undefined || value === '') return otherwise;
  const found = known.find((candidate) => candidate === value);
  if (found) return found;
  throw new SettingsError(`${setting} is one of ${known.join(', ')}; "${value}" is not.${hint(value, known)}`);
}

function toolsetsOf(names: readonly string[]): readonly Toolset[] {
  if (names.length === 0 || names.includes('all')) return TOOLSETS;
  return names.map((name) => choice('--toolsets', name, TOOLSETS, 'hirer'));
}

function hint(word: string, known: readonly string[]): string {
  const near = closest(word, known);
  return near ? ` Did you mean ${near}?` : '';
}

function readSettingsFile(path: string): z.infer<typeof fileShape> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return {};
    throw new SettingsError(`The settings file ${path} cannot be read.`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SettingsError(`The settings file ${path} is not valid JSON.`, { cause: error });
  }
  const parsed = fileShape.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  if (unknown !== undefined) {
    throw new SettingsError(
      `The settings file ${path} has an unknown setting "${unknown}".${hint(unknown, SETTING_NAMES)}`,
    );
  }
  throw new SettingsError(
    `The settings file ${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}.`,
  );
}
