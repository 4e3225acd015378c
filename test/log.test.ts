import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { log, redact, registerSecret, setLogLevel } from '../src/log.js';

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  setLogLevel('info');
});
const written = () => lines.join('');

const SECRETS = [
  'sk_live_0123456789abcdef',
  'ap_user_with-dashes.and.dots~',
  'ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789',
  'pass word with spaces',
  'quotes " and \\ backslashes',
  'percent%20+plus&amp=/?#',
  'ünïcödé-geheimnis-✓',
  'half a pair \ud83d of a pair',
  'line\nbreak inside a secret',
  '$1$&$$ replacement patterns',
  '.*+?^[](){}|regular expression',
];

describe('a registered secret', () => {
  it('is taken out by value, in every spelling that it can have', () => {
    for (const secret of SECRETS) registerSecret(secret);
    let checked = 0;
    for (const secret of SECRETS) {
      const asUrl = new URLSearchParams({ key: secret }).toString().slice(4);
      const encoded = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd'));
      for (const text of [
        secret,
        `Authorization: Bearer ${secret}`,
        `${secret}${secret}`,
        JSON.stringify({ headers: { 'x-api-key': secret } }),
        `https://market.example/?key=${encoded}&x=1`,
        `key=${asUrl}`,
        `TypeError: Headers.append: "Bearer ${secret}" is an invalid header value.`,
      ]) {
        const shown = redact(text);
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(encoded);
        expect(shown).toContain('[redacted]');
        checked += 1;
      }
    }
    console.log(`figure: redactions=${checked} leaks=0`);
  });

  it('that contains another one leaves nothing of itself behind', () => {
    registerSecret('abcdefgh');
    registerSecret('abcdefgh-and-the-secret-rest');
    expect(redact('x abcdefgh-and-the-secret-rest y')).toBe('x [redacted] y');
    expect(redact('x abcdefgh y')).toBe('x [redacted] y');
  });

  it('with blanks around it is also found without them', () => {
    registerSecret('  key-with-a-line-break\n');
    expect(redact('Bearer key-with-a-line-break')).toBe('Bearer [redacted]');
  });

  it('leaves JSON that can still be parsed', () => {
    for (const secret of SECRETS) registerSecret(secret);
    for (const secret of SECRETS) {
      const parsed: unknown = JSON.parse(redact(JSON.stringify({ a: secret, [secret]: 1, b: `x ${secret} y` })));
      expect(JSON.stringify(parsed)).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
  });

  it('that is short or missing blots out nothing', () => {
    registerSecret('the');
    registerSecret('');
    registerSecret(undefined);
    registerSecret('        ');
    expect(redact('the        cat')).toBe('the        cat');
  });
});

describe('a log line', () => {
  it('has no secret in it: not in the message, the error, its cause or its stack', () => {
    registerSecret('sk_live_in_a_cause');
    const error = new Error('outer sk_live_in_a_cause', { cause: new Error('inner sk_live_in_a_cause') });
    for (const level of ['info', 'debug'] as const) {
      setLogLevel(level);
      log('error', 'it failed with sk_live_in_a_cause', error);
      log('error', 'thrown text', 'sk_live_in_a_cause');
    }
    expect(written()).not.toContain('sk_live_in_a_cause');
    expect(written().match(/\[redacted\]/g)?.length).toBeGreaterThan(6);
  });

  it('is one line, and nothing in it reaches the terminal as a command', () => {
    log('error', 'a\nb\r\nc\rd\u001b[2J\u001b]0;title\u0007\u202e\u2066\u200b\u2028\u0000\u009b31m\u{e0041}');
    expect(lines).toHaveLength(1);
    expect(written().slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(written()).toMatch(/^hirewire error: a ⏎ b ⏎ c d \[2J \]0;title +31m +\n$/);
  });

  it('is cut when it is very long, after the secrets were taken out', () => {
    registerSecret('sk_live_at_the_very_edge_of_the_line');
    // The secret lies across the place of the cut.
    for (let before = 7_950; before < 8_010; before += 1) {
      log('info', `${'x'.repeat(before)}sk_live_at_the_very_edge_of_the_line${'y'.repeat(1_000_000)}`);
    }
    expect(written()).not.toContain('sk_live');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(8_100);
  });

  it('is written for anything thrown', () => {
    const round = new Error('round');
    round.cause = round;
    const bare: object = Object.create(null);
    for (const thrown of [round, bare, Symbol('x'), null, 0n, { toString: 1 }, () => 1, new AggregateError([round])]) {
      expect(() => log('error', 'thrown', thrown)).not.toThrow();
    }
    expect(lines).toHaveLength(8);
  });

  it('is written from its level up, with stacks at debug only', () => {
    const error = new Error('why');
    setLogLevel('warn');
    log('info', 'not shown');
    log('warn', 'shown', error);
    expect(written()).toBe('hirewire warn: shown: Error: why\n');
    setLogLevel('debug');
    log('debug', 'with stack', error);
    expect(lines[1]).toContain('log.test.ts');
  });

  it('is dropped when nobody reads what was written before', () => {
    vi.spyOn(process.stderr, 'writableLength', 'get').mockReturnValue(2 * 1024 * 1024);
    log('error', 'nobody reads this');
    expect(lines).toEqual([]);
  });
});

describe('a closed stderr', () => {
  it('does not end the process', () => {
    const code = `
      import { log } from ${JSON.stringify(new URL('../src/log.ts', import.meta.url).href)};
      process.stderr.destroy(); // what follows a write that met EPIPE
      log('error', 'into the void');
      process.stderr.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      setTimeout(() => process.stdout.write('alive'), 50);
    `;
    const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(child.stdout).toBe('alive');
    expect(child.status).toBe(0);
  });
});
