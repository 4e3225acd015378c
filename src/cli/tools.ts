import { describeTool } from '../bridge/describe.js';
import { enabledTools } from '../bridge/registry.js';
import { allTools } from '../tools.js';
import { wire } from '../wire.js';
import type { Command } from './index.js';
import { mountedIn } from './mount/call.js';
import { withSettings } from './options.js';
import { settingsFrom } from './settings-from.js';
import { table } from './table.js';

export const toolsCommand: Command = {
  usage: 'tools',
  summary: 'List the tools that these settings offer',
  options: (argv) =>
    withSettings(argv).option('json', { type: 'boolean', describe: 'the definitions as MCP lists them' }),
  async run(args) {
    const settings = settingsFrom(args);
    const tools = enabledTools(allTools, settings);
    const wired = wire(settings);
    const mounted = (await (await mountedIn(wired, settings))?.tools()) ?? [];
    await wired.close();
    if (args.json === true) {
      process.stdout.write(
        `${JSON.stringify({ tools: [...tools.map((tool) => describeTool(tool).description), ...mounted] }, null, 2)}\n`,
      );
      return 0;
    }
    const kind = (tool: (typeof tools)[number]) => (tool.money ? 'money' : tool.hints.readOnly ? 'read' : 'write');
    const rows: string[][] = tools.map((tool) => [tool.name, tool.toolset, kind(tool), tool.title]);
    for (const tool of mounted) rows.push([tool.name, 'mounted', '?', tool.title ?? tool.annotations?.title ?? '']);
    process.stdout.write(`${table(['tool', 'toolset', 'kind', 'what it does'], rows)}\n`);
    return 0;
  },
};
