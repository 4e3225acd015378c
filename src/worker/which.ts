import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Variables } from './environment.js';

/**
 * Whether a program is there, by the PATH that it will be started with. Looked at before any hiring is taken: a program
 * that is missing must not fail one after the other.
 */
export function isThere(command: string, { PATH = '' }: Variables, cwd: string): boolean {
  // There, what a name means depends on more than the PATH.
  if (process.platform === 'win32') return true;
  if (command.includes('/')) return isExecutable(resolve(cwd, command));
  return PATH.split(delimiter).some((folder) => isExecutable(join(folder === '' ? cwd : folder, command)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
