import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { check, pass, skip, warn } from './finding.js';

/** Servers whose client has gone. They should end by themselves within two seconds; a killed client may leave one. */
export const processesCheck = check('processes', async ({ machine }) => {
  if (machine.platform === 'win32') return [skip('processes are not looked at on Windows')];
  const user = String(process.getuid?.() ?? '');
  let listed: string;
  try {
    const run = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,uid=,args='], { maxBuffer: 16 * 1024 * 1024 });
    listed = run.stdout;
  } catch {
    return [skip('processes cannot be listed here (no "ps")')];
  }
  const stale = staleServers(listed, user);
  if (stale.length === 0) return [pass('no server was left behind by its client')];
  const pids = stale.join(' ');
  return [warn(`${stale.length} server(s) whose client has gone: ${pids}`, `Look at them, then run: kill ${pids}`)];
});

/**
 * Process numbers of this user's servers that belong to nobody.
 * @param listed lines of "pid ppid uid command".
 */
export function staleServers(listed: string, user: string): number[] {
  const rows = listed.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match
      ? [{ pid: Number(match[1]), parent: Number(match[2]), uid: match[3] ?? '', args: match[4] ?? '' }]
      : [];
  });
  const commands = new Map(rows.map(({ pid, args }) => [pid, args]));
  return rows
    .filter(({ uid, args }) => uid === user && SERVER.test(args))
    .filter(({ parent }) => parent === 1 || ADOPTER.test(commands.get(parent) ?? ''))
    .map(({ pid }) => pid);
}

/** Node with our launcher, and either "serve", flags or nothing: other commands may well run on their own. */
const SERVER = /\bnode\b.* \S*\bhirewire(?:\.js)?(?: serve\b.*| -.*)?$/;
/** Who takes over a process whose parent has ended. */
const ADOPTER = /^(?:\S*\/)?(?:init|launchd|systemd)(?: |$)/;
