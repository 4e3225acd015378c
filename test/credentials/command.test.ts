import { describe, expect, it } from 'vitest';
import { commandCredential } from '../../src/credentials/command.js';
import { splitWords } from '../../src/credentials/split-words.js';

const node = JSON.stringify(process.execPath);
const script = (code: string): string => `${node} -e '${code}'`;
const run = (command: string, limitMs?: number): Promise<string> => commandCredential('"x"', command, limitMs);

describe('a command line', () => {
  it.each([
    ['pass show agrenting', ['pass', 'show', 'agrenting']],
    ['  op   read "op://my vault/item/key" ', ['op', 'read', 'op://my vault/item/key']],
    ["a 'b c' d", ['a', 'b c', 'd']],
    ['a\\ b c', ['a b', 'c']],
    [`a"b"'c'd`, ['abcd']],
    ['a "" \'\'', ['a', '', '']],
    ['"a\\"b" "a\\b"', ['a"b', 'a\\b']],
    ["'a\\b'", ['a\\b']],
    // Nothing is expanded.
    ['echo $HOME `id` $(id) * ~ ; ls | cat > f && x', 'echo $HOME `id` $(id) * ~ ; ls | cat > f && x'.split(' ')],
  ])('%j is the words of a shell', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each(['', '   ', "a 'b", 'a "b', 'a\\'])('%j is none', (text) => {
    expect(splitWords(text)).toBeUndefined();
  });
});

describe('a credential from a command', () => {
  it('is what the command prints, without the blanks around it', async () => {
    expect(await run(script('console.log("  ap_key_1 ")'))).toBe('ap_key_1');
  });

  it('is asked for without a shell and without our secrets', async () => {
    process.env.HIREWIRE_PASSPHRASE = 'a long passphrase';
    try {
      expect(await run(script('console.log(process.env.HIREWIRE_PASSPHRASE ?? "none")'))).toBe('none');
    } finally {
      delete process.env.HIREWIRE_PASSPHRASE;
    }
    expect(await run('echo $HOME')).toBe('$HOME');
  });

  it.each([
    ['/nonexistent/program', 'names a program that is not there'],
    [script('process.exit(3)'), 'ended with exit code 3'],
    [script('1'), 'printed nothing'],
    [script('console.log("two words")'), 'printed more than one word'],
    [script('console.log("x".repeat(100000))'), 'printed far more than a key'],
    ["'unclosed", 'is not a command'],
  ])('%s is refused', async (command, reason) => {
    await expect(run(command)).rejects.toMatchObject({ problem: 'command-failed' });
    await expect(run(command)).rejects.toThrow(reason);
  });

  it('is killed when it takes too long', async () => {
    await expect(run(script('setInterval(() => 0, 1000)'), 300)).rejects.toThrow('gave no answer within 0.3 s');
  });

  it('shows nothing of what a failing command said', async () => {
    const error = await run(script('console.error("ap_canary_9"); console.log("ap_canary_9"); process.exit(1)')).catch(
      (caught: unknown) => caught,
    );
    expect(JSON.stringify(error) + String(error)).not.toContain('ap_canary_9');
  });
});
