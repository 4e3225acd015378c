import { SettingsError } from '../../config/settings-error.js';
import { inShort } from '../../marketplaces/hosted/faults.js';
import type { Change } from '../../marketplaces/hosted/pins.js';
import { ask, isTerminal } from '../ask.js';
import type { Arguments } from '../index.js';
import { paint } from '../table.js';
import { knownMount, nameIn, standing, withMount } from './known.js';

/** Shows what a server has changed in its definitions, to a person, and asks. @returns the exit code. */
export async function accept(args: Arguments): Promise<number> {
  const settings = standing();
  const mount = knownMount(settings, nameIn(args));
  if (!isTerminal()) {
    throw new SettingsError(
      `accept asks a person and needs a terminal. Run "hirewire mount accept ${mount.name}" in one.`,
    );
  }
  return await withMount(settings, mount, async (opened) => {
    await opened.look().catch((error: unknown) => {
      process.stderr.write(`hirewire: ${inShort(error)} What it said last is shown.\n`);
    });
    const { changes } = opened;
    if (changes.length === 0) {
      process.stdout.write(`${mount.name} has changed nothing that was in use.\n`);
      return 0;
    }
    for (const change of changes) process.stdout.write(`${shown(change)}\n\n`);
    const answer = await ask('These texts are by the server. Use the new ones from now on? Type yes: ');
    if (answer.trim().toLowerCase() !== 'yes') {
      process.stdout.write('Nothing was accepted; these tools stay refused.\n');
      return 1;
    }
    if (!(await opened.accept(changes))) {
      process.stdout.write('It has changed again meanwhile. Nothing was accepted; look again.\n');
      return 1;
    }
    process.stdout.write(`Accepted. Bridges that are running use them at the next call.\n`);
    return 0;
  });
}

/** The parts that differ, before and now. */
function shown({ kind, name, before, now }: Change): string {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const parts = keys.flatMap((key) => {
    const [old, fresh] = [told(before[key]), told(now[key])];
    if (old === fresh) return [];
    return [
      `  ${key}`,
      ...lines(old).map((line) => paint('red', `    - ${line}`)),
      ...lines(fresh).map((line) => paint('green', `    + ${line}`)),
    ];
  });
  return [paint('bold', `${kind} ${name}`), ...parts].join('\n');
}

const told = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2);
const lines = (text: string): string[] => (text === '' ? [] : text.split('\n'));
