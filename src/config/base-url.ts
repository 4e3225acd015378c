import { isIP } from 'node:net';
import { SettingsError } from './settings-error.js';

/**
 * A marketplace's base URL, checked; with or without /api/v1.
 * @throws {SettingsError}
 */
export function baseUrl(text: string, setting: string): URL {
  const url = checkedUrl(text, setting);
  url.pathname =
    url.pathname
      .replace(/\/+$/, '')
      .replace(/\/api\/v1$/, '')
      .replace(/\/+$/, '') || '/';
  return url;
}

/**
 * A URL that a credential may be sent to: https, except on this machine; no user name and no query in it.
 * A private address is allowed over https: the person who sets it may run a server of their own.
 * @throws {SettingsError}
 */
export function checkedUrl(text: string, setting: string): URL {
  const trimmed = text.trim();
  if (text.includes('@')) throw new SettingsError(`${setting} must not contain a user name or password, nor any "@".`);
  // URL parsers forgive blanks, backslashes and missing slashes, so that what is read is not what is asked.
  const plain = /^[a-z][a-z0-9+.-]*:\/\/(?!\/)[^\s\\\p{Cc}]+$/iu.test(trimmed) && URL.canParse(trimmed);
  if (!plain) throw new SettingsError(`${setting} is not a URL: give something like https://agrenting.com.`);
  if (/[?#]/.test(trimmed)) throw new SettingsError(`${setting} must not contain a query or a fragment.`);
  const url = new URL(trimmed);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new SettingsError(
      `${setting} must use https; plain http is for this machine only (127.0.0.1, localhost, [::1]).`,
    );
  }
  return url;
}

/** By what the URL parser made of the host, which is what is connected to: 2130706433 and 0x7f.1 are 127.0.0.1 by then. */
function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '[::1]') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
