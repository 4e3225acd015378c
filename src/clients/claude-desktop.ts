import { applicationFolder, type Client, joined } from './client.js';

/** Claude Desktop: one file for the user, plain JSON. Keys given in its settings page are not in this file. */
export const claudeDesktop: Client = {
  id: 'claude-desktop',
  title: 'Claude Desktop',
  format: 'json',
  container: 'mcpServers',
  typed: false,
  comments: false,
  userFile: (machine) => joined(machine, applicationFolder(machine), 'Claude', 'claude_desktop_config.json'),
  traces: (machine) => [joined(machine, applicationFolder(machine), 'Claude')],
  restart: 'Quit Claude Desktop completely and start it again.',
};
