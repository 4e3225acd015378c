import type { Command } from './index.js';
import { withSettings } from './options.js';
import { runServe } from './run-serve.js';

export const serveCommand: Command = {
  usage: ['serve', '$0'],
  summary: 'Serve MCP on stdio (the default)',
  flags: ['http'],
  options: (argv) =>
    withSettings(argv).option('http', {
      type: 'number',
      requiresArg: true,
      describe: 'serve over HTTP on this port of 127.0.0.1 instead, with a token',
    }),
  async run(args) {
    if (args.http === undefined) return await runServe(args);
    const { runServeHttp } = await import('./serve-http.js');
    return await runServeHttp(args);
  },
};
