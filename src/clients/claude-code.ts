import { type Client, joined, type Machine } from './client.js';

/** Claude Code: the user's servers lie beside its own state in .claude.json, a project's in .mcp.json. */
export const claudeCode: Client = {
  id: 'claude-code',
  title: 'Claude Code',
  format: 'json',
  container: 'mcpServers',
  typed: true,
  comments: false,
  userFile: (machine) => joined(machine, folder(machine), '.claude.json'),
  projectFile: (machine) => joined(machine, machine.project, '.mcp.json'),
  traces: (machine) => [joined(machine, folder(machine), '.claude.json'), joined(machine, machine.home, '.claude')],
  restart: 'Start a new session; /mcp shows the server.',
};

const folder = (machine: Machine): string => machine.env.CLAUDE_CONFIG_DIR || machine.home;
