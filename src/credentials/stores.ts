import { join } from 'node:path';
import { Keychain } from './keychain.js';
import { PlaintextFile } from './plaintext-file.js';
import { SealedFile } from './sealed-file.js';
import type { CredentialStore, StoreName } from './store.js';
import { PLAINTEXT_FILE } from './store.js';

const SEALED_FILE = 'credentials.sealed.json';

interface StoreOptions {
  /** Where the files lie. */
  readonly folder: string;
  readonly passphrase: () => Promise<string | undefined>;
  /** How long the keychain may take, in milliseconds. */
  readonly limitMs: number;
}

export function openStore(name: StoreName, { folder, passphrase, limitMs }: StoreOptions): CredentialStore {
  if (name === 'keychain') return new Keychain({ limitMs });
  if (name === 'file') return new SealedFile(join(folder, SEALED_FILE), passphrase);
  return new PlaintextFile(join(folder, PLAINTEXT_FILE));
}
