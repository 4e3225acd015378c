import * as z from 'zod';
import { checkedUrl } from './base-url.js';
import { SettingsError } from './settings-error.js';

/** Hosted MCP servers that are offered beside our own tools, as settings. Their keys are not among them. */

export const MOUNT_KINDS = ['auto', 'agentdojo', 'praisonai'] as const;
export type MountKind = (typeof MOUNT_KINDS)[number];

export interface MountSettings {
  readonly name: string;
  /** Exactly as it was given: what stands behind it depends on every slash. */
  readonly url: URL;
  readonly kind: MountKind;
  /** The header that carries the key. */
  readonly auth: 'bearer' | 'x-api-key';
  /** Whether its tools are always called NAME_tool, and not only where a name collides. */
  readonly prefix: boolean;
  /** When not empty: only these of its tools, by its own names. */
  readonly allow: readonly string[];
  /** Not these; wins over `allow`. */
  readonly deny: readonly string[];
  /** Whether the person believes what it says of its own tools: --read-only goes by its hints then. */
  readonly trusted: boolean;
  /** How many requests a minute are sent at most. */
  readonly perMinute: number | undefined;
  /** How long a call may be silent, in milliseconds. */
  readonly timeoutMs: number;
  /** From the environment; a stored one is read when it is needed. */
  readonly key?: string;
  /** Whether the settings file gives this name this URL: only then does its credential command belong to it. */
  readonly inFile: boolean;
}

/** What the settings file and `hirewire mount add` say of one mount. */
export const mountShape = z.strictObject({
  url: z.string(),
  kind: z.enum(MOUNT_KINDS).optional(),
  auth: z.enum(['bearer', 'x-api-key']).optional(),
  prefix: z.boolean().optional(),
  allow: z.array(z.string()).optional(),
  deny: z.array(z.string()).optional(),
  trusted: z.boolean().optional(),
  'per-minute': z.number().int().min(1).max(100_000).optional(),
  timeout: z.number().min(1).max(3_600).optional(),
});
export type MountEntry = z.output<typeof mountShape>;

const NAME = /^[a-z][a-z0-9-]{0,23}$/;
export const MOUNT_NAME_RULE = 'a lower-case letter, then up to 23 lower-case letters, digits or -';
/** AgentDojo documents 100 requests a minute for a key. */
const AGENTDOJO_PER_MINUTE = 100;
const AGENTDOJO_HOST = 'api.agentdojo.dev';
/** An agent behind a mount thinks for minutes. */
const TIMEOUT_S = 300;

/** The variable that holds the key of a mount. */
export const mountKeyVariable = (name: string): string =>
  `HIREWIRE_MOUNT_${name.toUpperCase().replaceAll('-', '_')}_KEY`;

/** One mount from what was said of it, checked. @throws {SettingsError} */
export function mountOf(name: string, entry: MountEntry, env: NodeJS.ProcessEnv, inFile: boolean): MountSettings {
  if (!NAME.test(name)) throw new SettingsError(`"${name}" is no name for a mount: ${MOUNT_NAME_RULE}.`);
  const url = checkedUrl(entry.url, `mount ${name}`);
  const kind = entry.kind ?? (url.hostname === AGENTDOJO_HOST ? 'agentdojo' : 'auto');
  const key = env[mountKeyVariable(name)]?.trim();
  if (key && !/^[\x21-\x7e]+$/.test(key)) {
    throw new SettingsError(`${mountKeyVariable(name)} has blanks or other characters in it that no key has.`);
  }
  return {
    name,
    url,
    kind,
    auth: entry.auth ?? (kind === 'agentdojo' ? 'x-api-key' : 'bearer'),
    prefix: entry.prefix ?? false,
    allow: entry.allow ?? [],
    deny: entry.deny ?? [],
    trusted: entry.trusted ?? false,
    perMinute: entry['per-minute'] ?? (kind === 'agentdojo' ? AGENTDOJO_PER_MINUTE : undefined),
    timeoutMs: (entry.timeout ?? TIMEOUT_S) * 1_000,
    inFile,
    ...(key ? { key } : {}),
  };
}

/**
 * The mounts of the settings file and of `--mount NAME=URL`, by name. A flag for a name of the file takes over what the
 * file says of it, if it is the same URL.
 * @throws {SettingsError}
 */
export function mountsOf(
  flags: readonly string[],
  entries: Readonly<Record<string, MountEntry>>,
  env: NodeJS.ProcessEnv,
): MountSettings[] {
  const mounts = new Map(Object.entries(entries).map(([name, entry]) => [name, mountOf(name, entry, env, true)]));
  for (const flag of flags) {
    const [, name = '', url = ''] = /^([^=]+)=(.+)$/s.exec(flag) ?? [];
    if (name === '')
      throw new SettingsError(`--mount is NAME=URL, for example --mount files=http://127.0.0.1:3001/mcp.`);
    const mount = mountOf(name, { url }, env, false);
    if (mounts.get(name)?.url.href !== mount.url.href) mounts.set(name, mount);
  }
  return [...mounts.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
