import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** Passwords are stored as scrypt hashes: "salt:hash", the hash in hex. */

const KEY_BYTES = 32;
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

const derive = (password: string, salt: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });

/** @param salt text of at least 128 random bits, without a colon. */
export async function hashPassword(password: string, salt: string): Promise<string> {
  return `${salt}:${(await derive(password, salt)).toString('hex')}`;
}

const NOBODY = `nobody:${'00'.repeat(KEY_BYTES)}`;

/** Takes the same time when there is no such account, so that nobody learns who has one. */
export async function passwordMatches(password: string, stored: string | null | undefined): Promise<boolean> {
  const [salt = '', hash = ''] = (stored ?? NOBODY).split(':');
  const key = await derive(password, salt);
  return timingSafeEqual(key, Buffer.from(hash, 'hex')) && typeof stored === 'string';
}

/** Documented: at least 8 characters with a letter and a digit. */
export const isStrong = (password: string): boolean =>
  password.length >= 8 && /\p{L}/u.test(password) && /\p{Nd}/u.test(password);
