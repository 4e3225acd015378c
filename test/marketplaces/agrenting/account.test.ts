import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from '../context.js';
import { answering, call, json, openSandbox, type Sandbox } from './sandbox.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox.backend.close();
});

describe('the GitHub token', () => {
  const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
  const status = async () => await call('get_github_token_status', {}, sandbox.hirer);

  it('is stored, never shown, and deleted', async () => {
    expect(await status()).toEqual({ stored: false });
    const stored = await call('set_github_token', { token }, sandbox.hirer);
    expect(stored).toMatchObject({ stored: true });
    expect(await status()).toEqual(stored);
    for (const part of [token, token.slice(-4)]) expect(JSON.stringify([stored, await status()])).not.toContain(part);
    expect(await call('clear_github_token', {}, sandbox.hirer)).toEqual({ stored: false });
    expect(await status()).toEqual({ stored: false });
  });

  it('is not repeated in the refusal of a wrong one', async () => {
    const wrong = 'ghp_with a space_0123456789';
    const refusal = await refusalOf(() => call('set_github_token', { token: wrong }, sandbox.hirer));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENTS', changed: 'no' });
    expect(JSON.stringify(refusal)).not.toContain('0123456789');
  });

  it('stays hidden when the marketplace sends it back', async () => {
    const context = answering(sandbox.backend, () => json({ stored: true, token, hint: token.slice(-4) }));
    for (const name of ['get_github_token_status', 'clear_github_token']) {
      expect(await call(name, {}, context)).toEqual({ stored: true });
    }
    expect(await call('set_github_token', { token }, context)).toEqual({ stored: true });
  });

  it('can only be managed by a key that may', async () => {
    const error = { code: 'FORBIDDEN', message: 'Missing permission: account:write.' };
    const context = answering(sandbox.backend, () => Response.json({ errors: [error] }, { status: 403 }));
    for (const name of ['get_github_token_status', 'clear_github_token']) {
      expect(await refusalOf(() => call(name, {}, context))).toMatchObject({ code: 'FORBIDDEN', changed: 'no' });
    }
  });
});

describe('generate_deposit_address', () => {
  it('gives an address and charges nothing', async () => {
    const before = await call('check_balance', {}, sandbox.hirer);
    expect(await call('generate_deposit_address', { amount: '50.00' }, sandbox.hirer)).toMatchObject({
      transaction_id: expect.stringMatching(/./),
      status: 'pending',
      amount: '50.00',
      currency: 'USD',
      deposit_address: expect.stringMatching(/./),
    });
    expect(await call('check_balance', {}, sandbox.hirer)).toEqual(before);
  });

  it('says the same thing once when the marketplace was busy', async () => {
    const keys: (string | null)[] = [];
    const context = answering(sandbox.backend, (request) => {
      keys.push(request.headers.get('x-idempotency-key'));
      if (keys.length < 2) return new Response('', { status: 503 });
      return json({ transaction_id: 't1', status: 'pending', deposit_address: 'addr1' });
    });
    const deposit = await call('generate_deposit_address', { amount: '50.00' }, context);
    expect(deposit).toMatchObject({ transaction_id: 't1', amount: '50.00', deposit_address: 'addr1' });
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[\w-]{8,128}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it('refuses an amount of nothing, and one that is no amount', async () => {
    const nothing = await refusalOf(() => call('generate_deposit_address', { amount: '0' }, sandbox.hirer));
    expect(nothing).toMatchObject({ code: 'INVALID_ARGUMENTS', marketplaceCode: 'INVALID_AMOUNT', changed: 'no' });
    const wrong = await refusalOf(() => call('generate_deposit_address', { amount: '1e3' }, sandbox.hirer));
    expect(wrong.message).toContain('must be a decimal string');
  });
});
