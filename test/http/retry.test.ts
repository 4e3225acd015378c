import { describe, expect, it } from 'vitest';
import { faultOf, retryAfterMs, retryDelay, shouldRetry } from '../../src/http/retry.js';
import { read, write } from './support.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const readAs = (value: string | null) => retryAfterMs(value, NOW);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1_000],
    [' 2 ', 2_000],
    ['0.5', 500],
    ['-5', 0],
    ['86400', 86_400_000],
    ['Sat, 21 Nov 2026 12:00:07 GMT', 7_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['9'.repeat(400), 31_536_000_000],
    ['Sat, 21 Nov 3026 12:00:07 GMT', 31_536_000_000],
  ])('reads %j as %d ms', (value, ms) => {
    expect(readAs(value)).toBe(ms);
  });

  // Date.parse makes a date of most of these.
  it.each([
    null,
    '',
    'garbage',
    'try 5',
    'in 3 days',
    '1e3',
    '0x10',
    'Infinity',
    'NaN',
    '1,5',
    'May 2026',
    '5; 6',
    '12:00',
  ])('ignores %j', (value) => {
    expect(readAs(value)).toBeUndefined();
  });
});

describe('the wait before another attempt', () => {
  const headers = (value: string) => new Headers({ 'retry-after': value });

  it('is what the server asks for, up to 20 seconds, and none at all when it asks for more', () => {
    expect(retryDelay(1, headers('20'), NOW, () => 0.5)).toBe(20_000);
    expect(retryDelay(1, headers('21'), NOW, () => 0.5)).toBeUndefined();
    expect(retryDelay(1, headers('86400'), NOW, () => 0.5)).toBeUndefined();
  });

  it('is full jitter under a doubling bound otherwise', () => {
    const bounds = [1, 2, 3].map((attempt) => retryDelay(attempt, undefined, NOW, () => 1));
    expect(bounds).toEqual([500, 1_000, 2_000]);
    expect(retryDelay(3, headers('garbage'), NOW, () => 0)).toBe(0);
  });
});

describe('what is tried again', () => {
  const reply = (status: number, headers: Record<string, string> = {}) => ({ status, headers: new Headers(headers) });

  it('is the listed statuses, and a 409 that says when', () => {
    const tried = Array.from({ length: 500 }, (_, at) => at + 100).filter((status) => shouldRetry(reply(status)));
    expect(tried).toEqual([408, 425, 429, 500, 502, 503, 504]);
    expect(shouldRetry(reply(409, { 'retry-after': '1' }))).toBe(true);
    expect(shouldRetry(reply(422, { 'retry-after': '1' }))).toBe(false);
  });
});

describe('a fault', () => {
  const signal = new AbortController().signal;
  const state = { signal, ambiguous: false, sent: true };
  const failed = (facts: Record<string, unknown>) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('low level'), facts) });
  const changedBy = (error: unknown, given = state) => faultOf(error, write, given).fault.facts.changed;

  it('of the connection itself proves that nothing was changed', () => {
    expect(changedBy(failed({ code: 'ECONNREFUSED' }))).toBe('no');
    expect(changedBy(failed({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }))).toBe('no');
    expect(changedBy(failed({ code: 'UND_ERR_CONNECT_TIMEOUT' }))).toBe('no');
    expect(changedBy(failed({ code: 'ETIMEDOUT', syscall: 'connect' }))).toBe('no');
  });

  it('that also kills an open connection proves nothing', () => {
    expect(changedBy(failed({ code: 'ETIMEDOUT', syscall: 'read' }))).toBe('unknown');
    expect(changedBy(failed({ code: 'EHOSTUNREACH', syscall: 'read' }))).toBe('unknown');
    expect(changedBy(failed({ code: 'ENETUNREACH', syscall: 'write' }))).toBe('unknown');
    expect(changedBy(failed({ code: 'ECONNRESET', syscall: 'read' }))).toBe('unknown');
    expect(changedBy('a thrown string')).toBe('unknown');
  });

  it('of every address of a host counts only when all of them were never reached', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const unreachable = Object.assign(new Error('unreachable'), { code: 'ENETUNREACH', syscall: 'connect' });
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    const all = (...errors: Error[]) => new TypeError('fetch failed', { cause: new AggregateError(errors) });
    expect(changedBy(all(refused, unreachable))).toBe('no');
    expect(changedBy(all(refused, reset))).toBe('unknown');
    expect(changedBy(all())).toBe('unknown');
  });

  it('of a certificate is final, and nothing was sent', () => {
    for (const code of ['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
      const { fault, again } = faultOf(failed({ code }), write, state);
      expect([fault.facts.changed, again]).toEqual(['no', false]);
      expect(fault.facts.next).toContain('NODE_EXTRA_CA_CERTS');
    }
  });

  it('after an attempt whose answer was lost never says that nothing was changed', () => {
    const ambiguous = { ...state, ambiguous: true };
    for (const facts of [{ code: 'ECONNREFUSED' }, { code: 'CERT_HAS_EXPIRED' }, {}]) {
      const { facts: told } = faultOf(failed(facts), write, ambiguous).fault;
      expect(told).toMatchObject({ changed: 'unknown', code: 'OUTCOME_UNKNOWN', retrySafe: true });
    }
  });

  it('of a read never says that anything may have changed', () => {
    expect(faultOf(failed({}), read, { ...state, ambiguous: true }).fault.facts).toMatchObject({
      changed: 'no',
      code: 'UNAVAILABLE',
    });
  });

  it('whose cause is itself is understood all the same', () => {
    const error = new Error('round and round');
    error.cause = error;
    expect(changedBy(error)).toBe('unknown');
  });
});
