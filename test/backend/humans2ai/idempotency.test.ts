import { describe, expect, it } from 'vitest';
import { FINANCIAL_TOOLS } from '../../../src/marketplaces/humans2ai/api.js';
import { at } from '../support.js';
import { HOUR, HUMAN, openWorld, REASON, shanghai, type World } from './world.js';

const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });
const locks = async (world: World) => {
  const { body } = await world.rest('agent', 'GET', '/wallet/transactions?type=escrow_lock');
  return at(body, 'pagination', 'totalItems');
};

describe('the Idempotency-Key of the envelope', () => {
  it('is required by the five financial tools and by no other', async () => {
    const world = await openWorld();
    const inputs: Record<string, object> = {
      create_task: shanghai,
      cancel_task: { taskId: 'task_x' },
      select_applicant: { taskId: 'task_x', humanId: HUMAN },
      approve_submission: { taskId: 'task_x' },
      reject_submission: { taskId: 'task_x', reason: REASON },
    };
    const post = (tool: string, input: object) =>
      world.call('POST', '/api/v1/mcp', { key: world.keys.agent, body: { tool, input } });
    for (const tool of FINANCIAL_TOOLS) {
      expect(await post(tool, inputs[tool] ?? {}), tool).toMatchObject({
        status: 400,
        body: {
          result: null,
          error: { code: 'VALIDATION_ERROR', message: 'The Idempotency-Key header is required here.' },
        },
      });
    }
    const taskId = await world.createTask();
    for (const [tool, input] of [
      ['send_message', { taskId, content: 'Hello' }],
      ['request_confirmation', { tool: 'cancel_task', params: { taskId } }],
      ['list_tasks', {}],
    ] as const) {
      expect((await post(tool, input)).status, tool).toBe(200);
    }
  });

  it('is looked at after credentials and input: a refused call claims nothing', async () => {
    const world = await openWorld();
    expect((await world.tool('create_task', shanghai, { ...withKey('k'), key: 'sk_live_nobody' })).status).toBe(401);
    expect((await world.tool('create_task', { ...shanghai, budget: 0 }, withKey('k'))).status).toBe(400);
    expect((await world.tool('create_task', shanghai, withKey('k'))).status).toBe(200);
  });

  it('replays the first answer byte for byte for 24 hours, and then refuses to do it again', async () => {
    const world = await openWorld();
    const first = await world.tool('create_task', shanghai, withKey('k'));
    await world.backend.advance(HOUR);
    const again = await world.tool('create_task', shanghai, withKey('k'));
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(await locks(world)).toBe(1);
  });

  it('refuses the same key for something else', async () => {
    const world = await openWorld();
    await world.tool('create_task', shanghai, withKey('k'));
    const conflict = { status: 409, body: { result: null, error: { code: 'CONFLICT' } } };
    expect(await world.tool('create_task', { ...shanghai, budget: 151 }, withKey('k'))).toMatchObject(conflict);
    const other = { taskId: 'task_x' };
    expect(await world.tool('cancel_task', other, withKey('k'))).toMatchObject(conflict);
    expect((await world.rest('agent', 'POST', '/tasks', shanghai, withKey('k'))).status).toBe(409);
    expect(await locks(world)).toBe(1);
  });

  it('belongs to the account: another key of it replays, another account does not', async () => {
    const world = await openWorld();
    const mine = await world.register('agent', 'mine@example.com');
    const other = await world.register('agent', 'other@example.com');
    const upgrade = { key: mine.idToken, body: {} };
    await world.call('POST', `/api/v1/api-keys/${mine.keyId}/upgrade`, upgrade);
    const create = (key: string) => world.tool('create_task', shanghai, { ...withKey('k'), key });
    const [first, rotated, foreign] = [await create(mine.idToken), await create(mine.key), await create(other.idToken)];
    expect(rotated.text).toBe(first.text);
    expect(at(foreign.body, 'result', 'agentId')).toBe(other.id);
  });

  it('makes concurrent repeats do it once', async () => {
    const world = await openWorld();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.tool('create_task', shanghai, withKey('k'))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const ids = answers.filter(({ status }) => status === 200).map(({ body }) => at(body, 'result', 'id'));
    expect(new Set(ids).size).toBe(1);
    expect(await locks(world)).toBe(1);
  });

  it('replays before confirmation and before the status of the task are looked at', async () => {
    const world = await openWorld({ settings: { enforceConfirmation: true } });
    const token = async (tool: string, params: object) =>
      at((await world.tool('request_confirmation', { tool, params })).body, 'result', 'confirmationToken');
    const confirmed = { ...shanghai, confirmationToken: await token('create_task', shanghai) };
    const created = await world.tool('create_task', confirmed, withKey('create'));
    expect((await world.tool('create_task', confirmed, withKey('create'))).text).toBe(created.text);

    const taskId = String(at(created.body, 'result', 'id'));
    const cancel = { taskId, confirmationToken: await token('cancel_task', { taskId }) };
    const cancelled = await world.tool('cancel_task', cancel, withKey('cancel'));
    expect(at(cancelled.body, 'result', 'task', 'status')).toBe('expired');
    // A retry whose first answer was lost may come with the same token, with a newer one, or with none.
    const newer = { taskId, confirmationToken: await token('cancel_task', { taskId }) };
    for (const input of [cancel, newer, { taskId }]) {
      expect((await world.tool('cancel_task', input, withKey('cancel'))).text).toBe(cancelled.text);
    }
  });

  it('may be used again after a refusal, which changed nothing', async () => {
    const world = await openWorld();
    const taskId = await world.assigned();
    const approve = () => world.tool('approve_submission', { taskId }, withKey('k'));
    expect((await approve()).status).toBe(409);
    await world.rest('human', 'POST', `/tasks/${taskId}/submit`, { content: 'Thirty photos.' });
    expect((await approve()).status).toBe(200);
    expect((await approve()).status).toBe(200);
    expect(await world.ledgerHolds()).toBe(true);
  });

  it('is ignored by tools that are not financial: they are never answered with something old', async () => {
    const world = await openWorld();
    const wallet = () => world.tool('get_wallet', {}, withKey('k'));
    const before = await wallet();
    const taskId = await world.createTask();
    expect(at((await wallet()).body, 'result', 'balance')).not.toBe(at(before.body, 'result', 'balance'));
    const message = { taskId, content: 'Hello' };
    const sent = [
      await world.tool('send_message', message, withKey('k')),
      await world.tool('send_message', message, withKey('k')),
    ];
    expect(new Set(sent.map(({ body }) => at(body, 'result', 'id'))).size).toBe(2);
    const asked = { tool: 'cancel_task', params: { taskId } };
    const tokens = [
      await world.tool('request_confirmation', asked, withKey('k')),
      await world.tool('request_confirmation', asked, withKey('k')),
    ];
    expect(new Set(tokens.map(({ body }) => at(body, 'result', 'confirmationToken'))).size).toBe(2);
  });
});

