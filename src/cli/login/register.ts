import { SettingsError } from '../../config/settings-error.js';
import type { CredentialStore } from '../../credentials/store.js';
import { clientWith } from '../../credentials/verify.js';
import { HirewireError } from '../../errors.js';
import { registerSecret } from '../../log.js';
import { api } from '../../marketplaces/humans2ai/api.js';
import { PERMISSIONS } from '../../marketplaces/humans2ai/contract/api-keys.js';
import { ask, askHidden, isTerminal, readPiped } from '../ask.js';
import type { Target } from './target.js';

/**
 * Makes an account on Humans2AI and a key that may do everything: registering gives a key that only reads, which is
 * upgraded with a fresh login. @returns the key.
 */
export async function registerAccount(
  { role, url, name }: Target,
  email: unknown,
  place: CredentialStore,
): Promise<string> {
  if (role !== 'humans2ai.agent') {
    throw new SettingsError(`--register is for humans2ai. At Agrenting you make an account on ${url.origin}.`);
  }
  const credentials = await credentialsFor(name, email);
  // A key that is made now must have somewhere to go.
  await place.probe();
  const anonymous = clientWith(role, url, undefined);
  const { apiKey } = await anonymous.call(api.register, { body: credentials });
  registerSecret(apiKey?.key);
  if (!apiKey?.id) throw noKey();
  const { idToken } = await anonymous.call(api.login, { body: credentials }, { changes: false });
  registerSecret(idToken);
  const session = clientWith(role, url, idToken);
  const { permissions } = await session.call(
    api.upgradeApiKey,
    { params: { id: apiKey.id }, body: { permissions: [...PERMISSIONS] } },
    { key: apiKey.id },
  );
  process.stdout.write(`Registered. The key may: ${(permissions ?? []).join(', ')}.\n`);
  return apiKey.key;
}

async function credentialsFor(name: string, given: unknown): Promise<{ email: string; password: string }> {
  const email = given === undefined && isTerminal() ? await ask('E-mail: ') : String(given ?? '');
  const password = isTerminal() ? await askNewPassword() : await readPiped();
  registerSecret(password);
  if (email !== '' && password !== '') return { email, password };
  const flag = name === 'default' ? '' : ` --name ${name}`;
  const command = `hirewire login humans2ai --register${flag}`;
  throw new SettingsError(
    `There is nobody to ask. In a terminal run: ${command} — or give --email and pipe the password in: ` +
      `pass show PASSWORD | ${command} --email YOU@EXAMPLE.ORG`,
  );
}

async function askNewPassword(): Promise<string> {
  const first = await askHidden('New password (not shown): ');
  if ((await askHidden('Again: ')) === first) return first;
  throw new SettingsError('The two passwords differ. Nothing was changed.');
}

const noKey = () =>
  new HirewireError({
    code: 'BAD_REPLY',
    message: 'The account was made, but the marketplace gave no key that can be upgraded.',
    changed: 'yes',
    next: 'Log in on its site, make an API key there, and run: hirewire login humans2ai.',
    retrySafe: false,
  });
