import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** D-Bus sessions of a test's own: with a real gnome-keyring in them, with a service that fails, or with nothing. */

const HERE = import.meta.dirname;
const PASSWORD = 'keyring of a test';

const works = (file: string, args: readonly string[]): boolean => {
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const hasBus = process.platform === 'linux' && works('dbus-run-session', ['--version']);
export const hasKeyring = hasBus && works('gnome-keyring-daemon', ['--version']);
/** For terminals, which Node cannot make by itself. */
export const hasPython = process.platform === 'linux' && works('/usr/bin/python3', ['-c', 'import pty']);
export const hasDouble = hasBus && works('/usr/bin/python3', ['-c', 'import dbus, gi.repository.GLib']);

if (!hasKeyring) console.log('skipped: the keychain tests need Linux with gnome-keyring and dbus-run-session');
if (!hasDouble)
  console.log('skipped: the failing Secret Service needs /usr/bin/python3 with python3-dbus and python3-gi');

export interface Session {
  /** What points a program at this session's bus. */
  readonly env: Readonly<Record<string, string>>;
  /** What its service said. */
  readonly said: () => string;
  stop(): Promise<void>;
}

/** @param data folder in which the keyring outlives the session. */
export const keyringSession = (data: string, password = PASSWORD): Promise<Session> =>
  open(join(HERE, 'with-keyring.sh'), ['sh', '-c', ANNOUNCE], {
    KEYRING_TEST_PASSWORD: password,
    KEYRING_TEST_DATA: data,
  });

/** A bus with gnome-keyring started on demand: no keyring was ever created or unlocked in it. */
export const newcomerSession = (folder: string): Promise<Session> =>
  open('dbus-run-session', ['--', 'sh', '-c', ANNOUNCE], { XDG_RUNTIME_DIR: folder, XDG_DATA_HOME: folder });

/** A Secret Service that fails in a chosen way. */
export const failingSession = (folder: string, mode: string): Promise<Session> =>
  open('dbus-run-session', ['--', '/usr/bin/python3', join(HERE, 'secret-service-double.py'), mode], {
    XDG_RUNTIME_DIR: folder,
  });

/** Says where the bus is, and ends with its stdin. */
const ANNOUNCE = 'echo "$DBUS_SESSION_BUS_ADDRESS"; cat >/dev/null';

async function open(file: string, args: readonly string[], env: Record<string, string>): Promise<Session> {
  const child: ChildProcess = spawn(file, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const address = await new Promise<string>((resolve, reject) => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the D-Bus session ended with ${code}: ${said}`)));
  });
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: address },
    said: () => said,
    stop: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await gone;
    },
  };
}
