import { type Client, joined, type Machine } from './client.js';

/** Codex: a TOML file that holds all of its settings; a project's file counts only in folders that it trusts. */
export const codex: Client = {
  id: 'codex',
  title: 'Codex',
  format: 'toml',
  container: 'mcp_servers',
  typed: false,
  comments: true,
  userFile: (machine) => joined(machine, folder(machine), 'config.toml'),
  projectFile: (machine) => joined(machine, machine.project, '.codex', 'config.toml'),
  traces: (machine) => [folder(machine)],
  restart: 'Start a new session; /mcp shows the server.',
};

const folder = (machine: Machine): string => machine.env.CODEX_HOME || joined(machine, machine.home, '.codex');
