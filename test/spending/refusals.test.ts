import { describe, expect, it } from 'vitest';
import { describeError, ERROR_CODES, HirewireError } from '../../src/errors.js';
import type { Operation } from '../../src/spending/journal.js';
import { checkDay, checkPolicy, openPolicy } from '../../src/spending/policy.js';
import * as refusals from '../../src/spending/refusals.js';

const operation: Operation = {
  key: 'hw_1',
  tool: 'pay',
  marketplace: 'agrenting',
  role: 'agrenting.hirer',
  account: 'agrenting.hirer/default',
  origin: 'https://market.test/',
  credential: 'c0ffee',
  digest: 'd1',
  args: null,
  with_secret: 0n,
  state: 'done',
  amount: 250_000_000n,
  currency: 'USD',
  spends: 1n,
  payee: 'did:a',
  confirmed_by: 'nobody: --confirm never',
  attempts: 1n,
  created_at: 0n,
  updated_at: 0n,
  result: '{"id":"h1"}',
  error_code: null,
};

const thrown = (action: () => void): HirewireError => {
  try {
    action();
  } catch (error) {
    if (error instanceof HirewireError) return error;
  }
  throw new Error('nothing was refused');
};

const preview = { sentence: '', amount: { units: 5n, currency: 'USD' }, spends: true, payee: 'did:b', version: {} };
const one = [{ units: 1n, currency: 'USD' }];

const all: Record<string, HirewireError> = {
  malformed: refusals.malformed(),
  expired: refusals.expired(),
  usedElsewhere: refusals.usedElsewhere(),
  burnt: refusals.burnt(),
  otherArguments: refusals.otherArguments(),
  resourceChanged: refusals.resourceChanged(),
  declined: refusals.declined(),
  declinedAtOnce: refusals.declinedAtOnce(),
  cancelled: refusals.cancelled(),
  cannotAsk: refusals.cannotAsk('c1'),
  keyForOtherCall: refusals.keyForOtherCall(),
  keyRefusedBefore: refusals.keyRefusedBefore('INSUFFICIENT_BALANCE'),
  tooManyWaiting: refusals.tooManyWaiting(),
  journalUnavailable: refusals.journalUnavailable(new Error('disk full')),
  possibleDuplicate: refusals.possibleDuplicate(operation),
  overTheLimit: thrown(() => checkPolicy({ ...openPolicy, maxPerCall: one }, preview)),
  payeeNotAllowed: thrown(() => checkPolicy({ ...openPolicy, payees: ['did:a'] }, preview)),
};

describe('every refusal of the gate', () => {
  it.each(Object.entries(all))('%s says last that nothing was changed', (_, { facts }) => {
    expect(describeError(facts).endsWith('Nothing was changed.')).toBe(true);
    expect(describeError(facts).match(/Nothing was changed\./g)).toHaveLength(1);
    expect(facts.message).toMatch(/^[A-Z].*\.$/);
    expect(facts.next).toMatch(/^[A-Z].*\.$/);
  });

  it('has a code of its own, from the closed list', () => {
    const codes = Object.values(all).map(({ facts }) => facts.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(ERROR_CODES).toContain(code);
  });

  it('of a limit names the setting to change', () => {
    expect(all.overTheLimit?.facts.message).toContain('--max-per-call');
    const overTheDay = thrown(() => checkDay({ ...openPolicy, maxPerDay: one }, { units: 1n, currency: 'USD' }, 1n));
    expect(overTheDay.facts).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('--max-per-day'),
    });
    expect(all.payeeNotAllowed?.facts.message).toContain('--allow-payee');
  });

  it('keeps the reason of a broken journal for the log and out of what the model reads', () => {
    const { facts, cause } = refusals.journalUnavailable(new Error('SQLITE_FULL at /home/alice/operations.db'));
    expect(JSON.stringify(facts)).not.toContain('alice');
    expect(cause).toBeInstanceOf(Error);
  });
});

describe('an outcome that stays open', () => {
  it('never says that nothing was changed, and names the operation', () => {
    const { facts } = refusals.stillOpen('hw_1', 'It is open.', 'Look.');
    expect(describeError(facts)).not.toContain('Nothing was changed');
    expect(facts).toMatchObject({ code: 'OUTCOME_UNKNOWN', changed: 'unknown', details: { operation_id: 'hw_1' } });
  });
});
