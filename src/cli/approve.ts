import { createInterface } from 'node:readline/promises';
import { Spending } from '../bridge/spending.js';
import { SettingsError } from '../config/settings-error.js';
import { Journal } from '../spending/journal.js';
import type { Command } from './index.js';
import { withSettings } from './options.js';
import { settingsFrom } from './settings-from.js';
import { paint } from './table.js';

export const approveCommand: Command = {
  usage: 'approve <id>',
  summary: 'Agree, on your own terminal, to what an assistant prepared',
  options: (argv) =>
    withSettings(argv).positional('id', {
      type: 'string',
      demandOption: true,
      describe: "from the assistant's answer",
    }),
  async run(args) {
    if (!process.stdin.isTTY) {
      throw new SettingsError('approve asks a person and needs a terminal. Run "hirewire approve ID" in one.');
    }
    const journal = Journal.open(Spending.journalFile(settingsFrom(args)), Date.now);
    try {
      const confirmation = await journal.confirmation(String(args.id));
      if (!confirmation) throw new SettingsError('There is no confirmation with this id. Nothing was changed.');
      process.stdout.write(`\n  ${paint('bold', confirmation.sentence)}\n\n`);
      const terminal = createInterface({ input: process.stdin, output: process.stdout });
      const answer = await terminal.question('Do you agree to exactly this? Type yes: ');
      terminal.close();
      if (answer.trim().toLowerCase() !== 'yes') {
        await journal.burn(confirmation.id);
        process.stdout.write('Declined. Nothing was changed.\n');
        return 1;
      }
      if (!(await journal.approve(confirmation.id, 'approve_command'))) {
        throw new SettingsError(
          'It has expired or was used already. Nothing was changed; let the assistant ask again.',
        );
      }
      process.stdout.write('Approved. The assistant can now repeat its call.\n');
      return 0;
    } finally {
      await journal.close();
    }
  },
};
