import { applicationFolder, type Client, joined } from './client.js';

/** VS Code: mcp.json with comments; its table is called `servers`, and each entry states its type. */
export const vscode: Client = {
  id: 'vscode',
  title: 'VS Code',
  format: 'json',
  container: 'servers',
  typed: true,
  comments: true,
  userFile: (machine) => joined(machine, applicationFolder(machine), 'Code', 'User', 'mcp.json'),
  projectFile: (machine) => joined(machine, machine.project, '.vscode', 'mcp.json'),
  traces: (machine) => [joined(machine, applicationFolder(machine), 'Code', 'User')],
  restart: 'Run "MCP: List Servers" in the command palette and start it.',
};
