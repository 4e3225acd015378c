import { SettingsError } from '../../config/settings-error.js';
import { isSecret } from '../../credentials/store.js';
import { registerSecret } from '../../log.js';
import { askHidden, isTerminal, readPiped } from '../ask.js';

/**
 * A key from a hidden prompt or from stdin; never from the command line, which every process can read.
 * @param command what the person runs to be asked.
 * @throws {SettingsError}
 */
export async function keyAsked(question: string, command: string): Promise<string> {
  const key = isTerminal() ? (await askHidden(question)).trim() : await readPiped();
  registerSecret(key);
  if (key === '') {
    throw new SettingsError(
      `There is no key and nobody to ask. In a terminal run: ${command} — or pipe the key in: pass show KEY | ${command}`,
    );
  }
  if (isSecret(key)) return key;
  throw new SettingsError('That has blanks or other characters in it that no key has. Copy it again.');
}
