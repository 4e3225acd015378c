import { type DiffLine, difference } from '../../clients/diff.js';
import { type Change, entryOf } from '../../clients/plan.js';
import { paint } from '../table.js';

const COLOURS = { ' ': 'dim', '-': 'red', '+': 'green' } as const;

/** A change as a small difference, coloured on a terminal. */
export function shown(change: Change, before: string, after: string): string {
  return difference(before, after, ownStrings(change)).map(line).join('\n');
}

const line = ({ mark, text }: DiffLine): string => paint(COLOURS[mark], `  ${mark} ${text}`);

function ownStrings({ client, name, launch }: Change): string[] {
  if (!launch) return [name];
  return [name, ...Object.values(entryOf(client, launch)).flat()];
}
