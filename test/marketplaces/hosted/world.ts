import { type MountEntry, mountOf } from '../../../src/config/mounts.js';
import { resolveSettings } from '../../../src/config/settings.js';
import type { Mount } from '../../../src/marketplaces/hosted/mount.js';
import { Mounts } from '../../../src/marketplaces/hosted/mounts.js';
import { systemTimers, type Timers } from '../../../src/timers.js';
import { cleanEnvironment, temporaryFolder } from '../../stdio/program.js';

/** Mounts over real sockets, in a data folder of their own. */
export interface World {
  readonly folder: string;
  /** Opens mounts as a bridge would; all of them are closed with the world. */
  open(entries: Readonly<Record<string, MountEntry>>, timers?: Timers): Mounts;
  close(): Promise<void>;
}

export function world(env: Readonly<Record<string, string>> = {}): World {
  const folder = temporaryFolder();
  const environment = cleanEnvironment(folder.path, env);
  const { dataFolder, credentials } = resolveSettings({}, environment);
  const opened: Mounts[] = [];
  return {
    folder: folder.path,
    open(entries, timers) {
      const settings = Object.entries(entries).map(([name, entry]) => mountOf(name, entry, environment, true));
      const mounts = new Mounts({
        mounts: settings,
        dataFolder,
        credentials,
        version: '0.0.0',
        ...(timers ? { timers } : {}),
      });
      opened.push(mounts);
      return mounts;
    },
    async close() {
      await Promise.all(opened.map((mounts) => mounts.close()));
      folder.remove();
    },
  };
}

/** Looks at servers as `hirewire mount add` does: a program that starts in this folder later knows them. */
export async function remember(folder: string, urls: Readonly<Record<string, string>>): Promise<void> {
  const before = world({ HIREWIRE_DATA_DIR: folder });
  const mounts = before.open(Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url }])));
  await Promise.all(mounts.all.map((mount) => mount.look()));
  await before.close();
}

/** Real time, but whatever is planned happens at once. */
export const HASTY: Timers = { ...systemTimers, after: (ms, run) => systemTimers.after(Math.min(ms, 20), run) };

/** The only mount, or the one of this name. */
export function mountIn(mounts: Mounts, name?: string): Mount {
  const found = mounts.all.find((mount) => name === undefined || mount.settings.name === name);
  if (!found) throw new Error('no such mount');
  return found;
}
