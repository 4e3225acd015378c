import { basename, dirname, join } from 'node:path';
import { ClientConfigError } from './client.js';
import { codeOf, type Disk, type FileFacts } from './disk.js';
import { withLock } from './lock.js';

export const BACKUP_SUFFIX = '.hirewire-backup';
const ATTEMPTS = 5;

/** The backup of a configuration file: what it held before our last change. */
export const backupOf = (file: string): string => `${file}${BACKUP_SUFFIX}`;

/**
 * Replaces a file so that at every moment it is whole, the old one or the new one: a copy is kept beside it, the new
 * text is written to a second file and takes its place in one step. A symbolic link stays a link. What another program
 * writes meanwhile is not lost: the change is then made anew on top of it.
 * @param change from the bytes now (undefined: no file) to those wanted; may be called again.
 * @returns whether anything was written. @throws {ClientConfigError}
 */
export async function replaceFile(
  disk: Disk,
  path: string,
  change: (now: Uint8Array | undefined) => Uint8Array,
): Promise<boolean> {
  try {
    const target = resolved(disk, path);
    disk.makeFolder(dirname(target));
    return await withLock(disk, `${target}.hirewire-lock`, () => attempts(disk, target, change));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new ClientConfigError(
        `it cannot be written (${code}); nothing was changed. Allow writing, or use --print`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
}

function attempts(disk: Disk, target: string, change: (now: Uint8Array | undefined) => Uint8Array): boolean {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = disk.read(target);
    const facts = disk.facts(target);
    const after = change(before);
    if (before && same(before, after)) return false;
    if (facts && !facts.writable) {
      throw new ClientConfigError('it is read-only; nothing was changed. Allow writing to it, or use --print');
    }
    if (before) swap(disk, backupOf(target), before, facts, () => true);
    if (swap(disk, target, after, facts, () => same(disk.read(target), before))) return true;
  }
  throw new ClientConfigError('another program keeps writing it; nothing was changed. Close the client and try again');
}

/** Writes beside a file and takes its place, if `still` holds at the last moment. */
function swap(
  disk: Disk,
  target: string,
  bytes: Uint8Array,
  facts: FileFacts | undefined,
  still: () => boolean,
): boolean {
  const beside = join(dirname(target), `.${basename(target)}.hirewire-new`);
  // Left by a run that was ended; the lock is ours.
  disk.remove(beside);
  if (!disk.create(beside, bytes, facts)) return false;
  if (!still()) {
    disk.remove(beside);
    return false;
  }
  disk.rename(beside, target);
  return true;
}

function resolved(disk: Disk, path: string): string {
  try {
    return disk.resolve(path);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ELOOP') throw error;
    throw new ClientConfigError('it is a symbolic link that leads nowhere; repair or delete the link', {
      cause: error,
    });
  }
}

const same = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one === undefined || other === undefined ? one === other : Buffer.compare(one, other) === 0;
