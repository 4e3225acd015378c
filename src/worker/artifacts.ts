import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { z } from 'zod';
import { redact } from '../log.js';
import { ARTIFACTS_MAX, type artifactUpload } from '../marketplaces/agrenting/contract/hirings.js';
import { cleanLabel } from '../untrusted.js';
import { safeName, typed } from './artifact-types.js';

export type Artifact = z.input<typeof artifactUpload>;

/** As base64 it is what the contract allows for one file. */
export const FILE_MAX = 3_000_000;
export const FILES_MAX = 16 * 1024 * 1024;
const DEPTH_MAX = 8;
/** Whoever makes more entries than this is not delivering files. */
const ENTRIES_MAX = 2_000;

export interface Collected {
  readonly files: readonly Artifact[];
  /** What was not taken, and why, in words for the hirer. */
  readonly leftOut: readonly string[];
}

/**
 * Reads what a program left in its folder: regular files, in the order of their paths. Links are not followed, nothing
 * else than a file is opened, and a file with a secret in it is left out or has the secret removed.
 * @param secrets those that can be looked for in bytes; texts lose every registered one.
 */
export async function collectArtifacts(folder: string, secrets: readonly string[]): Promise<Collected> {
  const files: Artifact[] = [];
  const leftOut: string[] = [];
  const names = new Set<string>();
  let total = 0;
  const leave = (path: string, why: string) => leftOut.push(`${cleanLabel(path, 100) || 'a file'} (${why})`);
  for (const path of await filesBelow(folder, leave)) {
    const shown = relative(folder, path);
    if (files.length >= ARTIFACTS_MAX) leave(shown, `only ${ARTIFACTS_MAX} files can be delivered`);
    else {
      const bytes = await readRegular(path);
      if (typeof bytes === 'string') leave(shown, bytes);
      else if (total + bytes.length > FILES_MAX) leave(shown, 'all files together would be too large');
      else {
        const name = safeName(shown, names);
        const file = withoutSecrets({ ...typed(bytes, name), name }, bytes, secrets);
        if (!file) leave(shown, 'it holds a credential');
        else {
          total += bytes.length;
          names.add(name.toLowerCase());
          files.push(file);
        }
      }
    }
  }
  return { files, leftOut };
}

/** Depth first, sorted by name. */
async function filesBelow(folder: string, leave: (path: string, why: string) => unknown): Promise<string[]> {
  const found: string[] = [];
  let entries = 0;
  const walk = async (at: string, depth: number): Promise<void> => {
    const children = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const child of children.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, child.name);
      const shown = relative(folder, path);
      entries += 1;
      if (entries > ENTRIES_MAX) return;
      if (child.isFile()) found.push(path);
      else if (!child.isDirectory()) leave(shown, child.isSymbolicLink() ? 'a link' : 'not a file');
      else if (depth >= DEPTH_MAX) leave(shown, 'too deep');
      else await walk(path, depth + 1);
    }
  };
  await walk(folder, 1);
  if (entries > ENTRIES_MAX) leave('and more', `more than ${ENTRIES_MAX} entries`);
  return found;
}

/** The bytes of a regular file, or why it is not taken. It may have become something else since it was listed. */
async function readRegular(path: string): Promise<Buffer | string> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const before = await lstat(path).catch(() => undefined);
  if (!before?.isFile()) return 'not a file';
  if (before.size > FILE_MAX) return `larger than ${FILE_MAX} bytes`;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (!file) return 'it cannot be read';
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return 'not a file';
    // One byte more than allowed tells that it grew.
    const buffer = Buffer.alloc(Math.min(facts.size, FILE_MAX) + 1);
    let size = 0;
    for (let read = 1; read > 0 && size < buffer.length; size += read) {
      ({ bytesRead: read } = await file.read(buffer, size, buffer.length - size, size));
    }
    return size > FILE_MAX ? `larger than ${FILE_MAX} bytes` : buffer.subarray(0, size);
  } finally {
    await file.close();
  }
}

/** Texts are delivered without the secret, other bytes not at all: they would be broken without it. */
function withoutSecrets(file: Artifact, bytes: Buffer, secrets: readonly string[]): Artifact | undefined {
  if (file.artifact_type !== 'file' && file.artifact_type !== 'image')
    return { ...file, content: redact(file.content) };
  return secrets.some((secret) => secret !== '' && bytes.includes(secret)) ? undefined : file;
}
