import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { exclusively, replaceFile } from './atomic-file.js';
import { CredentialError } from './store.js';

/** One JSON file of entries by ref, private to the user: what the sealed and the plaintext store have in common. */
export class SecretsFile<T> {
  readonly path: string;
  private readonly shape: z.ZodType<{ version: 1; entries: Record<string, T> }>;

  constructor(path: string, entry: z.ZodType<T>) {
    this.path = resolve(path);
    this.shape = z.object({ version: z.literal(1), entries: z.record(z.string(), entry) });
  }

  /** @throws {CredentialError} `damaged`, also when others may read the file. */
  read(): Record<string, T> {
    const found = statSync(this.path, { throwIfNoEntry: false });
    if (!found) return {};
    // Windows has no such bits; there the file lies in the user's own profile.
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
      const next = `Run: chmod 600 ${this.path}. Then consider its keys known, and replace them.`;
      throw new CredentialError('damaged', `Others on this computer can read ${this.path}.`, next);
    }
    try {
      return this.shape.parse(JSON.parse(readFileSync(this.path, 'utf8'))).entries;
    } catch (error) {
      throw new CredentialError('damaged', `${this.path} cannot be read.`, 'Move it away and log in again.', {
        cause: error,
      });
    }
  }

  /** Reads, edits and replaces the file while no other process does. */
  async change<R>(edit: (entries: Record<string, T>) => R): Promise<R> {
    return await exclusively(this.path, async () => {
      const entries = this.read();
      const result = edit(entries);
      replaceFile(this.path, `${JSON.stringify({ version: 1, entries }, null, 2)}\n`);
      return result;
    });
  }
}
