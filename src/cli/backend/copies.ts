import { chmodSync, existsSync } from 'node:fs';
import type { FileProblem } from '../../backend/store/inspect.js';
import { SettingsError } from '../../config/settings-error.js';
import type { Arguments } from '../index.js';

/** Copies of the marketplace's database: while it is in use, and back. */

/** `hirewire backend backup --db FILE --to FILE`: a consistent copy, whoever writes meanwhile. */
export async function backup(args: Arguments): Promise<number> {
  const from = required(args, 'db', 'backup');
  const to = newFile(required(args, 'to', 'backup'));
  await copy(from, to, false);
  process.stdout.write(`Copied ${from} to ${to}. It holds what credentials are checked against: keep it private.\n`);
  return 0;
}

/** `hirewire backend restore --from FILE --db FILE`: checks a backup and puts it where there is nothing yet. */
export async function restore(args: Arguments): Promise<number> {
  const from = required(args, 'from', 'restore');
  const to = newFile(required(args, 'db', 'restore'));
  await copy(from, to, true);
  process.stdout.write(`Restored ${from} to ${to}: whole, its ledger adds up and its audit log is unbroken.\n`);
  return 0;
}

async function copy(from: string, to: string, check: boolean): Promise<void> {
  const { FileProblem, checkWhole, openForInspection } = await import('../../backend/store/inspect.js');
  const opened = await openForInspection(from).catch((error: unknown) => refuse(error, FileProblem));
  // Nobody else may read the copy, not even while it is being written.
  process.umask(0o077);
  try {
    if (check) await checkWhole(opened);
    opened.backup(to);
  } catch (error) {
    refuse(error, FileProblem);
  } finally {
    await opened.close();
  }
  chmodSync(to, 0o600);
}

function refuse(error: unknown, kind: typeof FileProblem): never {
  if (error instanceof kind) throw new SettingsError(`${error.message} Nothing was written.`, { cause: error });
  throw error;
}

function required(args: Arguments, name: string, action: string): string {
  const value = args[name];
  if (typeof value !== 'string' || value === '' || value === ':memory:') {
    throw new SettingsError(`"backend ${action}" needs --${name} FILE. Nothing was written.`);
  }
  return value;
}

/** What exists is never written over: a running marketplace would go on in a file that is not there any more. */
function newFile(file: string): string {
  for (const each of [file, `${file}-wal`]) {
    if (existsSync(each)) throw new SettingsError(`${each} exists already. Move it away, or name another file.`);
  }
  return file;
}
