import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  signAgrenting,
  signHumans2ai,
  TOLERANCE_MS,
  verifyAgrenting,
  verifyHumans2ai,
} from '../../../src/webhooks/signature.js';

/** The public verifier, against signatures made by the documents' own steps and against everything that is none. */

const NOW = 1_709_395_200_000;
const SECRET = 'whsec_0123456789';
const RUNS = process.env.SOAK ? 20_000 : 1_000;

/** As the document's steps say it, and not as our function does it. */
const documented = (body: string, secret: string, at: number) =>
  `t=${at},v1=${createHmac('sha256', secret).update(`v1:${at}:${body}`).digest('hex')}`;

describe('the signature of Humans2AI', () => {
  it('is the documented one, in both directions', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), (body, secret) => {
        expect(signHumans2ai(body, [secret], NOW)).toBe(documented(body, secret, NOW));
        const bytes = Buffer.from(body);
        for (const form of [body, bytes]) {
          const check = { body: form, header: documented(body, secret, NOW), secrets: [secret], nowMs: NOW };
          expect(verifyHumans2ai(check)).toEqual({ ok: true });
        }
      }),
      { numRuns: RUNS, seed: 11 },
    );
  });

  it('is refused when a byte of the body, the time, the signature or the secret is another', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.nat(3), (body, where, what) => {
        const header = signHumans2ai(body, [SECRET], NOW);
        const at = where % 64;
        const digits = [...(header.split('v1=')[1] ?? '')];
        digits[at] = digits[at] === '0' ? '1' : '0';
        const changed = Uint8Array.from(body, (byte, n) =>
          n === where % body.length ? byte ^ (1 << (where % 8)) : byte,
        );
        const forgeries = [
          { body: changed, header, secrets: [SECRET] },
          { body, header: header.replace(`t=${NOW}`, `t=${NOW + 1 + (where % 1_000)}`), secrets: [SECRET] },
          { body, header: `t=${NOW},v1=${digits.join('')}`, secrets: [SECRET] },
          { body, header, secrets: [`${SECRET}${where}`] },
        ];
        const forged = forgeries[what];
        if (forged) expect(verifyHumans2ai({ ...forged, nowMs: NOW })).toEqual({ ok: false, reason: 'mismatch' });
      }),
      { numRuns: RUNS, seed: 12 },
    );
    console.log(`figure: forged-signatures=${RUNS} accepted=0 seed=12`);
  });

  it('is good for five minutes either way, and with either secret during a rotation', () => {
    const header = signHumans2ai('{}', ['whsec_new', 'whsec_old'], NOW);
    for (const secret of ['whsec_new', 'whsec_old']) {
      const verdict = (ms: number) => verifyHumans2ai({ body: '{}', header, secrets: [secret], nowMs: NOW + ms });
      expect([verdict(TOLERANCE_MS), verdict(-TOLERANCE_MS)]).toEqual([{ ok: true }, { ok: true }]);
      expect(verdict(TOLERANCE_MS + 1)).toEqual({ ok: false, reason: 'too-old' });
      expect(verdict(-TOLERANCE_MS - 1)).toEqual({ ok: false, reason: 'from-the-future' });
    }
    expect(verifyHumans2ai({ body: '{}', header, secrets: ['', 'whsec_old'], nowMs: NOW })).toEqual({ ok: true });
    expect(verifyHumans2ai({ body: '{}', header, secrets: [''], nowMs: NOW })).toEqual({
      ok: false,
      reason: 'no-secret',
    });
  });

  it.each([
    ['', 'missing'],
    [undefined, 'missing'],
    ['nonsense', 'malformed'],
    [`t=${NOW}`, 'malformed'],
    [`t=,v1=${'0'.repeat(64)}`, 'malformed'],
    [`t=${NOW},t=${NOW},v1=${'0'.repeat(64)}`, 'malformed'],
    [`t=1e12,v1=${'0'.repeat(64)}`, 'malformed'],
    [`t=${NOW},v1=${'0'.repeat(63)}`, 'malformed'],
    [`t=${NOW},v0=${'0'.repeat(64)}`, 'malformed'],
    [`t=${NOW}${`,v1=${'0'.repeat(64)}`.repeat(9)}`, 'malformed'],
    [`t=${NOW},v1=${'0'.repeat(64)}`, 'mismatch'],
  ])('%s is refused as %s', (header, reason) => {
    expect(verifyHumans2ai({ body: '{}', header, secrets: [SECRET], nowMs: NOW })).toEqual({ ok: false, reason });
  });

  it('never throws, whatever the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (header) => {
        expect(verifyHumans2ai({ body: '', header, secrets: [SECRET], nowMs: NOW }).ok).toBe(false);
        expect(verifyAgrenting({ body: '', header, secrets: [SECRET] }).ok).toBe(false);
      }),
      { numRuns: RUNS, seed: 13 },
    );
  });
});

it('the signature of Agrenting is base64 of the HMAC over the body, with nothing in front', () => {
  const header = createHmac('sha256', SECRET).update('{"task_id":"1"}').digest('base64');
  expect(signAgrenting('{"task_id":"1"}', SECRET)).toBe(header);
  expect(verifyAgrenting({ body: '{"task_id":"1"}', header, secrets: ['x', SECRET] })).toEqual({ ok: true });
  expect(verifyAgrenting({ body: '{"task_id":"2"}', header, secrets: [SECRET] })).toEqual({
    ok: false,
    reason: 'mismatch',
  });
  const prefixed = `sha256=${header}`;
  expect(verifyAgrenting({ body: '{}', header: prefixed, secrets: [SECRET] })).toEqual({
    ok: false,
    reason: 'malformed',
  });
});
