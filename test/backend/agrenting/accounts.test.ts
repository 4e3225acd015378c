import { describe, expect, it } from 'vitest';
import { hashSecret } from '../../../src/backend/clock.js';
import { UNIT } from '../../../src/money.js';
import { at } from '../support.js';
import { data, HIRE, openSandbox, refusal, text } from './helpers.js';

const AGENT = { name: 'New Agent', capabilities: ['testing'], base_price: '1.00' };

describe('registering an agent', () => {
  it('gives a key once, of which only a hash is stored, and lists the agent', async () => {
    const { backend, hirer } = await openSandbox();
    const answer = await hirer('POST', '/agents/register', {
      agent: { ...AGENT, metadata: { callback_auth_header: 'Bearer hush' } },
    });
    expect(answer.status).toBe(201);
    const key = text(answer, 'api_key');
    expect(key).toMatch(/^ak_live_/);
    expect(data(answer, 'agent')).toMatchObject({
      name: 'New Agent',
      did: expect.stringMatching(/^did:agrenting:new-agent-/),
      status: 'active',
      owner_id: expect.any(String),
    });
    expect(data(answer, 'legal')).toMatchObject({ terms: { version: expect.any(String) } });
    const credentials = await backend.env.db
      .selectFrom('credentials')
      .selectAll()
      .where('hash', '=', hashSecret(key))
      .execute();
    expect(credentials).toHaveLength(1);
    const dump = JSON.stringify(
      [
        credentials,
        await backend.env.db.selectFrom('agrenting_agents').selectAll().execute(),
        await backend.env.db.selectFrom('idempotency').selectAll().execute(),
      ],
      (_, value) => (typeof value === 'bigint' ? String(value) : value),
    );
    expect(dump).not.toContain(key);
    expect(dump).not.toContain('hush');
  });

  it('is not replayed under an idempotency key, because the answer carries a secret', async () => {
    const { hirer } = await openSandbox();
    const register = () => hirer('POST', '/agents/register', { agent: AGENT }, { 'x-idempotency-key': 'once' });
    const [first, second] = [await register(), await register()];
    expect(text(second, 'api_key')).not.toBe(text(first, 'api_key'));
  });

  it('takes a DID, but only one that is free', async () => {
    const { hirer } = await openSandbox();
    const agent = { ...AGENT, did: 'did:example:mine' };
    expect(data(await hirer('POST', '/agents/register', { agent }), 'agent')).toMatchObject({
      did: 'did:example:mine',
    });
    const taken = await hirer('POST', '/agents/register', { agent });
    expect(refusal(taken)).toBe('422 VALIDATION_ERROR');
    expect(at(taken.body, 'errors', 0, 'details')).toEqual({ did: ['is taken'] });
  });

  it('is open to anybody three times from an address, and without limit to users', async () => {
    const { call, hirer } = await openSandbox();
    const anonymous = (address: string) =>
      call('POST', '/agrenting/api/v1/agents/register', { address, body: { agent: AGENT } });
    for (let n = 0; n < 3; n += 1) expect(data(await anonymous('10.0.0.1'), 'agent', 'owner_id')).toBeNull();
    expect(refusal(await anonymous('10.0.0.1'))).toBe('403 FORBIDDEN');
    expect((await anonymous('10.0.0.2')).status).toBe(201);
    for (let n = 0; n < 4; n += 1) expect((await hirer('POST', '/agents/register', { agent: AGENT })).status).toBe(201);
  });

  it('needs account:write of a user, and is not for agents', async () => {
    const { agent, as, key } = await openSandbox();
    const narrow = as(await key({ scopes: ['account:read'] }));
    expect(refusal(await narrow('POST', '/agents/register', { agent: AGENT }))).toBe('403 FORBIDDEN');
    expect(refusal(await agent('POST', '/agents/register', { agent: AGENT }))).toBe('403 FORBIDDEN');
  });

  it.each([
    ['no capability', { capabilities: [] }],
    ['a capability with markup', { capabilities: ['<b>'] }],
    ['a DID that is none', { did: 'mine' }],
    ['no name', { name: '' }],
  ])('refuses %s', async (_, change) => {
    const { hirer } = await openSandbox();
    expect(refusal(await hirer('POST', '/agents/register', { agent: { ...AGENT, ...change } }))).toBe(
      '422 VALIDATION_ERROR',
    );
  });
});

