import { SettingsError } from '../config/settings-error.js';
import type { Command } from './index.js';

export const connectCommand: Command = {
  usage: 'connect [client]',
  summary: 'Add Hirewire to Claude, Cursor, VS Code, Windsurf, Codex or Gemini CLI',
  takesRest: true,
  flags: ['all', 'project', 'name', 'remove', 'dry-run', 'print', 'yes'],
  options: (argv) =>
    argv
      .positional('client', {
        type: 'string',
        describe: 'claude-code, claude-desktop, codex, cursor, gemini, vscode, windsurf',
      })
      .option('all', { type: 'boolean', describe: 'every client that is found' })
      .option('project', { type: 'boolean', describe: 'the file of this folder instead of the user' })
      .option('name', { type: 'string', default: 'hirewire', requiresArg: true, describe: 'name of the entry' })
      .option('remove', { type: 'boolean', describe: 'take the entry out again' })
      .option('dry-run', { type: 'boolean', describe: 'show the change and write nothing' })
      .option('print', { type: 'boolean', describe: 'print the entry for copy and paste' })
      .option('yes', { type: 'boolean', alias: 'y', describe: 'write without asking' })
      .example('$0 connect cursor -- --read-only', 'flags of the server come after --'),
  async run(args) {
    const { connect } = await import('./connect/run.js');
    return await connect({
      client: args.client === undefined ? undefined : String(args.client),
      all: args.all === true,
      project: args.project === true,
      name: nameOf(args.name),
      remove: args.remove === true,
      dryRun: args['dry-run'] === true,
      print: args.print === true,
      yes: args.yes === true,
      flags: Array.isArray(args['--']) ? args['--'].map(String) : [],
    });
  },
};

/** Clients join it with the names of tools and cut or refuse what becomes too long. */
function nameOf(value: unknown): string {
  const name = String(value);
  if (/^[A-Za-z0-9_-]{1,24}$/.test(name)) return name;
  throw new SettingsError('--name is up to 24 letters, digits, "-" and "_".');
}
