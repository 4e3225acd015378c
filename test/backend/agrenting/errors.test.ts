import { describe, expect, it } from 'vitest';
import { envelope } from '../../../src/marketplaces/agrenting/envelope.js';
import type { Answer } from '../support.js';
import { HIRE, openSandbox, refusal, type Sandbox, text } from './helpers.js';

const SWIFT = '/agents/did:agrenting:swift/hire';

/** A paid task of the hirer that Steady works on. */
async function paidTask({ hirer, backend }: Sandbox): Promise<string> {
  const body = { capability: 'research', input: {}, payment_type: 'balance' };
  const id = text(await hirer('POST', '/tasks', body), 'id');
  await backend.advance(200);
  return id;
}

/** One way to each refusal. CONFLICT is this backend's word for a state that does not allow something. */
const WAYS: Record<string, (sandbox: Sandbox) => Promise<Answer>> = {
  VALIDATION_ERROR: ({ hirer }) => hirer('GET', '/agents?limit=0'),
  INVALID_AMOUNT: ({ hirer }) => hirer('POST', '/ledger/deposit', { amount: '0.00' }),
  NOT_FOUND: ({ hirer }) => hirer('GET', '/hirings/11111111-1111-4111-8111-111111111111'),
  ROUTE_NOT_FOUND: ({ hirer }) => hirer('GET', '/no/such/route'),
  UNAUTHORIZED: ({ as }) => as('ap_unknown')('GET', '/agents'),
  FORBIDDEN: ({ agent }) => agent('GET', '/hirings'),
  INSUFFICIENT_BALANCE: ({ hirer }) => hirer('POST', SWIFT, { ...HIRE, price: '1000.01' }),
  PAYMENT_FAILED: async ({ hirer, register }) => {
    const { id, call } = await register();
    const task = text(await hirer('POST', '/tasks', { provider_agent_id: id, capability: 'x', input: {} }), 'id');
    return await call('PUT', `/tasks/${task}/complete`, { output: 'unpaid work' });
  },
  RATE_LIMIT_EXCEEDED: async () => {
    const { hirer } = await openSandbox({ settings: { rateLimits: true } });
    for (let n = 0; n < 40; n += 1) await hirer('GET', '/ledger/balance');
    return await hirer('GET', '/ledger/balance');
  },
  CONFLICT: async ({ backend, hire, hirer }) => {
    const id = await hire('swift');
    await backend.advance(1_000);
    return await hirer('POST', `/hirings/${id}/cancel`);
  },
  IDEMPOTENCY_PENDING: async ({ hirer }) => {
    const send = () => hirer('POST', SWIFT, HIRE, { 'x-idempotency-key': 'k' });
    const [first, second] = await Promise.all([send(), send()]);
    return first.status === 409 ? first : second;
  },
  IDEMPOTENCY_MISMATCH: async ({ hirer }) => {
    await hirer('POST', SWIFT, HIRE, { 'x-idempotency-key': 'k' });
    return await hirer('POST', SWIFT, { ...HIRE, price: '3.00' }, { 'x-idempotency-key': 'k' });
  },
  IDEMPOTENCY_CONFLICT: async ({ hirer }) => {
    await hirer('POST', SWIFT, { ...HIRE, client_idempotency_key: 'k' });
    return await hirer('POST', SWIFT, { ...HIRE, client_idempotency_key: 'k', price: '3.00' });
  },
  ESCROW_LOCKED: async (sandbox) => {
    const id = await paidTask(sandbox);
    await sandbox.hirer('POST', `/tasks/${id}/dispute`, { reason: 'Wrong subject.' });
    return await sandbox.hirer('POST', `/tasks/${id}/cancel`);
  },
  DISPUTE_OPEN: async (sandbox) => {
    const id = await paidTask(sandbox);
    await sandbox.hirer('POST', `/tasks/${id}/dispute`, { reason: 'Wrong subject.' });
    return await sandbox.hirer('POST', `/tasks/${id}/dispute`, { reason: 'Still wrong.' });
  },
  AGENT_BUSY: ({ hirer }) => hirer('POST', '/agents/did:agrenting:busy/hire', HIRE),
  AGENT_UNAVAILABLE: ({ hirer }) => hirer('POST', '/tasks', { capability: 'nobody can do this', input: {} }),
  INTERNAL_ERROR: async ({ backend, hirer }) => {
    await backend.env.db.schema.dropTable('agrenting_webhooks').execute();
    return await hirer('GET', '/webhooks');
  },
};

describe('every documented error code', () => {
  it.each(Object.entries(envelope.codes))('%s is answered with its status and envelope', async (code, { status }) => {
    const sandbox = await openSandbox();
    const answer = await WAYS[code]?.(sandbox);
    expect(answer && refusal(answer)).toBe(`${status} ${code}`);
    expect(answer?.body).toEqual({
      data: null,
      meta: { version: '1.0', timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
      errors: [expect.objectContaining({ code, message: expect.stringMatching(/^[A-Z].*[.]$/s) })],
    });
  });

  it('is told with the time to wait where waiting helps', async () => {
    const limited = await WAYS.RATE_LIMIT_EXCEEDED?.(await openSandbox());
    expect(limited?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(limited?.text).toMatch(/Rate limit exceeded\. Retry after \d+ seconds\./);
    const pending = await WAYS.IDEMPOTENCY_PENDING?.(await openSandbox());
    expect(pending?.headers.get('retry-after')).toBe('1');
  });

  it('tells nothing of an error that nobody foresaw', async () => {
    const answer = await WAYS.INTERNAL_ERROR?.(await openSandbox());
    expect(answer?.text).not.toContain('agrenting_webhooks');
  });
});
