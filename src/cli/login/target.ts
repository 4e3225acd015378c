import { baseUrl } from '../../config/base-url.js';
import { closest } from '../../config/closest.js';
import { accountName, DEFAULT_URLS } from '../../config/credential-settings.js';
import { resolveSettings, type Settings } from '../../config/settings.js';
import { SettingsError } from '../../config/settings-error.js';
import { findAccount, readAccounts } from '../../credentials/accounts-file.js';
import { DEFAULT_ACCOUNT } from '../../credentials/store.js';
import type { AccountRole } from '../../marketplaces/define.js';
import type { Arguments } from '../index.js';

/** Which account a command is about. */
export interface Target {
  readonly role: AccountRole;
  readonly name: string;
  readonly url: URL;
  readonly settings: Settings;
}

const MARKETPLACES = ['agrenting', 'humans2ai'] as const;

/** @throws {SettingsError} */
export function targetOf(args: Arguments): Target {
  const given = String(args.marketplace);
  const marketplace = MARKETPLACES.find((known) => known === given);
  if (!marketplace) {
    const near = closest(given, MARKETPLACES);
    throw new SettingsError(
      `"${given}" is no marketplace: agrenting or humans2ai.${near ? ` Did you mean ${near}?` : ''}`,
    );
  }
  const role = roleOf(marketplace, args.role);
  const name = accountName(args.name === undefined ? undefined : String(args.name));
  const settings = resolveSettings({ account: DEFAULT_ACCOUNT }, process.env);
  const known = findAccount(readAccounts(settings.credentials.accountsFile), role, name);
  const url =
    args.url === undefined
      ? (settings.givenUrls[marketplace] ?? new URL(known?.origin ?? DEFAULT_URLS[marketplace]))
      : baseUrl(String(args.url), '--url');
  return { role, name, url, settings };
}

function roleOf(marketplace: (typeof MARKETPLACES)[number], given: unknown): AccountRole {
  if (given !== undefined && given !== 'hirer' && given !== 'agent') {
    throw new SettingsError('--role is hirer or agent.');
  }
  // On Humans2AI the hirer is always an AI agent: there is one role.
  if (marketplace === 'humans2ai') return 'humans2ai.agent';
  return given === 'agent' ? 'agrenting.agent' : 'agrenting.hirer';
}
