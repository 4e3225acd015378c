import { describe, expect, it } from 'vitest';
import { type Answer, at } from '../support.js';
import { HOUR, openWorld, shanghai, type World } from './world.js';

const MINUTE = 60_000;
const code = (answer: Answer) => [answer.status, at(answer.body, 'error', 'code')];
const create = (world: World, idToken: string, body: object) =>
  world.call('POST', '/api/v1/api-keys', { key: idToken, body });
const wallet = (world: World, key: string, address: string) => world.call('GET', '/api/v1/wallet', { key, address });

describe('API keys', () => {
  it('are shown once, listed without their secret and revoked at once', async () => {
    const world = await openWorld();
    const { idToken, keyId } = await world.register('agent', 'keys@example.com');
    const created = await create(world, idToken, { name: 'CI', permissions: ['wallet:read'] });
    expect(created.status).toBe(201);
    const { key, ...record } = Object(created.body);
    expect(record).toEqual({
      id: expect.any(String),
      name: 'CI',
      hint: `…${String(key).slice(-4)}`,
      permissions: ['wallet:read'],
      createdAt: expect.any(String),
    });
    const list = async () => at((await world.call('GET', '/api/v1/api-keys', { key: idToken })).body, 'apiKeys');
    expect(await list()).toEqual(expect.arrayContaining([record, expect.objectContaining({ id: keyId })]));
    expect((await wallet(world, key, '127.0.0.1')).status).toBe(200);
    const gone = await world.call('DELETE', `/api/v1/api-keys/${record.id}`, { key: idToken });
    expect(gone.body).toEqual({ id: record.id, deleted: true });
    expect(code(await wallet(world, key, '127.0.0.1'))).toEqual([401, 'UNAUTHORIZED']);
    expect(await list()).toHaveLength(1);
  });

  it('are managed by a session only, and only one’s own', async () => {
    const world = await openWorld();
    const mine = await world.register('agent', 'mine@example.com');
    const other = await world.register('agent', 'other@example.com');
    expect(code(await create(world, mine.key, {}))).toEqual([403, 'FORBIDDEN']);
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/upgrade'],
    ] as const) {
      const url = `/api/v1/api-keys/${mine.keyId}${path}`;
      expect(code(await world.call(method, url, { key: other.idToken }))).toEqual([404, 'NOT_FOUND']);
      expect(code(await world.call(method, url, { key: mine.key }))).toEqual([403, 'FORBIDDEN']);
    }
  });

  it('are at most fifty to an account', async () => {
    const world = await openWorld();
    const { idToken } = await world.register('agent', 'keys@example.com');
    for (let n = 1; n < 50; n++) expect((await create(world, idToken, {})).status).toBe(201);
    expect(code(await create(world, idToken, {}))).toEqual([409, 'CONFLICT']);
  });
});

describe('upgrading a key', () => {
  it('opens the read-only key that registering returned', async () => {
    const world = await openWorld();
    const { idToken, key, keyId } = await world.register('agent', 'keys@example.com');
    expect((await world.tool('create_task', shanghai, { key })).status).toBe(403);
    const upgraded = await world.call('POST', `/api/v1/api-keys/${keyId}/upgrade`, { key: idToken });
    expect(upgraded.body).toMatchObject({
      id: keyId,
      permissions: ['tasks:read', 'wallet:read', 'messages:read', 'tasks:write', 'messages:write'],
    });
    expect((await world.tool('create_task', shanghai, { key })).status).toBe(200);
  });

  it('adds only what is asked for', async () => {
    const world = await openWorld();
    const { idToken, keyId } = await world.register('agent', 'keys@example.com');
    const body = { permissions: ['messages:write'] };
    const upgraded = await world.call('POST', `/api/v1/api-keys/${keyId}/upgrade`, { key: idToken, body });
    expect(at(upgraded.body, 'permissions')).toEqual(['tasks:read', 'wallet:read', 'messages:read', 'messages:write']);
  });

  it('needs a login of the last five minutes; a refreshed session is as old as its login', async () => {
    const world = await openWorld();
    const account = { email: 'keys@example.com', password: 'correct horse 1' };
    const { keyId } = await world.register('agent', account.email);
    const login = await world.call('POST', '/api/v1/public/auth/login', { body: account });
    const upgrade = (key: unknown) => world.call('POST', `/api/v1/api-keys/${keyId}/upgrade`, { key: String(key) });
    await world.backend.advance(5 * MINUTE);
    expect((await upgrade(at(login.body, 'idToken'))).status).toBe(200);
    await world.backend.advance(1);
    expect(code(await upgrade(at(login.body, 'idToken')))).toEqual([403, 'FORBIDDEN']);
    const body = { refreshToken: at(login.body, 'refreshToken') };
    const renewed = await world.call('POST', '/api/v1/public/auth/refresh', { body });
    expect(code(await upgrade(at(renewed.body, 'idToken')))).toEqual([403, 'FORBIDDEN']);
    const again = await world.call('POST', '/api/v1/public/auth/login', { body: account });
    expect((await upgrade(at(again.body, 'idToken'))).status).toBe(200);
  });
});

