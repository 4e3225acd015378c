import { describe, expect, it } from 'vitest';
import { difference } from '../../src/clients/diff.js';

const shown = (before: string, after: string, own: string[] = []) =>
  difference(before, after, own).map(({ mark, text }) => `${mark}${text}`);

describe('a difference', () => {
  it('shows two lines around the change', () => {
    expect(shown('a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nX\nd\ne\nf\n')).toEqual([' b', ' c', '+X', ' d', ' e']);
  });

  it('is nothing between equal texts, and everything against none', () => {
    expect(shown('a\n', 'a\n')).toEqual([]);
    expect(shown('', 'a\nb\n')).toEqual(['+a', '+b']);
  });

  it('shows keys and our own values, and hides those of others', () => {
    const line = '"TOKEN": "sk-other", "args": ["--key=sk-other", "mine \\"x\\""], token = \'sk-other\'';
    expect(shown('', line, ['mine "x"'])).toEqual(['+"TOKEN": "…", "args": ["…", "mine \\"x\\""], token = "…"']);
  });

  it('hides the values of a comment, too, and cuts what is too long for a terminal', () => {
    expect(shown('', '// "KEY": "sk-other"')).toEqual(['+// "KEY": "…"']);
    expect(shown('', `{${'"k": 1, '.repeat(100)}}`)[0]?.length).toBeLessThan(170);
  });
});
