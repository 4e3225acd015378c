import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/config/settings.js';
import { SettingsError } from '../../src/config/settings-error.js';
import {
  type Account,
  findAccount,
  putAccount,
  readAccounts,
  removeAccount,
} from '../../src/credentials/accounts-file.js';
import { temporaryFolder } from '../stdio/program.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

let files = 0;
const newPath = (): string => join(folder.path, `a${files++}`, 'accounts.json');
const account = (name: string, more: Partial<Account> = {}): Account => ({
  role: 'agrenting.hirer',
  name,
  origin: 'https://a.example',
  store: 'keychain',
  ...more,
});

describe('the list of accounts', () => {
  it('is empty before the first login', () => {
    expect(readAccounts(newPath())).toEqual([]);
  });

  it('loses nothing when many write at once', async () => {
    const path = newPath();
    const names = Array.from({ length: 20 }, (_, index) => `account-${index}`);
    await Promise.all(names.map((name) => putAccount(path, account(name))));
    expect(readAccounts(path).map(({ name }) => name)).toEqual(names.toSorted());
    await Promise.all(names.slice(1).map((name) => removeAccount(path, account(name))));
    expect(readAccounts(path)).toEqual([account('account-0')]);
    expect(readdirSync(join(path, '..'))).toEqual(['accounts.json']);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('has one account of a role and name', async () => {
    const path = newPath();
    await putAccount(path, account('default'));
    await putAccount(path, account('default', { role: 'agrenting.agent' }));
    await putAccount(path, account('default', { origin: 'https://b.example', store: 'file' }));
    expect(readAccounts(path)).toHaveLength(2);
    expect(findAccount(readAccounts(path), 'agrenting.hirer', 'default')).toMatchObject({ store: 'file' });
  });

  it.each(['', '[]', '{"version":1}', '{"version":1,"accounts":[{"role":"x"}]}'])(
    'says that %j is damaged',
    async (text) => {
      const path = newPath();
      await putAccount(path, account('default'));
      writeFileSync(path, text);
      expect(() => readAccounts(path)).toThrow(SettingsError);
      // And what is damaged is not overwritten.
      await expect(putAccount(path, account('work'))).rejects.toThrow(SettingsError);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
});

describe('the settings', () => {
  async function settingsWith(accounts: readonly Account[], flags = {}, env = {}) {
    const path = newPath();
    for (const each of accounts) await putAccount(path, each);
    return resolveSettings(flags, {
      HIREWIRE_CONFIG: join(path, '../config.json'),
      HIREWIRE_DATA_DIR: folder.path,
      ...env,
    });
  }

  it('use the sandbox only while no account is stored', async () => {
    expect((await settingsWith([])).sandbox).toBe(true);
    expect((await settingsWith([account('default')])).sandbox).toBe(false);
    expect((await settingsWith([account('work')])).sandbox).toBe(true);
    expect((await settingsWith([account('work')], { account: 'work' })).sandbox).toBe(false);
  });

  it("take an account's own URL unless one is set", async () => {
    const accounts = [account('default', { origin: 'https://own.example' })];
    expect((await settingsWith(accounts)).agrenting.url.href).toBe('https://own.example/');
    const set = await settingsWith(accounts, {}, { AGRENTING_URL: 'https://set.example' });
    expect(set.agrenting.url.href).toBe('https://set.example/');
  });

  it('leave the variables to the default account', async () => {
    const env = { AGRENTING_API_KEY: 'ap_of_default' };
    expect((await settingsWith([account('work')], {}, env)).agrenting.hirerKey).toBe('ap_of_default');
    expect((await settingsWith([account('work')], { account: 'work' }, env)).agrenting.hirerKey).toBeUndefined();
  });

  it('refuse an account that there is not, and a name that none can have', async () => {
    await expect(settingsWith([account('work')], { account: 'wrok' })).rejects.toThrow('Did you mean work?');
    await expect(settingsWith([], { account: '../x' })).rejects.toThrow('a name is 1 to 40');
  });
});
