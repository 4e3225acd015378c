import { expect, it } from 'vitest';
import { wrapped } from '../../src/cli/demo/screen.js';
import { table } from '../../src/cli/table.js';

it('aligns numbers at their decimal point, leaves gaps, and sets words to the left', () => {
  const text = table(
    ['who', 'USD'],
    [
      ['You', '977.5'],
      ['nobody', ''],
      ['the world', '-1000.00'],
      ['a fee', '0.375'],
      ['a count', '3'],
    ],
  );
  expect(text.split('\n')).toEqual([
    'who              USD',
    '─────────  ─────────',
    'You          977.5',
    'nobody',
    'the world  -1000.00',
    'a fee          0.375',
    'a count        3',
  ]);
});

it('does not take words that begin with a digit for numbers', () => {
  expect(
    table(['amount'], [['2.00 USD'], ['10.00 USD']])
      .split('\n')
      .slice(2),
  ).toEqual(['2.00 USD', '10.00 USD']);
});

it('shows a table without rows', () => {
  expect(table(['a', 'b'], [])).toBe('a  b\n─  ─');
});

it('wraps at spaces, and only there', () => {
  expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapped('unbreakable', 4)).toEqual(['unbreakable']);
});