describe('changing an agent', () => {
  it('is for the agent itself and its owner, and leaves out what stays', async () => {
    const { as, hirer, key, register } = await openSandbox();
    const { id, call } = await register({ description: 'As it was.' });
    expect(data(await call('PATCH', `/agents/${id}`, { agent: { base_price: '2.00' } }))).toMatchObject({
      base_price: '2.00',
      description: 'As it was.',
    });
    expect(data(await hirer('PATCH', `/agents/${id}`, { agent: { name: 'Renamed' } }))).toMatchObject({
      name: 'Renamed',
      base_price: '2.00',
    });
    const stranger = as(await key({ account: '0d3a0000-0000-4000-8000-000000000099' }));
    expect(refusal(await stranger('PATCH', `/agents/${id}`, { agent: {} }))).toBe('404 NOT_FOUND');
    expect(refusal(await call('PATCH', `/agents/${id}`, { agent: { base_price: '-1' } }))).toBe('422 INVALID_AMOUNT');
    expect(refusal(await call('PATCH', `/agents/${id}`, { agent: { status: 'banned' } }))).toBe('422 VALIDATION_ERROR');
  });

  it('does not bring a banned agent back: its own credentials are refused, and its owner cannot', async () => {
    const { backend, hirer, register } = await openSandbox();
    const { id, call } = await register();
    await backend.env.db.updateTable('agrenting_agents').set({ status: 'banned' }).where('id', '=', id).execute();
    expect(refusal(await call('PATCH', `/agents/${id}`, { agent: { status: 'active' } }))).toBe('403 FORBIDDEN');
    expect(refusal(await hirer('PATCH', `/agents/${id}`, { agent: { status: 'active' } }))).toBe('409 CONFLICT');
  });
});

describe('sessions of an agent', () => {
  it('are opened with a key in any header, answered under both names, and expire', async () => {
    const { as, backend, call, register } = await openSandbox();
    const { id, key } = await register();
    for (const headers of [{ 'x-api-key': key }, { 'api-key': key }, { authorization: `Bearer ${key}` }]) {
      const answer = await call('POST', '/agrenting/api/v1/auth/authenticate', { headers });
      expect(data(answer)).toMatchObject({ agent: { id, name: 'Newcomer' }, token: text(answer, 'session_token') });
    }
    const session = await as(key)('POST', '/auth/authenticate');
    const token = text(session, 'token');
    expect((await as(token)('GET', '/hirings/pending')).status).toBe(200);
    await backend.advance(Date.parse(text(session, 'expires_at')) - backend.env.clock.now());
    expect((await as(token)('GET', '/hirings/pending')).status).toBe(401);
  });

  it('are not opened for a user, a session or a stranger', async () => {
    const { as, hirer, register } = await openSandbox();
    const { key } = await register();
    const token = text(await as(key)('POST', '/auth/authenticate'), 'token');
    for (const call of [hirer, as(token), as('nonsense')]) {
      expect(refusal(await call('POST', '/auth/authenticate'))).toBe('401 UNAUTHORIZED');
    }
  });

  it('end alone when the session logs out, and together when the key does', async () => {
    const { as, register } = await openSandbox();
    const { key } = await register();
    const open = async () => as(text(await as(key)('POST', '/auth/authenticate'), 'token'));
    const [first, second, third] = [await open(), await open(), await open()];
    expect(data(await first('DELETE', '/auth/logout'))).toEqual({ revoked: 1 });
    expect((await first('GET', '/agents')).status).toBe(401);
    expect((await second('GET', '/agents')).status).toBe(200);
    expect(data(await as(key)('DELETE', '/auth/logout'))).toEqual({ revoked: 2 });
    expect((await second('GET', '/agents')).status).toBe(401);
    expect((await third('GET', '/agents')).status).toBe(401);
    expect((await as(key)('GET', '/agents')).status).toBe(200);
  });
});

describe('rotating a key', () => {
  it('kills the keys and sessions of an agent at once', async () => {
    const { as, register } = await openSandbox();
    const { key } = await register();
    const token = text(await as(key)('POST', '/auth/authenticate'), 'token');
    const fresh = text(await as(token)('POST', '/auth/rotate-key'), 'api_key');
    expect((await as(key)('GET', '/agents')).status).toBe(401);
    expect((await as(token)('GET', '/agents')).status).toBe(401);
    expect((await as(fresh)('GET', '/agents')).status).toBe(200);
  });

  it('keeps the permissions and the cap of a user token, and leaves other tokens alone', async () => {
    const { as, hirer, key } = await openSandbox();
    const old = await key({ scopes: ['hire:create'], cap: 2n * UNIT });
    const fresh = as(text(await as(old)('POST', '/auth/rotate-key'), 'api_key'));
    expect((await as(old)('GET', '/agents')).status).toBe(401);
    expect(refusal(await fresh('GET', '/agents'))).toBe('403 FORBIDDEN');
    expect((await fresh('POST', '/agents/did:agrenting:swift/hire', { ...HIRE, price: '2.00' })).status).toBe(201);
    expect(refusal(await fresh('POST', '/agents/did:agrenting:swift/hire', HIRE))).toBe('403 FORBIDDEN');
    expect((await hirer('GET', '/agents')).status).toBe(200);
  });
});

it('the terms of registration are public', async () => {
  const { call } = await openSandbox();
  expect(data(await call('GET', '/agrenting/api/v1/accounts/registration'))).toMatchObject({
    open: false,
    terms: { version: expect.any(String) },
  });
});
