import type { Client } from '../../clients/client.js';
import { isNpx, startedNow } from '../../clients/launch.js';
import { VERSION } from '../../connections.js';
import type { ConnectRequest } from './run.js';

/** The command line that makes this change without a question, for copy and paste into a shell. */
export function commandFor(request: ConnectRequest, client: Client): string {
  const started = startedNow(VERSION);
  const program = isNpx(started) ? ['npx', '-y', `hirewire@${VERSION}`] : [started.node, started.script];
  return [
    ...program,
    'connect',
    client.id,
    ...(request.project ? ['--project'] : []),
    ...(request.name === 'hirewire' ? [] : ['--name', request.name]),
    ...(request.remove ? ['--remove'] : []),
    '--yes',
    ...(request.flags.length > 0 ? ['--', ...request.flags] : []),
  ]
    .map(quoted)
    .join(' ');
}

const quoted = (word: string): string => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`);
