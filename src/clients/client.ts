import { posix, win32 } from 'node:path';
import { SettingsError } from '../config/settings-error.js';

/** What of a computer decides where a client keeps its configuration. Given from outside, so that tests can pretend. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder whose project files are meant by --project. */
  readonly project: string;
}

/** How a client starts the server. It never holds a key. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/** A program that starts MCP servers, and how its configuration looks. */
export interface Client {
  /** As people type it: claude-desktop. */
  readonly id: string;
  readonly title: string;
  readonly format: 'json' | 'toml';
  /** The table of servers in the file: mcpServers, servers or mcp_servers. */
  readonly container: string;
  /** Whether an entry says `"type": "stdio"`. */
  readonly typed: boolean;
  /** Whether the client's own reader is known to accept comments in JSON. */
  readonly comments: boolean;
  userFile(machine: Machine): string;
  /** The file that a project brings along; absent when the client has none. */
  projectFile?(machine: Machine): string;
  /** Files or folders of which one shows that the client is used on this computer. */
  traces(machine: Machine): readonly string[];
  /** What makes the client read its configuration again. */
  readonly restart: string;
}

/** A configuration that cannot be read or changed. The message says where, why, and what to do. */
export class ClientConfigError extends SettingsError {
  override name = 'ClientConfigError';
}

/** Joins a path in the manner of the machine's own system. */
export const joined = (machine: Machine, ...parts: readonly string[]): string =>
  (machine.platform === 'win32' ? win32 : posix).join(...parts);

/** Where applications keep a user's settings: %APPDATA%, Application Support, or XDG_CONFIG_HOME. */
export function applicationFolder(machine: Machine): string {
  const { platform, env, home } = machine;
  if (platform === 'win32') return env.APPDATA || joined(machine, home, 'AppData', 'Roaming');
  if (platform === 'darwin') return joined(machine, home, 'Library', 'Application Support');
  return env.XDG_CONFIG_HOME || joined(machine, home, '.config');
}
