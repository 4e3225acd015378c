import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BIN, temporaryFolder } from '../stdio/program.js';
import { type Finished, hirewire } from './run.js';

/** A computer of its own for a test: a home folder, and programs that believe in it. */
export interface Home {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes a file below the home folder. */
  put(path: string, text: string): string;
  text(path: string): string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
  remove(): void;
}

export function temporaryHome(): Home {
  const folder = temporaryFolder();
  const path = realpathSync(folder.path);
  const env = {
    HOME: path,
    USERPROFILE: path,
    APPDATA: join(path, 'AppData', 'Roaming'),
    XDG_CONFIG_HOME: join(path, '.config'),
    // No keychain is to be found from here.
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
  };
  return {
    path,
    env,
    put(name, text) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    text: (name) => readFileSync(join(path, name), 'utf8'),
    run: (args, more = {}) => hirewire(join(path, 'data'), args, { env: { ...env, ...more } }),
    remove: folder.remove,
  };
}

/** What an entry starts when it is made by the build under test. */
export const STARTS = { command: process.execPath, args: [realpathSync(BIN)] };
