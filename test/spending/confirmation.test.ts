import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPolicy } from '../../src/spending/policy.js';
import { operationOf, refusalOf, type TestBridge, tokenOf } from './support/bridge.js';
import { openStage, paying, type Stage } from './support/stage.js';
import { leanTools, pay, payOut } from './support/tools.js';

const MINUTE = 60_000;
let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const CAN_ASK = { canAsk: true };
async function asked(bridge: TestBridge, args: unknown = paying()): Promise<string> {
  const answer = await bridge.call(pay, args, CAN_ASK);
  if (answer.kind !== 'ask') throw new Error('it did not ask');
  return answer.confirmationId;
}
const answering = (confirmationId: string, action: 'accept' | 'decline' | 'cancel') => ({
  canAsk: true,
  answer: { confirmationId, action },
});

describe('a host that can ask', () => {
  const bridge = () => stage.bridge({ policy: { confirm: 'auto' } });

  it('asks with one sentence of typed facts, and pays when the person accepts', async () => {
    const ours = bridge();
    const answer = await ours.call(pay, paying(), CAN_ASK);
    expect(answer).toMatchObject({ kind: 'ask', question: expect.stringMatching(/^Pay 2\.50 USD to did:a/) });
    expect(await stage.effects()).toBe(0);
    stage.time += 5_000;
    const id = answer.kind === 'ask' ? answer.confirmationId : '';
    const done = await ours.call(pay, paying(), answering(id, 'accept'));
    expect(operationOf(done).confirmed_by).toBe('person, asked through the client');
    expect(await stage.effects()).toBe(1);
  });

  it('is answered with the first result when its "yes" comes twice, and nothing more is paid', async () => {
    const ours = bridge();
    const id = await asked(ours);
    const done = await ours.call(pay, paying(), answering(id, 'accept'));
    const again = await ours.call(pay, paying(), answering(id, 'accept'));
    expect(operationOf(again)).toMatchObject({ id: operationOf(done).id, replayed: true });
    expect(await stage.effects()).toBe(1);
  });

  it('that asked twice for the same call pays once, whatever the person answers twice', async () => {
    const ours = bridge();
    const [one, two] = [await asked(ours), await asked(ours)];
    await ours.call(pay, paying(), answering(one, 'accept'));
    const refusal = await refusalOf(() => ours.call(pay, paying(), answering(two, 'accept')));
    expect(refusal.code).toBe('POSSIBLE_DUPLICATE');
    expect(await stage.effects()).toBe(1);
  });

  it.each([
    ['decline', 2_000, 'DECLINED'],
    ['decline', 100, 'DECLINED_AT_ONCE'],
    ['cancel', 2_000, 'NOT_ANSWERED'],
  ] as const)('takes %s after %i ms as a no, for good', async (action, ms, code) => {
    const ours = bridge();
    const id = await asked(ours);
    stage.time += ms;
    expect(await refusalOf(() => ours.call(pay, paying(), answering(id, action)))).toMatchObject({
      code,
      changed: 'no',
    });
    const late = await refusalOf(() => ours.call(pay, paying(), answering(id, 'accept')));
    expect(late.code).toBe('CONFIRMATION_VOID');
    expect(await stage.effects()).toBe(0);
  });

  it('is believed for the call that was shown only', async () => {
    const ours = bridge();
    const id = await asked(ours);
    const other = paying('coffee', { amount: '99.00' });
    expect(await refusalOf(() => ours.call(pay, other, answering(id, 'accept')))).toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    expect(await refusalOf(() => ours.call(pay, paying(), answering('made-up', 'accept')))).toMatchObject({
      code: 'CONFIRMATION_MALFORMED',
    });
    stage.time += 5 * MINUTE;
    expect(await refusalOf(() => ours.call(pay, paying(), answering(id, 'accept')))).toMatchObject({
      code: 'CONFIRMATION_EXPIRED',
    });
    expect(await stage.effects()).toBe(0);
  });

  it('still asks when the model brings a token that it fetched by itself', async () => {
    const ours = bridge();
    const { token } = await ours.gate.prepare({
      tool: pay,
      call: pay.money?.(paying()) ?? never(),
      account: ours.account,
      context: ours.context(pay),
    });
    const args = paying('coffee', { confirmation_token: token });
    const answer = await ours.call(pay, args, CAN_ASK);
    expect(answer.kind).toBe('ask');
    expect(await stage.effects()).toBe(0);
    const id = answer.kind === 'ask' ? answer.confirmationId : '';
    const done = await ours.call(pay, args, answering(id, 'accept'));
    expect(operationOf(done).confirmed_by).toBe('person, asked through the client');
  });
});

