import { createInterface } from 'node:readline/promises';
import type { Client } from '../../clients/client.js';
import { commandFor } from './command.js';
import type { ConnectRequest } from './run.js';

/** Whether a person agrees to the change just shown. Without a terminal nobody is asked: the command is printed. */
export async function agreed(request: ConnectRequest, client: Client): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stdout.write(
      `Nothing was written, since nobody can be asked here. To write it:\n  ${commandFor(request, client)}\n`,
    );
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Write it? [y/N] ');
  terminal.close();
  if (/^y(es)?$/i.test(answer.trim())) return true;
  process.stdout.write('Nothing was written.\n');
  return false;
}
