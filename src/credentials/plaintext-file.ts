import * as z from 'zod';
import { SecretsFile } from './secrets-file.js';
import { type CredentialRef, type CredentialStore, refId } from './store.js';

/** Secrets as they are, in a file of mode 0600. Only for who asked for it by --insecure-storage. */
export class PlaintextFile implements CredentialStore {
  readonly name = 'plaintext';
  private readonly file: SecretsFile<string>;

  constructor(path: string) {
    this.file = new SecretsFile(path, z.string());
  }

  async get(ref: CredentialRef): Promise<string | undefined> {
    return this.file.read()[refId(ref)];
  }

  async set(ref: CredentialRef, secret: string): Promise<void> {
    await this.file.change((entries) => {
      entries[refId(ref)] = secret;
    });
  }

  async delete(ref: CredentialRef): Promise<boolean> {
    return await this.file.change((entries) => {
      const known = refId(ref) in entries;
      delete entries[refId(ref)];
      return known;
    });
  }

  async probe(): Promise<void> {
    this.file.read();
  }
}
