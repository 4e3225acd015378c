import { SettingsError } from '../config/settings-error.js';

const NEEDS_A_SHELL = /[|&;<>()$`]/;

/**
 * Splits a command as a shell splits words: blanks, single and double quotes, backslashes. Nothing is expanded and no
 * shell is started, so what would need one is refused instead of being passed on as a word.
 * @param windows backslashes are part of paths and escape nothing but a double quote.
 * @throws {SettingsError}
 */
export function splitWords(command: string, windows = process.platform === 'win32'): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  const add = (text: string) => {
    word = (word ?? '') + text;
  };
  for (let at = 0; at < command.length; at += 1) {
    const char = command[at] ?? '';
    const next = command[at + 1] ?? '';
    if (char === '\\' && quote !== "'" && isEscape(next, quote, windows)) {
      add(next);
      at += 1;
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else add(char);
    } else if (char === '"' || char === "'") {
      quote = char;
      add('');
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      if (NEEDS_A_SHELL.test(char) || (char === '~' && word === undefined)) throw needsShell(char);
      add(char);
    }
  }
  if (quote !== undefined) throw new SettingsError(`--exec: a ${quote} is not closed.`);
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw new SettingsError('--exec is empty. Give the program to run, e.g. --exec "claude -p".');
  return words;
}

function isEscape(next: string, quote: string | undefined, windows: boolean): boolean {
  if (windows) return next === '"';
  return quote === '"' ? '"\\$`'.includes(next) && next !== '' : next !== '';
}

const needsShell = (char: string): SettingsError =>
  new SettingsError(
    `--exec: "${char}" means something to a shell only, and none is used. Quote it, or add --shell to run the command by one.`,
  );
