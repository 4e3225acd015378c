import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNIT } from '../../src/money.js';
import type { Limit } from '../../src/spending/policy.js';
import { operationOf, refusalOf, type TestBridge } from './support/bridge.js';
import { lostWrites, openStage, paying, type Stage } from './support/stage.js';
import { pay, payOut } from './support/tools.js';

const HOUR = 3_600_000;
const usd = (units: bigint): readonly Limit[] => [{ units: units * UNIT, currency: 'USD' }];
const total = 10n * UNIT;
let stage: Stage;
beforeEach(async () => {
  stage = await openStage('agrenting', { units: 1_000 });
});
afterEach(() => stage.close());

const idOf = async (bridge: TestBridge, args: unknown): Promise<string> => {
  const answer = await bridge.call(pay, args);
  return answer.kind === 'result' ? String(answer.result.id) : '';
};

describe('--max-per-call', () => {
  it('lets through what it names and nothing above it', async () => {
    const bridge = stage.bridge({ policy: { maxPerCall: usd(5n) } });
    await bridge.call(pay, paying('at', { amount: '5.00' }));
    const above = await refusalOf(() => bridge.call(pay, paying('above', { amount: '5.00000001' })));
    expect(above).toMatchObject({ code: 'LIMIT_EXCEEDED', changed: 'no' });
    expect(await stage.effects()).toBe(1);
  });

  it('also holds for money that is in escrow already and would be paid out', async () => {
    const id = await idOf(stage.bridge(), paying('big', { amount: '50.00' }));
    const bridge = stage.bridge({ policy: { maxPerCall: usd(5n) } });
    expect(await refusalOf(() => bridge.call(payOut, { id }))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

describe('--max-per-day', () => {
  it('counts what every bridge committed in 24 hours, also after a restart', async () => {
    const open = () => stage.bridge({ policy: { maxPerDay: usd(10n) } });
    await open().call(pay, paying('one', { amount: '6.00' }));
    const over = await refusalOf(() => open().call(pay, paying('two', { amount: '4.01' })));
    expect(over).toMatchObject({ code: 'LIMIT_EXCEEDED', changed: 'no' });
    await open().call(pay, paying('three', { amount: '4.00' }));
    stage.time += 24 * HOUR - 1;
    expect(await refusalOf(() => open().call(pay, paying('four', { amount: '0.01' })))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    stage.time += 1;
    await open().call(pay, paying('four', { amount: '10.00' }));
    expect(await stage.effects()).toBe(3);
  });

  it('is not passed by sixteen calls of two bridges at once', async () => {
    const bridges = [1, 2].map(() => stage.bridge({ policy: { maxPerDay: usd(10n) } }));
    const calls = Array.from({ length: 16 }, (_, n) => bridges[n % 2]?.call(pay, paying(`n${n}`, { amount: '3.00' })));
    const settled = await Promise.allSettled(calls);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const one of settled) {
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ facts: { code: 'LIMIT_EXCEEDED', changed: 'no' } });
    }
    expect(await stage.effects()).toBe(3);
    expect(1_000n * UNIT - (await stage.market.available('user:test'))).toBe(9n * UNIT);
  });

  it('counts an open outcome, not a refusal, and a resume only once', async () => {
    const bridge = stage.bridge({ policy: { maxPerDay: usd(10n) } });
    stage.wire = lostWrites(stage);
    await refusalOf(() => bridge.call(pay, paying('open', { amount: '6.00' })));
    expect(await bridge.journal.spentToday('USD')).toBe((total * 6n) / 10n);
    expect(await refusalOf(() => bridge.call(pay, paying('more', { amount: '5.00' })))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    stage.wire = (request) => stage.market.fetch(request);
    await bridge.call(pay, paying('open', { amount: '6.00' }));
    expect(await bridge.journal.spentToday('USD')).toBe((total * 6n) / 10n);
    const rich = stage.bridge();
    expect(await refusalOf(() => rich.call(pay, paying('yacht', { amount: '5000.00' })))).toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
    });
    expect(await bridge.journal.spentToday('USD')).toBe((total * 6n) / 10n);
  });

  it('forgets nothing when the clock is set back', async () => {
    const bridge = stage.bridge({ policy: { maxPerDay: usd(10n) } });
    await bridge.call(pay, paying('one', { amount: '6.00' }));
    stage.time -= 48 * HOUR;
    expect(await refusalOf(() => bridge.call(pay, paying('two', { amount: '6.00' })))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('does not use up the confirmation of a call that it stops', async () => {
    const bridge = stage.bridge({ policy: { confirm: 'token', maxPerDay: usd(10n) } });
    const prepared = await bridge.call(pay, paying('one', { amount: '6.00' }));
    const confirmation_token = operationOf(prepared).confirmation_token;
    await stage.bridge().call(pay, paying('other', { amount: '6.00' }));
    const one = paying('one', { amount: '6.00', confirmation_token });
    expect(await refusalOf(() => bridge.call(pay, one))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await stage.bridge().call(pay, one);
    expect(await stage.effects()).toBe(2);
  });
});

describe('--allow-payee', () => {
  const bridge = () => stage.bridge({ policy: { payees: ['did:a'] } });

  it('refuses a payment to anybody else', async () => {
    await bridge().call(pay, paying('a'));
    expect(await refusalOf(() => bridge().call(pay, paying('b', { payee: 'did:b' })))).toMatchObject({
      code: 'PAYEE_NOT_ALLOWED',
      changed: 'no',
    });
    expect(await stage.effects()).toBe(1);
  });

  it('also refuses to pay out escrowed money to anybody else', async () => {
    const id = await idOf(stage.bridge(), paying('b', { payee: 'did:b' }));
    expect(await refusalOf(() => bridge().call(payOut, { id }))).toMatchObject({ code: 'PAYEE_NOT_ALLOWED' });
  });
});

describe('a dry run', () => {
  it('shows what would be done and whether the limits allow it, without a token', async () => {
    const bridge = stage.bridge({ policy: { confirm: 'token', maxPerCall: usd(5n) } });
    const request = (amount: string) => ({
      tool: pay,
      call: pay.money?.(paying('x', { amount })) ?? never(),
      account: bridge.account,
      context: bridge.context(pay),
    });
    expect(await bridge.gate.preview(request('2.00'))).toMatchObject({ payee: 'did:a', allowed: 'yes' });
    expect(await bridge.gate.preview(request('6.00'))).toMatchObject({
      allowed: expect.stringContaining('--max-per-call'),
    });
    expect(await bridge.journal.waiting()).toHaveLength(0);
    expect(stage.writes).toHaveLength(0);
  });
});

function never(): never {
  throw new Error('the tool moves no money');
}
