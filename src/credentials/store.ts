import type { AccountRole } from '../marketplaces/define.js';

/** The port behind which secrets lie, and what its adapters have in common. */

/** Whose secret it is: of one of our roles, or of a mounted server. */
export type CredentialRole = AccountRole | 'mount';

/** Which secret: it belongs to one account in one role at one origin, and another base URL does not get it. */
export interface CredentialRef {
  readonly marketplace: string;
  readonly role: string;
  /** The name that the person gave it; "default" unless they said otherwise. */
  readonly account: string;
  /** From originOf. */
  readonly origin: string;
}

export type StoreName = 'keychain' | 'file' | 'plaintext';

/** A place where secrets are kept. Every method throws {CredentialError}. */
export interface CredentialStore {
  readonly name: StoreName;
  /** @returns undefined when there is no such secret. */
  get(ref: CredentialRef): Promise<string | undefined>;
  /** Replaces what was there. */
  set(ref: CredentialRef, secret: string): Promise<void>;
  /** @returns whether there was one. */
  delete(ref: CredentialRef): Promise<boolean>;
  /** Writes, reads and deletes a value of no meaning: that a store can be opened does not say that it works. */
  probe(): Promise<void>;
}

export type CredentialProblem =
  | 'no-service'
  | 'no-keyring'
  | 'locked'
  | 'no-answer'
  | 'unsupported'
  | 'ambiguous'
  | 'failed'
  | 'wrong-passphrase'
  | 'no-passphrase'
  | 'damaged'
  | 'command-failed'
  | 'other-origin'
  | 'missing';

/** Why a secret cannot be had. Message and `next` are whole sentences and never hold a secret. */
export class CredentialError extends Error {
  override name = 'CredentialError';
  constructor(
    readonly problem: CredentialProblem,
    message: string,
    readonly next: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A base URL as it stands in a ref: scheme, host, port and path prefix, without a slash at the end. */
export const originOf = (url: URL): string => `${url.origin}${url.pathname}`.replace(/\/+$/, '');

export function refOf(role: CredentialRole, account: string, origin: string): CredentialRef {
  const [marketplace = '', kind = 'client'] = role.split('.');
  return { marketplace, role: kind, account, origin };
}

/** The ref as one word; no part can hold the marks that part it, but the origin, which comes last. */
export const refId = ({ marketplace, role, account, origin }: CredentialRef): string =>
  `${marketplace}.${role}/${account}@${origin}`;

const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
export const ACCOUNT_NAME_RULE = '1 to 40 letters, digits, or _ . -, beginning with a letter or digit';
export const isAccountName = (name: string): boolean => ACCOUNT_NAME.test(name);

/** Where --insecure-storage puts keys, in the folder of the settings file. */
export const PLAINTEXT_FILE = 'credentials.plaintext.json';

export const DEFAULT_ACCOUNT = 'default';

/** No key is longer; Windows keeps no more than 2,560 bytes. */
const MAX_SECRET = 1_200;

/** What can be sent in a header: printable, without blanks. */
export const isSecret = (text: string): boolean => text.length <= MAX_SECRET && /^[\x21-\x7e]+$/.test(text);
