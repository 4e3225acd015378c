import { type Client, joined } from './client.js';

/** Gemini CLI: its settings file, of the user or of a project; comments are allowed. */
export const gemini: Client = {
  id: 'gemini',
  title: 'Gemini CLI',
  format: 'json',
  container: 'mcpServers',
  typed: false,
  comments: true,
  userFile: (machine) => joined(machine, machine.home, '.gemini', 'settings.json'),
  projectFile: (machine) => joined(machine, machine.project, '.gemini', 'settings.json'),
  traces: (machine) => [joined(machine, machine.home, '.gemini')],
  restart: 'Start a new session; /mcp shows the server.',
};
