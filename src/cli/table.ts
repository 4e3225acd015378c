import { styleText } from 'node:util';

/** Whether people are looking: colour only on a terminal, and not when NO_COLOR says no. */
export const colourful = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR;

type Style = Parameters<typeof styleText>[0];

export const paint = (style: Style, text: string): string => (colourful() ? styleText(style, text) : text);

const NUMBER = /^[-+]?\d+(\.\d+)?$/;

/** A plain table with aligned columns; a column of numbers is aligned at the decimal point. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = head.map((_, column) => aligned(rows.map((row) => row[column] ?? '')));
  const widths = head.map((title, column) => Math.max(title.length, ...(columns[column]?.cells ?? []).map(lengthOf)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return columns[column]?.numeric ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [
    paint('bold', line(head)),
    paint('dim', widths.map((width) => '─'.repeat(width)).join('  ')),
    ...rows.map((_, row) => line(columns.map(({ cells }) => cells[row] ?? ''))),
  ].join('\n');
}

/** Cells of a column of numbers (gaps allowed), padded behind so that their decimal points are below each other. */
function aligned(cells: readonly string[]): { readonly numeric: boolean; readonly cells: readonly string[] } {
  const numeric = cells.some(isNumber) && cells.every((cell) => cell === '' || isNumber(cell));
  if (!numeric) return { numeric, cells };
  const behind = (cell: string) => (cell.includes('.') ? cell.length - cell.indexOf('.') : 0);
  const most = Math.max(...cells.map(behind));
  return { numeric, cells: cells.map((cell) => cell + ' '.repeat(most - behind(cell))) };
}

const isNumber = (cell: string): boolean => NUMBER.test(cell);
const lengthOf = (cell: string): number => cell.length;
