import { closest } from '../../config/closest.js';
import type { MountSettings } from '../../config/mounts.js';
import { resolveSettings, type Settings } from '../../config/settings.js';
import { SettingsError } from '../../config/settings-error.js';
import { VERSION } from '../../connections.js';
import { DEFAULT_ACCOUNT } from '../../credentials/store.js';
import type { Mount } from '../../marketplaces/hosted/mount.js';
import { Mounts } from '../../marketplaces/hosted/mounts.js';
import type { Arguments } from '../index.js';

/** The settings as they stand, without flags: what `mount` is about is the settings file. */
export const standing = (): Settings => resolveSettings({ account: DEFAULT_ACCOUNT }, process.env);

export function nameIn(args: Arguments): string {
  if (args.name !== undefined) return String(args.name);
  throw new SettingsError('Say which mount: its name. See "hirewire mount list".');
}

/** The mount of this name in the settings file. @throws {SettingsError} */
export function knownMount(settings: Settings, name: string): MountSettings {
  const found = settings.mounts.find((mount) => mount.name === name);
  if (found) return found;
  const near = closest(
    name,
    settings.mounts.map((mount) => mount.name),
  );
  throw new SettingsError(
    `There is no mount "${name}".${near ? ` Did you mean ${near}?` : ''} See "hirewire mount list".`,
  );
}

/** Works with one mount and lets go of it again. */
export async function withMount<T>(
  settings: Settings,
  mount: MountSettings,
  work: (mount: Mount) => Promise<T>,
): Promise<T> {
  const { dataFolder, credentials } = settings;
  const mounts = new Mounts({ mounts: [mount], dataFolder, credentials, version: VERSION });
  const [opened] = mounts.all;
  if (!opened) throw new Error('a mount was not made');
  try {
    return await work(opened);
  } finally {
    await mounts.close();
  }
}

/** What it offers, in words. */
export function offering({ shown }: Mount): string {
  const counts = [
    [shown?.tools.length ?? 0, 'tool'],
    [shown?.prompts.length ?? 0, 'prompt'],
    [shown?.resources.length ?? 0, 'resource'],
    [shown?.templates.length ?? 0, 'template'],
  ] as const;
  return counts.map(([count, what]) => `${count} ${what}${count === 1 ? '' : 's'}`).join(', ');
}
