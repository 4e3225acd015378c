import { setTimeout } from 'node:timers/promises';
import type { Settings } from '../config/settings.js';
import { ROLES } from '../connections.js';
import { loginCommand, readCredential, sourceOf } from '../credentials/read.js';
import { CredentialError } from '../credentials/store.js';
import { verifyKey } from '../credentials/verify.js';
import { standingWarning } from '../credentials/warning.js';
import { HirewireError } from '../errors.js';
import { registerSecret } from '../log.js';
import type { AccountRole } from '../marketplaces/define.js';
import { check, fail, pass, skip, warn } from './finding.js';

/** Looking at one key takes a few short calls; a marketplace that is slower than this is reported as such. */
const LIMIT_MS = 10_000;

/** Whether each key can be read from where it lies, and whether its marketplace takes it. Calls only read. */
export const credentialsCheck = check('keys', async ({ settings }) => {
  if (settings instanceof Error) return [skip('not looked at: the settings cannot be used')];
  if (settings.sandbox) return [skip('the sandbox needs none')];
  const lines = await Promise.all(ROLES.map(async (role) => await lineOf(role, settings)));
  const warning = standingWarning(settings);
  return warning ? [...lines, warn(warning, 'Run: hirewire login MARKETPLACE, which uses the keychain')] : lines;
});

type Line = ReturnType<typeof pass>;

async function lineOf(role: AccountRole, settings: Settings): Promise<Line> {
  const { account } = settings.credentials;
  const name = role.replace('.', ' ');
  const login = `Run: ${loginCommand(role, account)}`;
  const { url } = role === 'humans2ai.agent' ? settings.humans2ai : settings.agrenting;
  try {
    const given = fromEnvironment(role, settings);
    const key = given ?? (await readCredential(role, url, settings.credentials));
    if (key === undefined) return skip(`${name}: no key (${loginCommand(role, account)})`);
    registerSecret(key);
    const facts = await Promise.race([verifyKey(role, url, key), setTimeout(LIMIT_MS, undefined, { ref: false })]);
    const from = given === undefined ? sourceName(role, settings) : 'the environment';
    if (!facts) return warn(`${name}: ${url.origin} did not answer within ${LIMIT_MS / 1_000} s`, 'Try again later');
    const what = `${name}: the key from ${from} is accepted (${facts.can.join('; ')})`;
    if (facts.cannot.length === 0) return pass(what);
    return warn(`${what}; it may not: ${facts.cannot.join(', ')}`, 'Make a key with these scopes, and log in with it');
  } catch (error) {
    if (error instanceof CredentialError) return fail(`${name}: ${error.message}`, error.next);
    if (!(error instanceof HirewireError)) throw error;
    const { code, message } = error.facts;
    const refused = code === 'UNAUTHORIZED' || code === 'FORBIDDEN';
    return refused ? fail(`${name}: ${message}`, login) : warn(`${name}: ${message}`, error.facts.next);
  }
}

function fromEnvironment(role: AccountRole, { agrenting, humans2ai }: Settings): string | undefined {
  if (role === 'humans2ai.agent') return humans2ai.key;
  return role === 'agrenting.hirer' ? agrenting.hirerKey : agrenting.agentKey;
}

function sourceName(role: AccountRole, { credentials }: Settings): string {
  const source = sourceOf(role, credentials);
  if (source?.kind === 'command') return `the ${source.setting}`;
  return source?.store === 'keychain' ? 'the keychain' : `the ${source?.store ?? 'store'}`;
}
