import { describe, expect, it } from 'vitest';
import { type Answer, at } from '../support.js';
import { openWorld, type World } from './world.js';

const wanted = { url: 'https://example.com/hook', events: ['task.submitted', 'task.completed'] };
const code = (answer: Answer) => [answer.status, at(answer.body, 'error', 'code')];
const create = (world: World, body: object = wanted) => world.rest('agent', 'POST', '/webhooks', body);
const sealed = async (world: World) =>
  await world.backend.env.db.selectFrom('h2a_webhooks').selectAll().executeTakeFirstOrThrow();

describe('webhooks', () => {
  it('are created with a secret that is shown once and stored sealed', async () => {
    const world = await openWorld();
    const created = await create(world);
    expect(created.status).toBe(201);
    const { secret, ...record } = Object(created.body);
    expect(secret).toMatch(/^whsec_/);
    expect(record).toEqual({
      id: expect.stringMatching(/^whk_/),
      ...wanted,
      active: true,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await world.rest('agent', 'GET', '/webhooks')).body).toEqual({ webhooks: [record] });
    expect((await world.rest('agent', 'GET', `/webhooks/${record.id}`)).body).toEqual(record);
    const row = await sealed(world);
    expect(JSON.stringify(Object.values(row).map(String))).not.toContain(secret);
    expect(world.backend.env.sealer.open(row.secret_sealed, `h2a-webhook:${record.id}`)).toBe(secret);
  });

  it('are changed and deleted by their owner alone', async () => {
    const world = await openWorld();
    const id = at((await create(world)).body, 'id');
    const changed = await world.rest('agent', 'PATCH', `/webhooks/${id}`, { active: false, events: ['task.expired'] });
    expect(changed.body).toMatchObject({ id, url: wanted.url, active: false, events: ['task.expired'] });
    const attempts: [string, string][] = [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
    ];
    for (const [method, path] of attempts) {
      expect(code(await world.rest('human', method, `/webhooks/${id}${path}`)), method).toEqual([404, 'NOT_FOUND']);
    }
    expect((await world.rest('agent', 'DELETE', `/webhooks/${id}`)).body).toEqual({ id, deleted: true });
    expect(code(await world.rest('agent', 'GET', `/webhooks/${id}`))).toEqual([404, 'NOT_FOUND']);
  });

  it('get a new secret by rotation, while the previous one stays valid for an hour', async () => {
    const world = await openWorld();
    const { id, secret } = Object((await create(world)).body);
    const rotated = await world.rest('agent', 'POST', `/webhooks/${id}/rotate-secret`);
    expect(rotated.body).toMatchObject({ id, previousSecretValidUntil: '2026-03-02T11:30:00.000Z' });
    expect(at(rotated.body, 'secret')).not.toBe(secret);
    const row = await sealed(world);
    const { sealer } = world.backend.env;
    expect(sealer.open(row.secret_sealed, `h2a-webhook:${id}`)).toBe(at(rotated.body, 'secret'));
    expect(sealer.open(row.previous_secret_sealed ?? '', `h2a-webhook:${id}`)).toBe(secret);
  });

  it('take https, plain http to this machine only, and known events', async () => {
    const world = await openWorld();
    for (const url of ['http://localhost:3000/x', 'http://127.0.0.1/x', 'http://[::1]/x']) {
      expect((await create(world, { ...wanted, url })).status, url).toBe(201);
    }
    const refused = [
      { url: 'http://example.com/x' },
      { url: 'ftp://example.com/x' },
      { url: 'nonsense' },
      { events: [] },
      { events: ['task.exploded'] },
    ];
    for (const facts of refused) {
      expect(code(await create(world, { ...wanted, ...facts })), JSON.stringify(facts)).toEqual([
        400,
        'VALIDATION_ERROR',
      ]);
    }
  });

  it('are at most twenty to an account', async () => {
    const world = await openWorld();
    for (let n = 0; n < 20; n++) await create(world);
    expect(code(await create(world))).toEqual([409, 'CONFLICT']);
  });
});