describe('the Idempotency-Key of REST', () => {
  it('is optional, and replays when it is sent', async () => {
    const world = await openWorld();
    const post = (key?: string) =>
      world.rest('agent', 'POST', '/tasks', shanghai, key === undefined ? {} : withKey(key));
    const [first, again, without] = [await post('k'), await post('k'), await post()];
    expect(again.text).toBe(first.text);
    expect([first.status, again.status, without.status]).toEqual([201, 201, 201]);
    expect(at(without.body, 'id')).not.toBe(at(first.body, 'id'));
    expect(await locks(world)).toBe(2);
  });

  it('never makes a secret be stored: what shows one is not replayed', async () => {
    const world = await openWorld();
    const { idToken } = await world.register('agent', 'mine@example.com');
    const secrets: unknown[] = [];
    const post = async (path: string, body: object, ...at_: string[]) => {
      const answer = await world.call('POST', path, { key: idToken, body, ...withKey('k') });
      secrets.push(at(answer.body, ...at_));
    };
    for (const _ of [1, 2]) {
      await post('/api/v1/api-keys', {}, 'key');
      await post('/api/v1/webhooks', { url: 'https://example.com/hook', events: ['task.assigned'] }, 'secret');
      await post('/api/v1/confirmations', { tool: 'cancel_task', params: { taskId: 'task_x' } }, 'confirmationToken');
      await post('/api/v1/public/auth/login', { email: 'mine@example.com', password: 'correct horse 1' }, 'idToken');
    }
    expect(new Set(secrets).size).toBe(8);
    expect(await world.backend.env.db.selectFrom('idempotency').selectAll().execute()).toEqual([]);
  });
});
