import yargs, { type Argv } from 'yargs';
import { closest } from '../config/closest.js';
import { SettingsError } from '../config/settings-error.js';
import { VERSION } from '../connections.js';
import { accountsCommand } from './accounts.js';
import { approveCommand } from './approve.js';
import { auditCommand } from './audit.js';
import { backendCommand } from './backend.js';
import { callCommand } from './call.js';
import { completionCommand } from './completion.js';
import { connectCommand } from './connect.js';
import { consoleCommand } from './console.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { loginCommand } from './login.js';
import { logoutCommand } from './logout.js';
import { mountCommand } from './mount.js';
import { operationsCommand } from './operations.js';
import { settingsOptions } from './options.js';
import { serveCommand } from './serve.js';
import { toolsCommand } from './tools.js';
import { webhooksCommand } from './webhooks.js';
import { workCommand } from './work.js';

/** A subcommand: it resolves to the exit code. */
export interface Command {
  /** Name and positionals; several for a command that is also the default. */
  readonly usage: string | readonly string[];
  readonly summary: string;
  /** Whether words after "--" are for it. */
  readonly takesRest?: boolean;
  /** Flags of its own that a mistyped one may have meant. */
  readonly flags?: readonly string[];
  /** @param named whether the command was called by its name, and is not only what happens without one. */
  options(argv: Argv, named: boolean): Argv;
  run(args: Arguments): Promise<number>;
}
export type Arguments = Readonly<Record<string, unknown>>;

const COMMANDS: readonly Command[] = [
  serveCommand,
  demoCommand,
  loginCommand,
  logoutCommand,
  accountsCommand,
  connectCommand,
  mountCommand,
  doctorCommand,
  toolsCommand,
  callCommand,
  operationsCommand,
  approveCommand,
  workCommand,
  backendCommand,
  auditCommand,
  consoleCommand,
  webhooksCommand,
  completionCommand,
];

/** Runs the command line. Mistakes become one sentence on stderr and exit code 2. */
export async function run(args: readonly string[]): Promise<number> {
  let code = 0;
  // Whoever reads may have seen enough: `hirewire tools | head`.
  process.stdout.on('error', () => undefined);
  const named = args.some((arg) => COMMANDS.some((command) => nameOf(command) === arg));
  let parser = yargs([...args])
    .scriptName('hirewire')
    .usage('$0 [command]: an MCP server that hires AI agents and humans. Without a command it serves MCP on stdio.')
    .version(VERSION)
    .hide('version')
    .help()
    .alias('help', 'h')
    .strict()
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .parserConfiguration({ 'camel-case-expansion': false, 'populate--': true })
    .exitProcess(false)
    .fail((message, error) => {
      // yargs throws its own complaint about how it was called as an error, too.
      if (error && error.name !== 'YError') throw error;
      throw new SettingsError(`${message}${suggestion(message, args)}`);
    })
    .example('$0 demo', 'try it without an account')
    .example('$0 connect claude-desktop', 'add it to a client')
    .example('$0 doctor', 'find out what is wrong')
    .example('$0 serve --help', 'every setting');
  for (const command of COMMANDS) {
    parser = parser.command(
      [command.usage].flat(),
      command.summary,
      (argv) => command.options(argv, named),
      async (parsed) => {
        const rest: unknown = parsed['--'];
        if (!command.takesRest && Array.isArray(rest) && rest.length > 0) {
          throw new SettingsError('This command takes nothing after "--".');
        }
        code = await command.run(parsed);
      },
    );
  }
  try {
    await parser.parseAsync();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`hirewire: ${error.message}\nRun "hirewire --help" for the commands and settings.\n`);
    return 2;
  }
  return code;
}

const nameOf = ({ usage }: Command): string => [usage].flat()[0]?.split(' ')[0] ?? '';

/** "Unknown argument: toolset" → the nearest flag, or the nearest command when it was given without dashes. */
function suggestion(message: string, args: readonly string[]): string {
  const word = /Unknown (?:argument|command)s?: ([^,\s]+)/.exec(message)?.[1];
  if (!word) return '.';
  const isFlag = args.some((arg) => arg.split('=')[0] === `--${word}`);
  const commands = COMMANDS.map(nameOf);
  const flags = COMMANDS.flatMap((command) => command.flags ?? []);
  const near = closest(word, isFlag ? [...settingsOptions, ...flags] : commands);
  return near ? `. Did you mean ${isFlag ? '--' : ''}${near}?` : '.';
}
