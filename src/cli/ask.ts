import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { SettingsError } from '../config/settings-error.js';

/** Questions to the person at the terminal. They go to stderr, so that stdout stays for results. */

export const isTerminal = (): boolean => process.stdin.isTTY === true;

/** One line. @throws {SettingsError} when the terminal is closed instead. */
export async function ask(question: string): Promise<string> {
  return (await line(question, process.stderr)).trim();
}

/** One line that is not shown while it is typed. */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    // Asked only once the terminal no longer shows what is typed.
    return await line('', nowhere, () => process.stderr.write(question));
  } finally {
    process.stderr.write('\n');
  }
}

function line(question: string, output: Writable, ready: () => void = () => undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const terminal = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
    let answered = false;
    terminal.once('SIGINT', () => terminal.close());
    terminal.once('close', () => {
      if (!answered) reject(new SettingsError('Nothing was entered, and nothing was changed.'));
    });
    ready();
    terminal.question(question, (answer) => {
      answered = true;
      terminal.close();
      resolve(answer);
    });
  });
}

/** Far more than any key. */
const MAX_PIPED = 64 * 1024;

/** What is piped in, without the line break at its end. */
export async function readPiped(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_PIPED) throw new SettingsError('What is piped in is far longer than a key.');
  }
  return text.trim();
}
