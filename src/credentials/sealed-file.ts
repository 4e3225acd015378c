import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import * as z from 'zod';
import { SecretsFile } from './secrets-file.js';
import { CredentialError, type CredentialRef, type CredentialStore, refId } from './store.js';

/**
 * A file whose secrets are sealed with a passphrase: scrypt, then AES-256-GCM. The ref and the file's path are part of
 * the seal, so that an entry cannot be moved to another account, origin or file. The parameters belong to version 1 and
 * are not read from the file, which could ask for weaker ones.
 */

const COST: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const bytes = z.base64();
const sealed = z.object({ salt: bytes, nonce: bytes, data: bytes, tag: bytes });
type Sealed = z.output<typeof sealed>;

export class SealedFile implements CredentialStore {
  readonly name = 'file';
  private readonly file: SecretsFile<Sealed>;

  /** @param passphrase asked for when a secret is read or written. */
  constructor(
    path: string,
    private readonly passphrase: () => Promise<string | undefined>,
  ) {
    this.file = new SecretsFile(path, sealed);
  }

  async get(ref: CredentialRef): Promise<string | undefined> {
    const entry = this.file.read()[refId(ref)];
    if (!entry) return undefined;
    const key = await this.key(fromBase64(entry.salt));
    try {
      const opener = createDecipheriv('aes-256-gcm', key, fromBase64(entry.nonce), { authTagLength: TAG_BYTES });
      opener.setAAD(this.context(ref)).setAuthTag(fromBase64(entry.tag));
      return Buffer.concat([opener.update(fromBase64(entry.data)), opener.final()]).toString('utf8');
    } catch (error) {
      throw new CredentialError(
        'wrong-passphrase',
        `The sealed file ${this.file.path} does not open: the passphrase is wrong, or the file was changed or moved.`,
        'Set HIREWIRE_PASSPHRASE to the right one, or log in again.',
        { cause: error },
      );
    }
  }

  async set(ref: CredentialRef, secret: string): Promise<void> {
    const salt = randomBytes(SALT_BYTES);
    const nonce = randomBytes(NONCE_BYTES);
    const sealer = createCipheriv('aes-256-gcm', await this.key(salt), nonce, { authTagLength: TAG_BYTES });
    sealer.setAAD(this.context(ref));
    const data = Buffer.concat([sealer.update(secret, 'utf8'), sealer.final()]);
    const entry = { salt: base64(salt), nonce: base64(nonce), data: base64(data), tag: base64(sealer.getAuthTag()) };
    await this.file.change((entries) => {
      entries[refId(ref)] = entry;
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
    await this.asked();
  }

  private async asked(): Promise<string> {
    const given = await this.passphrase();
    if (given) return given;
    throw new CredentialError(
      'no-passphrase',
      'The sealed file needs its passphrase, and nobody can be asked for it here.',
      'Set HIREWIRE_PASSPHRASE for this process, or keep the key in the keychain: hirewire login MARKETPLACE.',
    );
  }

  private async key(salt: Buffer): Promise<Buffer> {
    const passphrase = (await this.asked()).normalize('NFC');
    return await new Promise((resolve, reject) => {
      scrypt(passphrase, salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)));
    });
  }

  private context(ref: CredentialRef): Buffer {
    const { marketplace, role, account, origin } = ref;
    return Buffer.from(JSON.stringify(['hirewire', 1, this.file.path, marketplace, role, account, origin]));
  }
}

const base64 = (data: Buffer): string => data.toString('base64');
const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64');
