import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** Where this user's data lies: the journal and the sandbox's database. HIREWIRE_DATA_DIR overrides it. */
export function dataFolder(env: NodeJS.ProcessEnv): string {
  if (env.HIREWIRE_DATA_DIR) return env.HIREWIRE_DATA_DIR;
  if (platform() === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'hirewire');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Application Support', 'hirewire');
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'hirewire');
}

/** The settings file. HIREWIRE_CONFIG overrides it. It never holds a secret. */
export function configFile(env: NodeJS.ProcessEnv): string {
  if (env.HIREWIRE_CONFIG) return env.HIREWIRE_CONFIG;
  if (platform() === 'win32')
    return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'hirewire', 'config.json');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Preferences', 'hirewire', 'config.json');
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'hirewire', 'config.json');
}
