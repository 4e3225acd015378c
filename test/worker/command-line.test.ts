import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../src/config/settings-error.js';
import { splitWords } from '../../src/worker/command-line.js';

describe('a command', () => {
  it.each([
    ['claude -p', ['claude', '-p']],
    ['  node\tagent.js  ', ['node', 'agent.js']],
    [`python3 "my agent.py" --name 'O''Neill'`, ['python3', 'my agent.py', '--name', 'ONeill']],
    [
      `claude -p 'Do the task in the JSON on stdin; print only the result.'`,
      ['claude', '-p', 'Do the task in the JSON on stdin; print only the result.'],
    ],
    [`a "" ''`, ['a', '', '']],
    [`a\\ b "c\\"d" "\\$HOME" 'e\\f' g\\\\h`, ['a b', 'c"d', '$HOME', 'e\\f', 'g\\h']],
    [`a "b\\c" x"y"z'w'`, ['a', 'b\\c', 'xyzw']],
    [`env A='$(id)' "B=\`id\`" 'c|d>e'`, ['env', 'A=$(id)', 'B=`id`', 'c|d>e']],
    [`--flag=a~b *.txt`, ['--flag=a~b', '*.txt']],
  ])('%j is split as a shell splits words, and nothing is expanded', (command, words) => {
    expect(splitWords(command, false)).toEqual(words);
  });

  it.each(['a | b', 'a && b', 'a; b', 'a > out', 'a < in', 'a $HOME', 'a `id`', 'a $(id)', '~/agent', 'a ~/b'])(
    '%j is refused, because only a shell would do what it means',
    (command) => {
      expect(() => splitWords(command, false)).toThrow(/means something to a shell only.*--shell/);
    },
  );

  it.each([
    ["a 'b", "a ' is not closed"],
    ['a "b', 'a " is not closed'],
    ['   ', '--exec is empty'],
  ])('%j is refused', (command, sentence) => {
    expect(() => splitWords(command, false)).toThrow(SettingsError);
    expect(() => splitWords(command, false)).toThrow(sentence);
  });

  it('keeps backslashes on Windows, where they are part of paths', () => {
    expect(splitWords('C:\\agents\\run.exe "C:\\my files\\x.txt" "say \\"hi\\""', true)).toEqual([
      'C:\\agents\\run.exe',
      'C:\\my files\\x.txt',
      'say "hi"',
    ]);
  });
});
