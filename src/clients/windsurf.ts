import { type Client, joined } from './client.js';

/** Windsurf: one file for the user, below Codeium's folder. */
export const windsurf: Client = {
  id: 'windsurf',
  title: 'Windsurf',
  format: 'json',
  container: 'mcpServers',
  typed: false,
  comments: false,
  userFile: (machine) => joined(machine, machine.home, '.codeium', 'windsurf', 'mcp_config.json'),
  traces: (machine) => [joined(machine, machine.home, '.codeium', 'windsurf')],
  restart: 'Press refresh in the MCP panel of Cascade.',
};
