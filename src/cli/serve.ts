import type { Command } from './index.js';
import { withSettings } from './options.js';
import { runServe } from './run-serve.js';

/** Not on the first page of help, which has to fit a screen. */
const RARE = [
  'agrenting-url',
  'humans2ai-url',
  'toolsets',
  'tools',
  'exclude-tools',
  'confirm-above',
  'allow-payee',
  'log-level',
  'max-frame',
];

export const serveCommand: Command = {
  usage: ['serve', '$0'],
  summary: 'Serve MCP on stdio (the default)',
  flags: ['http'],
  options(argv, named) {
    const all = withSettings(argv).option('http', {
      type: 'number',
      requiresArg: true,
      describe: 'serve over HTTP on this port of 127.0.0.1 instead, with a token',
    });
    return named ? all : RARE.reduce((some, name) => some.hide(name), all);
  },
  async run(args) {
    if (args.http === undefined) return await runServe(args);
    const { runServeHttp } = await import('./serve-http.js');
    return await runServeHttp(args);
  },
};
