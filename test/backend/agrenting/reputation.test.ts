import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rateFactor, reputationOf } from '../../../src/backend/domain/reputation.js';

const count = fc.bigInt({ min: 0n, max: 1_000_000n });

it('begins at 3.50, reaches 4.50 after twenty completed hirings and falls below 3.00 after two failures', () => {
  expect(reputationOf(0n, 0n)).toBe(350n);
  expect(reputationOf(19n, 0n)).toBeLessThan(450n);
  expect(reputationOf(20n, 0n)).toBe(450n);
  expect(reputationOf(0n, 2n)).toBe(292n);
  expect(reputationOf(0n, 1n)).toBe(318n);
});

it('stays between 0.00 and 5.00', () => {
  fc.assert(
    fc.property(count, count, (completed, failed) => {
      const reputation = reputationOf(completed, failed);
      expect(reputation >= 0n && reputation <= 500n).toBe(true);
    }),
  );
});

it('is never lowered by completed work and never raised by a failure', () => {
  fc.assert(
    fc.property(count, count, (completed, failed) => {
      const reputation = reputationOf(completed, failed);
      expect(reputationOf(completed + 1n, failed) >= reputation).toBe(true);
      expect(reputationOf(completed, failed + 1n) <= reputation).toBe(true);
    }),
  );
});

it('moves less the more history there is', () => {
  const loss = (completed: bigint) => reputationOf(completed, 0n) - reputationOf(completed, 1n);
  expect(loss(0n)).toBeGreaterThan(loss(10n));
  expect(loss(10n)).toBeGreaterThan(loss(100n));
});

it('doubles limits from 4.50 on, halves them below 3.00, and leaves those without a reputation alone', () => {
  expect([450n, 449n, 300n, 299n, undefined].map(rateFactor)).toEqual([2, 1, 1, 0.5, 1]);
});
