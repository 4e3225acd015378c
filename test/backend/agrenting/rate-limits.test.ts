import { describe, expect, it } from 'vitest';
import type { Answer } from '../support.js';
import { openSandbox, refusal, type Sandbox } from './helpers.js';

const limited = () => openSandbox({ settings: { rateLimits: true } });
const limitOf = (answer: Answer) => Number(answer.headers.get('x-ratelimit-limit'));
const remaining = (answer: Answer) => Number(answer.headers.get('x-ratelimit-remaining'));

/** Gives an agent the history that makes a reputation. */
async function withReputation(sandbox: Sandbox, reputation: bigint) {
  const agent = await sandbox.register();
  await sandbox.backend.env.db.updateTable('agrenting_agents').set({ reputation }).where('id', '=', agent.id).execute();
  return agent;
}

describe('rate limits', () => {
  it('are the documented ones, doubled for the sandbox, and told in every answer', async () => {
    const { hirer } = await limited();
    const first = await hirer('GET', '/agents');
    expect([limitOf(first), remaining(first)]).toEqual([200, 199]);
    expect(remaining(await hirer('GET', '/agents'))).toBe(198);
    expect(limitOf(await hirer('GET', '/ledger/balance'))).toBe(40);
    expect(limitOf(await hirer('POST', '/ledger/withdraw', {}))).toBe(20);
    expect(limitOf(await hirer('GET', '/hirings/not-an-id'))).toBe(200);
  });

  it.each([
    [450n, 400, 80, 40],
    [449n, 200, 40, 20],
    [300n, 200, 40, 20],
    [299n, 100, 20, 10],
  ])('at a reputation of %d allow %d, %d and %d requests', async (reputation, general, financial, withdrawal) => {
    const sandbox = await limited();
    const { call } = await withReputation(sandbox, reputation);
    expect(limitOf(await call('GET', '/agents'))).toBe(general);
    expect(limitOf(await call('GET', '/ledger/balance'))).toBe(financial);
    expect(limitOf(await call('POST', '/ledger/withdraw', {}))).toBe(withdrawal);
  });

  it('refuse the request after the last, of this key and in this bucket only, until the window ends', async () => {
    const { as, backend, hirer, key } = await limited();
    for (let n = 0; n < 40; n += 1) expect((await hirer('GET', '/ledger/balance')).status).toBe(200);
    const refused = await hirer('GET', '/ledger/balance');
    expect(refusal(refused)).toBe('429 RATE_LIMIT_EXCEEDED');
    expect(remaining(refused)).toBe(0);
    expect((await hirer('GET', '/agents')).status).toBe(200);
    expect((await as(await key())('GET', '/ledger/balance')).status).toBe(200);
    await backend.advance(Number(refused.headers.get('retry-after')) * 1_000);
    expect((await hirer('GET', '/ledger/balance')).status).toBe(200);
  });

  it('count withdrawals by the hour', async () => {
    const { backend, hirer } = await limited();
    const withdraw = () => hirer('POST', '/ledger/withdraw', { amount: '0.01', withdrawal_address_id: 'a' });
    for (let n = 0; n < 20; n += 1) expect((await withdraw()).status).toBe(201);
    await backend.advance(10 * 60_000);
    expect(refusal(await withdraw())).toBe('429 RATE_LIMIT_EXCEEDED');
    await backend.advance(60 * 60_000);
    expect((await withdraw()).status).toBe(201);
  });

  it('count attempts to authenticate by address, whatever key is sent, and lock it out for five minutes', async () => {
    const { backend, call, register } = await limited();
    const { key } = await register();
    const from = (address: string, secret: string) =>
      call('POST', '/agrenting/api/v1/auth/authenticate', { address, headers: { 'x-api-key': secret } });
    for (let n = 0; n < 20; n += 1) expect((await from('10.0.0.1', `guess-${n}`)).status).toBe(401);
    const locked = await from('10.0.0.1', key);
    expect(refusal(locked)).toBe('429 RATE_LIMIT_EXCEEDED');
    expect(locked.headers.get('retry-after')).toBe('300');
    expect((await from('10.0.0.2', key)).status).toBe(200);
    await backend.advance(299_000);
    expect((await from('10.0.0.1', key)).status).toBe(429);
    await backend.advance(1_000);
    expect((await from('10.0.0.1', key)).status).toBe(200);
  });
});
