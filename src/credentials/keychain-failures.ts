import { platform } from 'node:os';
import { cleanLabel } from '../untrusted.js';
import { CredentialError, type CredentialProblem } from './store.js';

/** What the keychain's library says, as one of our problems with a sentence that tells what to do. */

const SAID: readonly [RegExp, CredentialProblem][] = [
  [/no result found/i, 'no-keyring'],
  [/prompt was dismissed|is locked|user canceled|user interaction is not allowed/i, 'locked'],
  [/did not receive a reply|NoReply|timed? ?out/i, 'no-answer'],
  [/Cannot find (?:module|package|native binding)|Failed to load native|ERR_DLOPEN/i, 'unsupported'],
  [/ambiguous|more than one/i, 'ambiguous'],
  [/D-?Bus error|org\.freedesktop|autolaunch/i, 'no-service'],
];

/** @param said the library's own words. */
export function keychainFailure(said: string): CredentialError {
  const problem = SAID.find(([pattern]) => pattern.test(said))?.[1] ?? 'failed';
  return failure(problem, said);
}

/** The child was killed because no answer came. @param limitMs how long it had. */
export function keychainSilent(limitMs: number): CredentialError {
  return failure('no-answer', `no answer within ${limitMs / 1_000} s`);
}

function failure(problem: CredentialProblem, said: string): CredentialError {
  const detail = cleanLabel(said, 160);
  return new CredentialError(problem, `${MESSAGES[problem] ?? 'The keychain failed'} (${detail}).`, NEXT(problem));
}

const MESSAGES: Partial<Record<CredentialProblem, string>> = {
  'no-service': 'No keychain service can be reached in this session',
  'no-keyring': 'The keychain service runs, but no keyring is created and unlocked in it',
  locked: 'The keychain is locked, and nobody unlocked it',
  'no-answer': 'The keychain did not answer: it may be showing a prompt that waits for somebody',
  unsupported: "The keychain's library cannot be loaded on this machine",
  ambiguous: 'The keychain holds more than one entry under this name',
};

const REPAIRS: Partial<Record<CredentialProblem, string>> = {
  'no-service':
    'Run it in a desktop session, or start one: dbus-run-session with gnome-keyring-daemon --unlock --components=secrets.',
  'no-keyring': 'Create and unlock a keyring: log in to the desktop, or run gnome-keyring-daemon --unlock.',
  locked: 'Unlock the keychain (log in to the desktop, or gnome-keyring-daemon --unlock), then try again.',
  'no-answer': 'Answer its prompt, then try again.',
  unsupported: 'Install hirewire again with optional dependencies (npm install --include=optional).',
  ambiguous: 'Delete the doubled entry of the service "hirewire" in your keychain program, then try again.',
};

const NEXT = (problem: CredentialProblem): string => {
  const repair = platform() === 'linux' || problem !== 'no-service' ? REPAIRS[problem] : undefined;
  return `${repair ?? 'Try again.'} ${ELSEWHERE}`;
};

const ELSEWHERE =
  'Nothing was written anywhere else. Other places, by your own choice: --store file (sealed with a passphrase), ' +
  'a credential-command in the settings file, or an environment variable.';
