import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { configFile } from '../config/paths.js';
import { SettingsError } from '../config/settings-error.js';
import { exclusively, replaceFile } from './atomic-file.js';
import { ACCOUNT_NAME_RULE, isAccountName } from './store.js';

/** accounts.json beside the settings file: which accounts there are and where each one's secret lies. No secret. */

const ROLES = ['agrenting.hirer', 'agrenting.agent', 'humans2ai.agent', 'mount'] as const;

const account = z.object({
  role: z.enum(ROLES),
  name: z.string().refine(isAccountName, `must be ${ACCOUNT_NAME_RULE}`),
  origin: z.url(),
  store: z.enum(['keychain', 'file', 'plaintext']),
  verified_at: z.string().optional(),
});
export type Account = z.output<typeof account>;

const fileShape = z.object({ version: z.literal(1), accounts: z.array(account) });

export const accountsFile = (env: NodeJS.ProcessEnv): string => join(dirname(configFile(env)), 'accounts.json');

/** @throws {SettingsError} when the file is there and cannot be used. */
export function readAccounts(path: string): Account[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw new SettingsError(`The file of accounts ${path} cannot be read.`, { cause: error });
  }
  try {
    return fileShape.parse(JSON.parse(text)).accounts;
  } catch (error) {
    throw new SettingsError(
      `The file of accounts ${path} is damaged. It holds no secret: move it away and log in again.`,
      { cause: error },
    );
  }
}

export function findAccount(accounts: readonly Account[], role: string, name: string): Account | undefined {
  return accounts.find((candidate) => candidate.role === role && candidate.name === name);
}

/** Adds an account, or replaces the one of this role and name. */
export async function putAccount(path: string, entry: Account): Promise<void> {
  await change(path, (accounts) => [...accounts.filter(isOther(entry)), entry]);
}

export async function removeAccount(path: string, entry: Pick<Account, 'role' | 'name'>): Promise<void> {
  await change(path, (accounts) => accounts.filter(isOther(entry)));
}

const isOther =
  ({ role, name }: Pick<Account, 'role' | 'name'>) =>
  (candidate: Account) =>
    candidate.role !== role || candidate.name !== name;

async function change(path: string, edit: (accounts: Account[]) => Account[]): Promise<void> {
  await exclusively(path, async () => {
    const accounts = edit(readAccounts(path)).sort((a, b) => (`${a.role} ${a.name}` < `${b.role} ${b.name}` ? -1 : 1));
    replaceFile(path, `${JSON.stringify({ version: 1, accounts }, null, 2)}\n`);
  });
}