describe('a key with a list of addresses', () => {
  it('works from them alone; from elsewhere it is unknown (401, not 403)', async () => {
    const world = await openWorld();
    const { idToken } = await world.register('agent', 'keys@example.com');
    const allowedIps = ['192.0.2.7', '198.51.100.0/24', '2001:db8::/32', '::1'];
    const key = String(at((await create(world, idToken, { allowedIps })).body, 'key'));
    for (const good of [
      '192.0.2.7',
      '::ffff:192.0.2.7',
      '198.51.100.200',
      '2001:db8:1::9',
      '::1',
      '2001:db8::1%eth0',
    ]) {
      expect((await wallet(world, key, good)).status, good).toBe(200);
    }
    for (const bad of ['192.0.2.8', '198.51.101.1', '2001:db9::1', '::2', 'unknown', '', '::ffff:192.0.2.8']) {
      expect(code(await wallet(world, key, bad)), bad).toEqual([401, 'UNAUTHORIZED']);
      expect(code(await world.tool('get_wallet', {}, { key, address: bad })), bad).toEqual([401, 'UNAUTHORIZED']);
    }
  });

  it('is refused when an entry is no address', async () => {
    const world = await openWorld();
    const { idToken } = await world.register('agent', 'keys@example.com');
    for (const entry of [
      'localhost',
      '1.2.3',
      '1.2.3.4/33',
      '1.2.3.4/',
      '::1/129',
      '1.2.3.4/8/8',
      '1.2.3.4/08',
      'fe80::1%eth0',
    ]) {
      expect(code(await create(world, idToken, { allowedIps: [entry] })), entry).toEqual([400, 'VALIDATION_ERROR']);
    }
    expect(code(await create(world, idToken, { allowedIps: [] }))).toEqual([400, 'VALIDATION_ERROR']);
  });
});

describe('a key with an end', () => {
  it('is refused from that moment on', async () => {
    const world = await openWorld();
    const { idToken } = await world.register('agent', 'keys@example.com');
    const expiresAt = '2026-03-02T12:30:00+01:00';
    const created = await create(world, idToken, { expiresAt });
    expect(at(created.body, 'expiresAt')).toBe('2026-03-02T11:30:00.000Z');
    const key = String(at(created.body, 'key'));
    await world.backend.advance(HOUR - 1);
    expect((await wallet(world, key, '127.0.0.1')).status).toBe(200);
    await world.backend.advance(1);
    expect(code(await wallet(world, key, '127.0.0.1'))).toEqual([401, 'UNAUTHORIZED']);
  });

  it('cannot begin after its end', async () => {
    const world = await openWorld();
    const { idToken } = await world.register('agent', 'keys@example.com');
    const past = { expiresAt: '2026-03-02T10:30:00Z' };
    expect(code(await create(world, idToken, past))).toEqual([400, 'VALIDATION_ERROR']);
  });
});
