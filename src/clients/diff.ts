/** A line of a difference: kept, taken out or added. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

const CONTEXT = 2;
const LONGEST = 160;

/**
 * The lines between the first and the last difference of two texts, with a few around them. Values in lines that are not
 * ours are hidden: other servers' entries may hold keys, and a terminal is not the place for them.
 * @param own strings that are shown as they are.
 */
export function difference(before: string, after: string, own: readonly string[]): DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  if (head + tail === old.length && head + tail === now.length) return [];
  const shown = new Set(own);
  const line = (mark: DiffLine['mark']) => (text: string) => ({ mark, text: masked(text, shown) });
  return [
    ...old.slice(Math.max(0, head - CONTEXT), head).map(line(' ')),
    ...old.slice(head, old.length - tail).map(line('-')),
    ...now.slice(head, now.length - tail).map(line('+')),
    ...old.slice(old.length - tail, old.length - tail + CONTEXT).map(line(' ')),
  ];
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split(/\r?\n/));

/** Strings that are values (no colon or equals sign behind them) become "…", unless they are ours. */
function masked(line: string, own: ReadonlySet<string>): string {
  const hidden = line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (whole, offset: number) => {
    const isKey = /^\s*[:=]/.test(line.slice(offset + whole.length));
    return isKey || own.has(parsed(whole)) ? whole : '"…"';
  });
  return hidden.length > LONGEST ? `${hidden.slice(0, LONGEST)}…` : hidden;
}

function parsed(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}
