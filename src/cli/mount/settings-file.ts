import { realDisk } from '../../clients/disk.js';
import { replaceFile } from '../../clients/replace-file.js';
import type { MountEntry } from '../../config/mounts.js';
import { configFile } from '../../config/paths.js';
import { asObject } from '../../marketplaces/envelope.js';

/** The mounts in the settings file; everything else in it stays. */

/** @param entry undefined takes it out. @returns the file. */
export async function writeMount(name: string, entry: MountEntry | undefined): Promise<string> {
  const path = configFile(process.env);
  await replaceFile(realDisk, path, (bytes) => {
    const before = bytes === undefined ? {} : JSON.parse(new TextDecoder().decode(bytes).replace(/^\uFEFF/, ''));
    const settings = asObject(before) ?? {};
    const { [name]: _, ...others } = asObject(settings.mounts) ?? {};
    const mounts = entry === undefined ? others : { ...others, [name]: entry };
    return new TextEncoder().encode(`${JSON.stringify({ ...settings, mounts }, null, 2)}\n`);
  });
  return path;
}
