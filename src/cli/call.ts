import { callTool } from '../bridge/call-tool.js';
import { enabledTools, findTool } from '../bridge/registry.js';
import { SettingsError } from '../config/settings-error.js';
import { allTools } from '../tools.js';
import { wire } from '../wire.js';
import type { Command } from './index.js';
import { callMounted, mountedIn } from './mount/call.js';
import { withSettings } from './options.js';
import { settingsFrom } from './settings-from.js';

export const callCommand: Command = {
  usage: 'call <tool>',
  summary: 'Call one tool and print its result; exit code 1 when it is an error',
  options: (argv) =>
    withSettings(argv)
      .positional('tool', { type: 'string', describe: 'name of the tool', demandOption: true })
      .option('json', {
        type: 'string',
        describe: 'the arguments, e.g. \'{"limit":5}\'; - reads them from stdin',
        default: '{}',
        // Without a fixed count, "-" would be taken for a flag.
        nargs: 1,
      })
      .example('$0 call list_agents --json \'{"limit":5}\'', 'from a shell, for smoke tests'),
  async run(args) {
    const settings = settingsFrom(args);
    const input = await readArguments(String(args.json));
    const wired = wire(settings);
    const cancel = new AbortController();
    process.once('SIGINT', () => cancel.abort());
    const mounted = allTools.some(({ name }) => name === args.tool) ? undefined : await mountedIn(wired, settings);
    if (mounted) {
      return await callMounted(mounted, String(args.tool), input, cancel.signal).finally(() => wired.close());
    }
    const tools = enabledTools(allTools, settings);
    const answer = await callTool(
      () => findTool(String(args.tool), tools, allTools, settings),
      input,
      {
        signal: cancel.signal,
        host: { canAsk: false },
        progress: async (done, total, message) => {
          process.stderr.write(`[${done}/${total}] ${message}\n`);
        },
      },
      wired,
    );
    await wired.close();
    if (answer.kind === 'ask') throw new Error('a call without a client cannot be asked');
    const [first] = answer.result.content;
    const shown = answer.result.structuredContent
      ? JSON.stringify(answer.result.structuredContent, null, 2)
      : first?.text;
    process.stdout.write(`${shown ?? ''}\n`);
    return answer.result.isError ? 1 : 0;
  },
};

async function readArguments(json: string): Promise<unknown> {
  const text = json === '-' ? await readStdin() : json;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SettingsError('--json is not valid JSON. Put it in single quotes.', { cause: error });
  }
}

async function readStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text;
}
