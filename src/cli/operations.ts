import { Spending } from '../bridge/spending.js';
import { SettingsError } from '../config/settings-error.js';
import { Journal } from '../spending/journal.js';
import { operationView } from '../spending/view.js';
import { wire } from '../wire.js';
import type { Command } from './index.js';
import { withSettings } from './options.js';
import { settingsFrom } from './settings-from.js';
import { table } from './table.js';

export const operationsCommand: Command = {
  usage: 'operations [action] [id]',
  summary: 'What was paid through this computer: list, show or resume',
  options: (argv) =>
    withSettings(argv)
      .positional('action', { type: 'string', default: 'list', describe: 'list, show or resume' })
      .positional('id', { type: 'string', describe: 'an operation id' })
      .option('json', { type: 'boolean', describe: 'as JSON' }),
  async run(args) {
    const settings = settingsFrom(args);
    const id = args.id === undefined ? undefined : String(args.id);
    if (args.action === 'resume') return await resume(args, id);
    const journal = Journal.open(Spending.journalFile(settings), Date.now);
    const found = await (args.action === 'show' && id ? journal.byKey(id) : undefined);
    const operations = args.action === 'list' ? await journal.recent(100) : found ? [found] : [];
    await journal.close();
    if (args.action !== 'list' && args.action !== 'show')
      throw new SettingsError('The action is list, show or resume.');
    if (args.action === 'show' && !found)
      throw new SettingsError('There is no operation with this id; see "hirewire operations".');
    print(operations.map(operationView), args.json === true);
    return 0;
  },
};

async function resume(args: Readonly<Record<string, unknown>>, id: string | undefined): Promise<number> {
  const wired = wire(settingsFrom(args));
  const journal = await wired.spending.journal();
  const keys = id === undefined ? (await journal.unsettled()).map((operation) => operation.key) : [id];
  const port = wired.spending.port({ signal: new AbortController().signal, progress: async () => undefined });
  const views = [];
  for (const key of keys) {
    const view = await port.operation(key);
    if (view) views.push(view);
  }
  await wired.close();
  print(views, args.json === true);
  return views.every((view) => view.state === 'done' || view.state === 'refused') ? 0 : 1;
}

function print(views: readonly ReturnType<typeof operationView>[], json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(views, null, 2)}\n`);
  if (views.length === 0) return void process.stdout.write('No operations.\n');
  const rows = views.map((view) => [view.created_at, view.tool, view.amount, view.payee, view.state, view.id]);
  process.stdout.write(`${table(['when', 'tool', 'amount', 'payee', 'state', 'id'], rows)}\n`);
}
