import { afterAll, describe, expect, it } from 'vitest';
import { registerSecret } from '../../src/log.js';
import { outcomeText, readOutcome, resultOf } from '../../src/worker/outcome.js';

const output = (stdout: string, files: string[] = []) => {
  const outcome = resultOf(Buffer.from(stdout), files);
  return outcome?.kind === 'result' ? outcome.output : undefined;
};

describe('what a program prints', () => {
  it.each([
    ['plain words\n', 'plain words'],
    ['{"a": {"b": [1, null]}}\n', { a: { b: [1, null] } }],
    ['[1,2]', '[1,2]'],
    ['"text"', '"text"'],
    ['{"a": 1} and more', '{"a": 1} and more'],
    ['{not json}', '{not json}'],
  ])('%j is the result %j', (stdout, result) => {
    expect(output(stdout)).toEqual(result);
  });

  it('stays a text when not every reader could take it as an object', () => {
    const deep = `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    expect(output(deep)).toBe(deep);
    expect(output('{"a":"\\ud800"}')).toBe('{"a":"\\ud800"}');
  });

  it('may be nothing when there are files, and else is no result', () => {
    expect(output(' \n', ['a.md', 'b.png'])).toBe('Delivered as files: a.md, b.png');
    expect(resultOf(Buffer.from('\n'), [])).toBeUndefined();
  });

  it('is without secrets, whatever bytes are around them', () => {
    const secret = 'sekrit "with" quotes 0123';
    afterAll(registerSecret(secret));
    expect(output(`see ${secret}`)).toBe('see [redacted]');
    expect(output(JSON.stringify({ token: secret }))).toEqual({ token: '[redacted]' });
    expect(resultOf(Buffer.from([0xff, 0xfe, 0x41]), [])).toEqual({ kind: 'result', output: '\ufffd\ufffdA' });
  });
});

it('an outcome is read from the journal as it was written', () => {
  for (const outcome of [
    { kind: 'result', output: 'text' },
    { kind: 'result', output: { a: [1] } },
    { kind: 'failure', reason: 'why' },
  ] as const) {
    expect(readOutcome(outcomeText(outcome))).toEqual(outcome);
  }
  expect(() => readOutcome('{"kind":"other"}')).toThrow('cannot be read');
});
