import yargs from 'yargs';
import type { Command } from './index.js';

export const completionCommand: Command = {
  usage: 'completion',
  summary: 'Print completions for bash or zsh, for your shell to load',
  options: (argv) => argv.example('$0 completion >> ~/.bashrc', 'or ~/.zshrc; the shell is taken from SHELL'),
  async run() {
    yargs([]).scriptName('hirewire').showCompletionScript();
    return 0;
  },
};
