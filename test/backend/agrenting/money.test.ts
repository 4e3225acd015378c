import { describe, expect, it } from 'vitest';
import { audit } from '../../../src/backend/domain/ledger.js';
import { at } from '../support.js';
import { data, list, openSandbox, refusal, type Sandbox, text } from './helpers.js';

const entries = async (sandbox: Sandbox, query = '', call = sandbox.hirer) =>
  list(data(await call('GET', `/ledger/transactions${query}`))).map((entry) => [
    at(entry, 'type'),
    at(entry, 'amount'),
  ]);

describe('deposits', () => {
  it('give an address at once and the money when the provider has confirmed it', async () => {
    const sandbox = await openSandbox();
    const answer = await sandbox.hirer('POST', '/ledger/deposit', {
      amount: '25.00',
      currency: 'USD',
      payment_method: 'crypto',
    });
    expect(answer.status).toBe(201);
    expect(data(answer)).toMatchObject({
      status: 'pending',
      amount: '25.00',
      deposit_address: expect.stringMatching(/^sandbox1/),
    });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
    const pending = await sandbox.hirer('GET', '/ledger/transactions?status=pending');
    expect(data(pending)).toMatchObject([{ id: text(answer, 'transaction_id'), status: 'pending', amount: '25.00' }]);
    await sandbox.backend.advance(5_000);
    expect(await sandbox.money()).toEqual({ available: '1025.00', escrow: '0.00' });
    const posted = data(await sandbox.hirer('GET', '/ledger/transactions?type=deposit'));
    expect(posted).toMatchObject([{ id: text(answer, 'transaction_id'), status: 'completed', amount: '25.00' }]);
    expect(data(await sandbox.hirer('GET', '/ledger/transactions?status=pending'))).toEqual([]);
  });

  it('are posted once, however often their confirmation arrives', async () => {
    const sandbox = await openSandbox();
    const { env } = sandbox.backend;
    const deposit = text(await sandbox.hirer('POST', '/ledger/deposit', { amount: '25.00' }), 'transaction_id');
    const late = { kind: 'payment.confirm', subject: deposit, inMs: 10_000 };
    await env.jobs.schedule(env.db, late);
    await env.jobs.schedule(env.db, late);
    await sandbox.backend.advance(20_000);
    expect(await sandbox.money()).toEqual({ available: '1025.00', escrow: '0.00' });
  });

  it('are made once under one idempotency key', async () => {
    const sandbox = await openSandbox();
    const headers = { 'x-idempotency-key': 'deposit-1' };
    const both = [
      await sandbox.hirer('POST', '/ledger/deposit', { amount: '25.00' }, headers),
      await sandbox.hirer('POST', '/ledger/deposit', { amount: '25.00' }, headers),
    ];
    expect(both[1]?.text).toBe(both[0]?.text);
    await sandbox.backend.advance(5_000);
    expect(await sandbox.money()).toEqual({ available: '1025.00', escrow: '0.00' });
  });

  it('by card answer a payment address, also as a payment intent', async () => {
    const sandbox = await openSandbox();
    const card = await sandbox.hirer('POST', '/ledger/deposit', { amount: '5.00', payment_method: 'card' });
    expect(data(card)).toMatchObject({
      deposit_address: null,
      payment_url: expect.stringMatching(/^https:.*\.invalid\//),
    });
    const intent = await sandbox.hirer('POST', '/payments/create-intent', { amount: '5.00', payment_type: 'crypto' });
    expect(data(intent)).toMatchObject({
      id: expect.any(String),
      status: 'pending',
      address: expect.any(String),
      payment_url: null,
    });
    await sandbox.backend.advance(5_000);
    expect(await sandbox.money()).toEqual({ available: '1010.00', escrow: '0.00' });
  });

  it.each(['0', '0.00', '-1.00', '1.000000001', '1000000.01'])('refuse %s as INVALID_AMOUNT', async (amount) => {
    const { hirer } = await openSandbox();
    for (const path of ['/ledger/deposit', '/payments/create-intent']) {
      expect(refusal(await hirer('POST', path, { amount }))).toBe('422 INVALID_AMOUNT');
    }
    const withdrawal = { amount, withdrawal_address_id: 'a' };
    expect(refusal(await hirer('POST', '/ledger/withdraw', withdrawal))).toBe('422 INVALID_AMOUNT');
  });

  it.each([
    ['a number', 25],
    ['a word', 'lots'],
    ['an exponent', '1e3'],
    ['nothing', undefined],
  ])('refuse %s as VALIDATION_ERROR', async (_, amount) => {
    const { hirer } = await openSandbox();
    expect(refusal(await hirer('POST', '/ledger/deposit', { amount }))).toBe('422 VALIDATION_ERROR');
  });

  it('are in USD only', async () => {
    const { hirer } = await openSandbox();
    expect(refusal(await hirer('POST', '/ledger/deposit', { amount: '1', currency: 'EUR' }))).toBe(
      '422 VALIDATION_ERROR',
    );
  });
});

describe('withdrawals', () => {
  it('leave the balance at once and are carried out a little later', async () => {
    const sandbox = await openSandbox();
    const body = { amount: '400.00', withdrawal_address_id: 'my-bank' };
    const answer = await sandbox.hirer('POST', '/ledger/withdraw', body);
    expect(data(answer)).toMatchObject({ status: 'processing', amount: '400.00' });
    expect(await sandbox.money()).toEqual({ available: '600.00', escrow: '0.00' });
    await sandbox.backend.advance(5_000);
    const { db } = sandbox.backend.env;
    const payment = db
      .selectFrom('agrenting_payments')
      .select('status')
      .where('id', '=', text(answer, 'transaction_id'));
    expect(await payment.executeTakeFirst()).toEqual({ status: 'completed' });
  });

  it('are refused when the available money does not cover them, also when escrowed money would', async () => {
    const sandbox = await openSandbox();
    await sandbox.hire('steady', { price: '700.00' });
    const withdraw = (amount: string) =>
      sandbox.hirer('POST', '/ledger/withdraw', { amount, withdrawal_address_id: 'a' });
    expect(refusal(await withdraw('300.01'))).toBe('422 INSUFFICIENT_BALANCE');
    expect((await withdraw('300.00')).status).toBe(201);
    expect(await sandbox.money()).toEqual({ available: '0.00', escrow: '700.00' });
  });

  it('need a key without restrictions', async () => {
    const { as, key } = await openSandbox();
    const narrow = as(await key({ scopes: ['balance:read', 'deposits:create', 'account:write', 'hire:create'] }));
    const body = { amount: '1.00', withdrawal_address_id: 'a' };
    expect(refusal(await narrow('POST', '/ledger/withdraw', body))).toBe('403 FORBIDDEN');
  });

  it('let an agent take out what it earned', async () => {
    const sandbox = await openSandbox();
    const id = text(await sandbox.agent('GET', '/hirings/pending'), 0, 'id');
    await sandbox.agent('POST', `/hirings/${id}/result`, { output: 'done' });
    const body = { amount: '4.75', withdrawal_address_id: 'a' };
    expect((await sandbox.agent('POST', '/ledger/withdraw', body)).status).toBe(201);
    expect(await entries(sandbox, '', sandbox.agent)).toEqual([
      ['withdrawal', '-4.75'],
      ['release', '4.75'],
    ]);
  });
});

describe('the statement', () => {
  it('shows what moved the available money, signed, newest first, with the hiring it was for', async () => {
    const sandbox = await openSandbox();
    const id = await sandbox.hire('faulty', { price: '10.00' });
    await sandbox.backend.advance(2_000);
    await sandbox.hire('swift', { price: '2.00' });
    await sandbox.backend.advance(1_000);
    expect(await entries(sandbox)).toEqual([
      ['lock', '-2.00'],
      ['refund', '10.00'],
      ['lock', '-10.00'],
      ['grant', '1000.00'],
    ]);
    expect(data(await sandbox.hirer('GET', '/ledger/transactions?type=refund'), 0)).toMatchObject({
      hiring_id: id,
      task_id: null,
    });
    expect(await entries(sandbox, '?type=lock')).toEqual([
      ['lock', '-2.00'],
      ['lock', '-10.00'],
    ]);
  });

  it('pages by cursor without gap or repeat, and by offset', async () => {
    const sandbox = await openSandbox();
    for (let n = 1; n <= 6; n += 1) await sandbox.hire('steady', { price: `${n + 4}.00` });
    const all = await entries(sandbox);
    expect(all).toHaveLength(7);
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const page = await sandbox.hirer('GET', `/ledger/transactions?limit=2${cursor}`);
      seen.push(...list(data(page)).map((entry) => [at(entry, 'type'), at(entry, 'amount')]));
      const next = at(page.body, 'meta', 'pagination', 'cursor');
      expect(at(page.body, 'meta', 'pagination')).toMatchObject({ total_count: 7, has_more: next !== null });
      cursor = next === null ? '' : `&cursor=${next}`;
    } while (cursor !== '');
    expect(seen).toEqual(all);
    expect(await entries(sandbox, '?limit=2&offset=3')).toEqual(all.slice(3, 5));
    expect(refusal(await sandbox.hirer('GET', '/ledger/transactions?cursor=nonsense'))).toBe('422 VALIDATION_ERROR');
  });

  it('belongs to its account', async () => {
    const sandbox = await openSandbox();
    const stranger = sandbox.as(await sandbox.key({ account: '0d3a0000-0000-4000-8000-000000000099' }));
    expect(await entries(sandbox, '', stranger)).toEqual([]);
    expect(data(await stranger('GET', '/ledger/balance'))).toEqual({
      available: '0.00',
      escrow: '0.00',
      total: '0.00',
      currency: 'USD',
    });
  });
});

it('sums to zero after all of it', async () => {
  const sandbox = await openSandbox();
  await sandbox.hirer('POST', '/ledger/deposit', { amount: '0.00000001' });
  for (const agent of ['swift', 'faulty', 'offline', 'artist', 'steady'])
    await sandbox.hire(agent, { price: '33.33333333' });
  await sandbox.backend.advance(4_000);
  await sandbox.hirer('POST', '/ledger/withdraw', { amount: '0.33333333', withdrawal_address_id: 'a' });
  const { sums, escrowGap, negative } = await audit(sandbox.backend.env.db);
  expect(sums.USD).toBe(0n);
  expect([escrowGap, negative]).toEqual([0n, 0n]);
});
