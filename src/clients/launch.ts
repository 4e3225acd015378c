import { realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Launch } from './client.js';

/** How this program was started: what decides how a client should start it. */
export interface Started {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The Node that runs. */
  readonly node: string;
  /** The script that it runs, absolute. */
  readonly script: string;
  readonly version: string;
}

/** @param flags of the server, kept as arguments. */
export function launchOf(started: Started, flags: readonly string[]): Launch {
  if (isNpx(started)) {
    const npx = ['npx', '-y', `hirewire@${started.version}`, ...flags];
    // npx is a .cmd file on Windows, which clients cannot start without its shell.
    return started.platform === 'win32'
      ? { command: 'cmd', args: ['/c', ...npx] }
      : { command: 'npx', args: npx.slice(1) };
  }
  // Programs with a window do not see the PATH of the shell: both paths are absolute.
  return { command: lastingNode(started), args: [started.script, ...flags] };
}

/** Run by npx from its cache, which npm empties when it likes. */
export const isNpx = ({ env, script }: Pick<Started, 'env' | 'script'>): boolean =>
  env.npm_command === 'exec' && /[\\/]_npx[\\/]/.test(script);

/** Homebrew's own path of Node has the version in it and is gone after an upgrade; the one on the PATH stays. */
function lastingNode({ node, env }: Started): string {
  if (!/[\\/]Cellar[\\/]/.test(node)) return node;
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, 'node')).find((path) => real(path) === node) ?? node;
}

/** This process, as it was started. */
export const startedNow = (version: string): Started => ({
  platform: process.platform,
  env: process.env,
  node: process.execPath,
  script: real(process.argv[1] ?? '') ?? process.argv[1] ?? '',
  version,
});

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
