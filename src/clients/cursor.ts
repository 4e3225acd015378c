import { type Client, joined } from './client.js';

/** Cursor: mcp.json in its folder of the user or of a project. */
export const cursor: Client = {
  id: 'cursor',
  title: 'Cursor',
  format: 'json',
  container: 'mcpServers',
  typed: false,
  comments: true,
  userFile: (machine) => joined(machine, machine.home, '.cursor', 'mcp.json'),
  projectFile: (machine) => joined(machine, machine.project, '.cursor', 'mcp.json'),
  traces: (machine) => [joined(machine, machine.home, '.cursor')],
  restart: 'Switch the server on under Settings → MCP.',
};
