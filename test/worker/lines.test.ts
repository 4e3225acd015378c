import { afterAll, describe, expect, it } from 'vitest';
import { registerSecret } from '../../src/log.js';
import { Lines, presentable } from '../../src/worker/lines.js';
import { harmIn, PAYLOADS } from '../hostile-text.js';

const linesOf = (...chunks: readonly (string | Buffer)[]) => {
  const told: { text: string; cut: boolean }[] = [];
  const lines = new Lines((line) => told.push(line));
  for (const chunk of chunks) lines.push(Buffer.from(chunk));
  lines.end();
  return told;
};

describe('lines', () => {
  it('are told as they end, whatever the pieces that they come in', () => {
    expect(linesOf('one\ntw', 'o\r\nthr', 'ee', '\n\n  \nfour').map(({ text }) => text)).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    expect(linesOf('10%\r20%\r30%').map(({ text }) => text)).toEqual(['10%', '20%', '30%']);
  });

  it('are whole characters, also when a piece ends in the middle of one', () => {
    const bytes = Buffer.from('Größe 👍\n');
    expect(linesOf(...[...bytes].map((byte) => Buffer.from([byte])))[0]?.text).toBe('Größe 👍');
  });

  it('hold no more memory than a few thousand characters', () => {
    const [line] = linesOf(...Array.from({ length: 1_000 }, () => 'x'.repeat(10_000)));
    expect(line).toEqual({ text: 'x'.repeat(5_120), cut: true });
  });
});

describe('a line as the hirer sees it', () => {
  const secret = 'ghp_canary0123456789abcdef';
  const forget = registerSecret(secret);
  afterAll(forget);
  const shown = (text: string, cut = false) => presentable({ text, cut });

  it('is one line without escape sequences or anything invisible, and not long', () => {
    let harm = 0;
    for (const { name, text } of PAYLOADS) {
      const line = shown(text.slice(0, 5_120));
      expect(harmIn(line), name).toEqual([]);
      expect(line, name).not.toMatch(/[\n\r\t]/);
      expect(Array.from(line).length, name).toBeLessThanOrEqual(400);
      harm += harmIn(text).length;
    }
    console.log(`figure: hostile lines=${PAYLOADS.length} harmful code points in=${harm} out=0`);
    expect(shown('\u001b[31mred\u001b[0m and plain')).toBe('red and plain');
  });

  it('has no secret in it, even one that was interrupted or cut', () => {
    const spellings = [
      `token ${secret} used`,
      `token ${[...secret].join('\u200b')} used`,
      `token ${[...secret].join('\u001b[0m')} used`,
      `token ${secret.slice(0, 10)}\u0000${secret.slice(10)} used`,
      `url https://x:${secret}@github.com`,
    ];
    for (const text of spellings) {
      expect(shown(text)).not.toContain(secret);
      expect(shown(text)).toContain('[redacted]');
    }
    for (let shift = 0; shift < 30; shift += 1) {
      const [line] = linesOf(`${'\u200b'.repeat(5_100 - shift)}${secret}${'y'.repeat(9_000)}`);
      expect(line && presentable(line)).not.toMatch(/ghp_can/);
    }
  });
});