describe('--confirm ask', () => {
  const bridge = () => stage.bridge({ policy: { confirm: 'ask' } });

  it('cannot be got round with a token of request_confirmation', async () => {
    const ours = bridge();
    const call = pay.money?.(paying()) ?? never();
    const { token } = await ours.gate.prepare({ tool: pay, call, account: ours.account, context: ours.context(pay) });
    const refusal = await refusalOf(() => ours.call(pay, paying('coffee', { confirmation_token: token })));
    expect(refusal).toMatchObject({ code: 'CONFIRMATION_REQUIRED', changed: 'no' });
    expect(await stage.effects()).toBe(0);
  });

  it.each([{}, { idempotency_key: 'a-key-of-mine' }])('acts after hirewire approve, with %j', async (key) => {
    const ours = bridge();
    const refusal = await refusalOf(() => ours.call(pay, paying('coffee', key)));
    expect(refusal).toMatchObject({ code: 'CONFIRMATION_REQUIRED', retrySafe: true });
    const id = String(refusal.details?.approve_command).split(' ').at(-1) ?? '';
    expect(await ours.journal.approve(id, 'approve_command')).toBe(true);
    const done = await ours.call(pay, paying('coffee', key));
    expect(operationOf(done).confirmed_by).toBe('person, with hirewire approve');
    expect(await stage.effects()).toBe(1);
    // One approval is one payment.
    const twin = paying('coffee', { idempotency_key: 'a-second-key' });
    expect(await refusalOf(() => ours.call(pay, twin))).toMatchObject({ code: 'CONFIRMATION_REQUIRED' });
  });

  it('refuses a finished twin although a later approval waits for it', async () => {
    const ours = bridge();
    const ids = [];
    for (let count = 0; count < 2; count += 1) {
      const { details } = await refusalOf(() => ours.call(pay, paying()));
      ids.push(String(details?.approve_command).split(' ').at(-1));
    }
    for (const id of ids) await ours.journal.approve(id ?? '', 'approve_command');
    await ours.call(pay, paying());
    expect(await refusalOf(() => ours.call(pay, paying()))).toMatchObject({ code: 'POSSIBLE_DUPLICATE' });
    expect(await stage.effects()).toBe(1);
  });
});

describe('a token', () => {
  const bridge = () => stage.bridge({ policy: { confirm: 'token' } });

  it('is void once what it is about has changed', async () => {
    const payer = stage.bridge();
    const paid = await payer.call(pay, paying());
    const id = paid.kind === 'result' ? String(paid.result.id) : '';
    const confirmation_token = tokenOf(await bridge().call(payOut, { id }));
    await stage.market.swap(id, '2');
    const refusal = await refusalOf(() => bridge().call(payOut, { id, confirmation_token }));
    expect(refusal).toMatchObject({ code: 'RESOURCE_CHANGED', changed: 'no' });
    await stage.market.swap(id, '1');
    await bridge().call(payOut, { id, confirmation_token });
  });

  it('is burnt by the fifth try to use it for something else', async () => {
    const ours = bridge();
    const confirmation_token = tokenOf(await ours.call(pay, paying()));
    for (let count = 0; count < 5; count += 1) {
      const other = paying('coffee', { amount: `${count + 3}.00`, confirmation_token });
      expect(await refusalOf(() => ours.call(pay, other))).toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
    }
    const right = paying('coffee', { confirmation_token });
    expect(await refusalOf(() => ours.call(pay, right))).toMatchObject({ code: 'CONFIRMATION_VOID', changed: 'no' });
    expect(await stage.effects()).toBe(0);
  });

  it('that was used cannot be burnt: its result stays within reach', async () => {
    const ours = bridge();
    const confirmation_token = tokenOf(await ours.call(pay, paying()));
    await ours.call(pay, paying('coffee', { confirmation_token }));
    for (let count = 0; count < 9; count += 1) {
      await refusalOf(() => ours.call(pay, paying('other', { confirmation_token })));
    }
    const again = await ours.call(pay, paying('coffee', { confirmation_token }));
    expect(operationOf(again).replayed).toBe(true);
  });

  it('lives five minutes by the clock, and not a day longer when the clock is set back', async () => {
    const ours = bridge();
    const confirmation_token = tokenOf(await ours.call(pay, paying()));
    stage.time -= 24 * 60 * MINUTE;
    const args = paying('coffee', { confirmation_token });
    expect(await refusalOf(() => ours.call(pay, args))).toMatchObject({ code: 'CONFIRMATION_EXPIRED' });
    stage.time += 24 * 60 * MINUTE + 5 * MINUTE - 1;
    await ours.call(pay, args);
    expect(await stage.effects()).toBe(1);
  });

  it('lies nowhere: the journal keeps its hash', async () => {
    const ours = bridge();
    const token = tokenOf(await ours.call(pay, paying()));
    await ours.call(pay, paying('coffee', { confirmation_token: token }));
    const rows = await stage.journal.db.selectFrom('confirmations').selectAll().execute();
    const operations = await stage.journal.db.selectFrom('operations').selectAll().execute();
    const text = JSON.stringify([rows, operations], (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).not.toContain(token);
    expect(text).not.toContain(token.slice(4));
  });

  it('is not made without end: the hundred-and-first that waits is refused', async () => {
    const ours = bridge();
    for (let count = 0; count < 100; count += 1) await ours.call(pay, paying(`n${count}`));
    expect(await refusalOf(() => ours.call(pay, paying('one more')))).toMatchObject({ code: 'TOO_MANY_WAITING' });
    stage.time += 5 * MINUTE;
    expect(operationOf(await ours.call(pay, paying('one more'))).outcome).toBe('confirmation_required');
  });
});

describe('who agreed', () => {
  it('is told as it was', async () => {
    const never = await stage.bridge().call(pay, paying('a'));
    const small = { ...openPolicy, confirm: 'auto', confirmAbove: [{ units: 250_000_000n, currency: 'USD' }] } as const;
    const below = await stage.bridge({ policy: small }).call(pay, paying('b'));
    const above = await stage.bridge({ policy: small }).call(pay, paying('c', { amount: '2.50000001' }));
    expect(operationOf(never).confirmed_by).toBe('nobody: --confirm never');
    expect(operationOf(below).confirmed_by).toBe('nobody: not above --confirm-above');
    expect(operationOf(above).outcome).toBe('confirmation_required');
    const token = paying('c', { amount: '2.50000001', confirmation_token: tokenOf(above) });
    expect(operationOf(await stage.bridge({ policy: small }).call(pay, token)).confirmed_by).toContain(
      'not proof of consent',
    );
    expect(leanTools.every((tool) => tool.confirm)).toBe(true);
  });
});

function never(): never {
  throw new Error('the tool moves no money');
}
