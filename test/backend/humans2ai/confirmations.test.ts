import { describe, expect, it } from 'vitest';
import { type Answer, at } from '../support.js';
import { HUMAN, openWorld, REASON, shanghai, type World } from './world.js';

const enforced = { settings: { enforceConfirmation: true } };
const MINUTE = 60_000;

async function tokenFor(world: World, tool: string, params: object): Promise<string> {
  const { body } = await world.tool('request_confirmation', { tool, params });
  return String(at(body, 'result', 'confirmationToken'));
}
const refusal = ({ status, body }: Answer) => ({
  status,
  code: at(body, 'error', 'code'),
  message: at(body, 'error', 'message'),
});
const invalid = (message: string) => ({ status: 400, code: 'CONFIRMATION_INVALID', message });

describe('request_confirmation', () => {
  it('answers with a token of five minutes, over both wires', async () => {
    const world = await openWorld();
    const params = { taskId: 'task_x' };
    const tool = await world.tool('request_confirmation', { tool: 'approve_submission', params });
    const rest = await world.rest('agent', 'POST', '/confirmations', { tool: 'approve_submission', params });
    expect([tool.status, rest.status]).toEqual([200, 201]);
    for (const answer of [at(tool.body, 'result'), rest.body]) {
      expect(answer).toEqual({
        confirmationToken: expect.stringMatching(/^ctk_[\w-]{43}$/),
        expiresAt: '2026-03-02T10:35:00.000Z',
        tool: 'approve_submission',
        message: 'Release the escrow to the human? This is irreversible.',
      });
    }
  });

  it('refuses other tools, missing parameters and parameters that the tool would refuse', async () => {
    const world = await openWorld();
    const cases = [
      { tool: 'send_message', params: { taskId: 'task_x' } },
      { tool: 'approve_submission' },
      { params: { taskId: 'task_x' } },
      { tool: 'approve_submission', params: {} },
      { tool: 'create_task', params: { ...shanghai, budget: 0 } },
    ];
    for (const input of cases) {
      expect(refusal(await world.tool('request_confirmation', input))).toMatchObject({
        status: 400,
        code: 'VALIDATION_ERROR',
      });
    }
  });

  it('survives parameters that are nested without end', async () => {
    const world = await openWorld();
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const input = `{"tool":"cancel_task","params":{"taskId":"task_x","extra":${deep}}}`;
    const answer = await world.call('POST', '/api/v1/mcp', {
      key: world.keys.agent,
      body: `{"tool":"request_confirmation","input":${input}}`,
    });
    expect(answer.status).toBe(200);
  });

  it('stores only a hash of the token', async () => {
    const world = await openWorld();
    const token = await tokenFor(world, 'cancel_task', { taskId: 'task_x' });
    const rows = await world.backend.env.db.selectFrom('h2a_confirmations').selectAll().execute();
    expect(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      token,
    );
  });
});

describe('where the platform enforces confirmation', () => {
  it('every financial tool demands a token, on both wires', async () => {
    const world = await openWorld(enforced);
    const calls: [string, string, object][] = [
      ['create_task', '/tasks', shanghai],
      ['cancel_task', '/tasks/task_x/cancel', {}],
      ['select_applicant', '/tasks/task_x/select', { humanId: HUMAN }],
      ['approve_submission', '/tasks/task_x/approve', {}],
      ['reject_submission', '/tasks/task_x/reject', { reason: REASON }],
    ];
    const required = { status: 400, code: 'CONFIRMATION_REQUIRED' };
    for (const [tool, path, input] of calls) {
      const taskId = tool === 'create_task' ? {} : { taskId: 'task_x' };
      expect(refusal(await world.tool(tool, { ...input, ...taskId })), tool).toMatchObject(required);
      expect(refusal(await world.rest('agent', 'POST', path, input)), path).toMatchObject(required);
    }
    expect((await world.tool('get_wallet')).status).toBe(200);
  });

  it('the whole task runs with a token for each step, each good on either wire', async () => {
    const world = await openWorld(enforced);
    const confirmationToken = await tokenFor(world, 'create_task', shanghai);
    const created = await world.tool('create_task', { ...shanghai, confirmationToken });
    const taskId = String(at(created.body, 'result', 'id'));
    await world.apply(taskId);
    const select = await tokenFor(world, 'select_applicant', { taskId, humanId: HUMAN });
    const selected = await world.rest('agent', 'POST', `/tasks/${taskId}/select`, {
      humanId: HUMAN,
      confirmationToken: select,
    });
    expect(selected.status).toBe(200);
    await world.rest('human', 'POST', `/tasks/${taskId}/submit`, { content: 'Thirty photos.' });
    const approve = await tokenFor(world, 'approve_submission', { taskId });
    const approved = await world.tool('approve_submission', { taskId, confirmationToken: approve });
    expect(at(approved.body, 'result', 'task', 'status')).toBe('completed');
  });
});

