import type { CredentialSettings } from '../../config/credential-settings.js';
import type { MountSettings } from '../../config/mounts.js';
import { readCredential } from '../../credentials/read.js';
import { CredentialError, originOf } from '../../credentials/store.js';
import { HirewireError } from '../../errors.js';
import { registerSecret } from '../../log.js';

/** Where a key comes from. */
export interface MountKey {
  /** Asked once; undefined when there is none. */
  read(): Promise<string | undefined>;
  /** The server did not take it: there may be another one by now. */
  forget(): void;
}

/**
 * The key of a mount: from the environment, else a command of the settings file, else what `hirewire mount login`
 * stored for this very URL. A mount without one is spoken to without.
 */
export function mountKey(
  mount: Pick<MountSettings, 'name' | 'url' | 'key' | 'inFile'>,
  credentials: CredentialSettings,
): MountKey {
  let asked: Promise<string | undefined> | undefined;
  registerSecret(mount.key);
  const forget = () => {
    asked = undefined;
  };
  return {
    async read() {
      if (mount.key !== undefined) return mount.key;
      asked ??= readStored(mount, credentials);
      // A store that was locked may be open next time.
      asked.catch(forget);
      return await asked;
    },
    forget,
  };
}

async function readStored(
  { name, url, inFile }: Pick<MountSettings, 'name' | 'url' | 'inFile'>,
  credentials: CredentialSettings,
): Promise<string | undefined> {
  const bound = {
    ...credentials,
    account: name,
    // A command stands in the settings file, and so does the only URL that its key may go to.
    commandOrigins: inFile ? { mount: originOf(url) } : {},
  };
  try {
    const key = await readCredential('mount', url, bound);
    registerSecret(key);
    return key;
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    throw new HirewireError(
      {
        code: 'CREDENTIAL_UNAVAILABLE',
        message: `The key of the mounted server ${name}: ${error.message}`,
        changed: 'no',
        next: `Tell the person: ${error.next}`,
        retrySafe: true,
        details: { problem: error.problem },
      },
      { cause: error },
    );
  }
}
