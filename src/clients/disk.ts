import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** What a file is like, apart from what is in it. */
export interface FileFacts {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
  readonly writable: boolean;
}

/** The few steps of a careful replacement, so that tests can end the process at each of them. */
export interface Disk {
  /** The file behind symbolic links; the path itself when nothing is there. @throws when a link leads nowhere. */
  resolve(path: string): string;
  read(path: string): Uint8Array | undefined;
  facts(path: string): FileFacts | undefined;
  makeFolder(path: string): void;
  /** Creates a file that must not exist yet, on disk when it returns. @returns false when it exists. */
  create(path: string, bytes: Uint8Array, like: FileFacts | undefined): boolean;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

const PRIVATE = 0o600;

export const realDisk: Disk = {
  resolve: (path) => (lstatSync(path, { throwIfNoEntry: false }) ? realpathSync(path) : path),
  read: (path) => absent(() => readFileSync(path)),
  facts(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return undefined;
    const { mode, uid, gid, mtimeMs } = stat;
    return { mode: mode & 0o7777, uid, gid, modifiedMs: mtimeMs, writable: (mode & 0o222) !== 0 && mayWrite(path) };
  },
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
  create(path, bytes, like) {
    const file = created(path);
    if (file === undefined) return false;
    try {
      if (like) keepOwner(file, like);
      writeSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return true;
  },
  rename(from, to) {
    renameSync(from, to);
    syncFolder(dirname(to));
  },
  remove: (path) => rmSync(path, { force: true }),
};

/** A new file may hold what a private one held, so that it begins as private. */
function created(path: string): number | undefined {
  try {
    return openSync(path, 'wx', PRIVATE);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

function keepOwner(file: number, { mode, uid, gid }: FileFacts): void {
  // Only root may give a file away, and only root replaces files of others.
  if (process.getuid?.() === 0) fchownSync(file, uid, gid);
  fchmodSync(file, mode);
}

/** A rename is only certain once its folder is on disk; Windows knows no such call. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function absent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