describe('a token that is given is checked, enforced or not', () => {
  it('and is good once', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    const confirmationToken = await tokenFor(world, 'cancel_task', { taskId });
    expect((await world.tool('cancel_task', { taskId, confirmationToken })).status).toBe(200);
    expect(refusal(await world.tool('cancel_task', { taskId, confirmationToken }))).toEqual(
      invalid('The confirmation token was used already.'),
    );
  });

  it('and is unknown, expired, for another tool, for other parameters or of another account', async () => {
    const world = await openWorld();
    const taskId = await world.createTask();
    const params = { taskId };
    const cancel = async (confirmationToken: string, key?: string) =>
      refusal(await world.tool('cancel_task', { taskId, confirmationToken }, { key: key ?? world.keys.agent }));
    expect(await cancel('ctk_nonsense')).toEqual(invalid('The confirmation token is unknown.'));
    expect(await cancel(await tokenFor(world, 'approve_submission', params))).toEqual(
      invalid('The confirmation token was issued for another tool.'),
    );
    expect(await cancel(await tokenFor(world, 'cancel_task', { taskId: 'task_other' }))).toEqual(
      invalid('The confirmation token was issued for other parameters.'),
    );
    const { idToken } = await world.register('agent', 'other@example.com');
    expect(await cancel(await tokenFor(world, 'cancel_task', params), idToken)).toEqual(
      invalid('The confirmation token is unknown.'),
    );
    const late = await tokenFor(world, 'cancel_task', params);
    await world.backend.advance(5 * MINUTE);
    expect(await cancel(late)).toEqual(invalid('The confirmation token has expired: it is valid for five minutes.'));
    const inTime = await tokenFor(world, 'cancel_task', params);
    await world.backend.advance(5 * MINUTE - 1);
    expect((await world.tool('cancel_task', { taskId, confirmationToken: inTime })).status).toBe(200);
  });

  it('and is left whole by a call that is refused', async () => {
    const world = await openWorld();
    const taskId = await world.assigned();
    const confirmationToken = await tokenFor(world, 'approve_submission', { taskId });
    const approve = () => world.tool('approve_submission', { taskId, confirmationToken });
    expect((await approve()).status).toBe(409);
    await world.rest('human', 'POST', `/tasks/${taskId}/submit`, { content: 'Thirty photos.' });
    expect((await approve()).status).toBe(200);
  });

  it('and compares what the parameters mean: order and stated defaults do not matter, values do', async () => {
    const world = await openWorld();
    const { title, ...others } = shanghai;
    const same = { ...others, autoApprove: false, requirements: [], title };
    const confirmationToken = await tokenFor(world, 'create_task', same);
    const changed = await world.tool('create_task', { ...shanghai, budget: 151, confirmationToken });
    expect(refusal(changed)).toEqual(invalid('The confirmation token was issued for other parameters.'));
    expect((await world.tool('create_task', { ...shanghai, confirmationToken })).status).toBe(200);
  });
});
