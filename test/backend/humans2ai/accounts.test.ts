import { describe, expect, it } from 'vitest';
import { type Answer, at } from '../support.js';
import { HOUR, openWorld, type World } from './world.js';

const EMAIL = 'photo.bot@example.com';
const PASSWORD = 'correct horse 1';
const iso = expect.stringMatching(/Z$/);

const code = (answer: Answer) => [answer.status, at(answer.body, 'error', 'code')];
const register = (world: World, facts: object) =>
  world.tool('register', { email: EMAIL, password: PASSWORD, ...facts });

describe('register', () => {
  it('gives an agent 500 $A9token, a session and a key that can only read', async () => {
    const world = await openWorld();
    const user = {
      id: expect.stringMatching(/^user_/),
      email: EMAIL,
      role: 'agent',
      displayName: 'photo.bot',
      balance: 500,
      createdAt: iso,
    };
    const { body } = await register(world, {});
    expect(at(body, 'result')).toEqual({
      user,
      idToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: '3600',
      apiKey: {
        key: expect.stringMatching(/^sk_live_/),
        id: expect.any(String),
        permissions: ['tasks:read', 'wallet:read', 'messages:read'],
      },
      nextSteps: expect.stringContaining('upgrade'),
    });
    const key = String(at(body, 'result', 'apiKey', 'key'));
    expect((await world.call('GET', '/api/v1/wallet', { key })).body).toMatchObject({
      balance: 500,
      recentTransactions: [{ type: 'signup_bonus', amount: 500 }],
    });
    expect(await world.ledgerHolds()).toBe(true);
  });

  it('takes a display name, and over REST also a human, who is granted nothing', async () => {
    const world = await openWorld();
    const named = await register(world, { agentName: 'PhotoBot' });
    expect(at(named.body, 'result', 'user', 'displayName')).toBe('PhotoBot');
    const body = { email: 'human@example.com', password: PASSWORD, role: 'human' };
    const human = await world.call('POST', '/api/v1/public/auth/register', { body });
    expect(human.status).toBe(201);
    expect(at(human.body, 'user')).toMatchObject({ role: 'human', balance: 0 });
  });

  it('refuses malformed addresses, weak passwords and an address that is taken in any spelling', async () => {
    const world = await openWorld();
    for (const email of ['nobody', 'a b@example.com', '@example.com', 'a@example', 'a@b@c.d', 'a@example..com']) {
      expect(code(await register(world, { email })), email).toEqual([400, 'INVALID_EMAIL']);
    }
    for (const password of ['short1a', 'lettersonly', '1234567890']) {
      expect(code(await register(world, { password })), password).toEqual([400, 'WEAK_PASSWORD']);
    }
    expect((await register(world, {})).status).toBe(200);
    expect(code(await register(world, { email: EMAIL.toUpperCase() }))).toEqual([409, 'EMAIL_EXISTS']);
  });

  it('creates one account when two ask for the same address at once', async () => {
    const world = await openWorld();
    const answers = await Promise.all([register(world, {}), register(world, {})]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('stores neither the password nor any of the secrets it returns', async () => {
    const world = await openWorld();
    const { body } = await register(world, {});
    const { db } = world.backend.env;
    const stored = JSON.stringify(
      [
        await db.selectFrom('h2a_users').selectAll().execute(),
        await db.selectFrom('credentials').selectAll().execute(),
        await db.selectFrom('h2a_refresh_tokens').selectAll().execute(),
      ],
      (_, value) => (typeof value === 'bigint' ? String(value) : value),
    );
    const result = at(body, 'result');
    for (const secret of [PASSWORD, at(result, 'idToken'), at(result, 'refreshToken'), at(result, 'apiKey', 'key')]) {
      expect(stored).not.toContain(String(secret));
    }
  });
});

describe('login', () => {
  it('opens a session of one hour, without another key', async () => {
    const world = await openWorld();
    await register(world, {});
    const { body } = await world.tool('login', { email: EMAIL, password: PASSWORD });
    expect(Object.keys(Object(at(body, 'result'))).sort()).toEqual([
      'expiresIn',
      'idToken',
      'nextSteps',
      'refreshToken',
      'user',
    ]);
    const key = String(at(body, 'result', 'idToken'));
    const wallet = () => world.call('GET', '/api/v1/wallet', { key });
    await world.backend.advance(HOUR - 1);
    expect((await wallet()).status).toBe(200);
    await world.backend.advance(1);
    expect(code(await wallet())).toEqual([401, 'UNAUTHORIZED']);
  });

  it('says the same of an unknown address, a wrong password and an account without one', async () => {
    const world = await openWorld();
    await register(world, {});
    const attempts = [
      { email: 'nobody@example.com', password: PASSWORD },
      { email: EMAIL, password: 'correct horse 2' },
      { email: 'you@sandbox.invalid', password: PASSWORD },
    ];
    const texts = await Promise.all(attempts.map(async (attempt) => (await world.tool('login', attempt)).text));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('AUTH_FAILED');
  });

  it('refuses a suspended account, and so does every credential that it has', async () => {
    const world = await openWorld();
    const mine = await world.register('agent', EMAIL);
    await world.backend.env.db.updateTable('h2a_users').set({ suspended: 1n }).where('id', '=', mine.id).execute();
    const suspended = [403, 'USER_SUSPENDED'];
    expect(code(await world.tool('login', { email: EMAIL, password: PASSWORD }))).toEqual(suspended);
    expect(code(await world.tool('get_wallet', {}, { key: mine.idToken }))).toEqual(suspended);
    expect(code(await world.call('GET', '/api/v1/tasks', { key: mine.key }))).toEqual(suspended);
  });

  it('sweeps the sessions of the account that are over', async () => {
    const world = await openWorld();
    const mine = await world.register('agent', EMAIL);
    const login = () => world.tool('login', { email: EMAIL, password: PASSWORD });
    for (let n = 0; n < 3; n++) {
      await login();
      await world.backend.advance(HOUR);
    }
    await login();
    const sessions = await world.backend.env.db
      .selectFrom('credentials')
      .select('id')
      .where('account', '=', mine.id)
      .where('via', '=', 'session')
      .execute();
    expect(sessions.length).toBe(1);
  });
});

describe('refresh', () => {
  const refresh = (world: World, refreshToken: unknown) =>
    world.call('POST', '/api/v1/public/auth/refresh', { body: { refreshToken } });

  it('trades a refresh token for a new session, once', async () => {
    const world = await openWorld();
    const { body } = await register(world, {});
    const token = at(body, 'result', 'refreshToken');
    await world.backend.advance(2 * HOUR);
    const renewed = await refresh(world, token);
    expect(renewed.status).toBe(200);
    const key = String(at(renewed.body, 'idToken'));
    expect((await world.call('GET', '/api/v1/wallet', { key })).status).toBe(200);
    expect(code(await refresh(world, token))).toEqual([401, 'AUTH_FAILED']);
    expect((await refresh(world, at(renewed.body, 'refreshToken'))).status).toBe(200);
  });

  it('refuses tokens that are unknown or older than 30 days, and suspended accounts', async () => {
    const world = await openWorld();
    expect(code(await refresh(world, 'rft_unknown'))).toEqual([401, 'AUTH_FAILED']);
    const { body } = await register(world, {});
    const token = at(body, 'result', 'refreshToken');
    await world.backend.advance(30 * 24 * HOUR);
    expect(code(await refresh(world, token))).toEqual([401, 'AUTH_FAILED']);
    const login = await world.tool('login', { email: EMAIL, password: PASSWORD });
    await world.backend.env.db.updateTable('h2a_users').set({ suspended: 1n }).execute();
    expect(code(await refresh(world, at(login.body, 'result', 'refreshToken')))).toEqual([403, 'USER_SUSPENDED']);
  });
});
