import type { Command } from './index.js';
import { withSettings } from './options.js';
import { runServe } from './run-serve.js';

export const serveCommand: Command = {
  usage: ['serve', '$0'],
  summary: 'Serve MCP on stdio (the default)',
  options: withSettings,
  run: runServe,
};
