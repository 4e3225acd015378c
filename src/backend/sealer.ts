import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from './clock.js';

/** Seals what must be stored but never shown (a GitHub token) with AES-256-GCM; `context` binds it to its place. */
export class Sealer {
  constructor(
    private readonly key: Buffer,
    private readonly random: Random,
  ) {}

  seal(secret: string, context: string): string {
    const iv = Buffer.from(this.random(12));
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws when the text was altered or belongs to another place. */
  open(sealed: string, context: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12)).setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  }
}
