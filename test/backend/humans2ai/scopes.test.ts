import { describe, expect, it } from 'vitest';
import { type ToolName, tools } from '../../../src/marketplaces/humans2ai/api.js';
import { PERMISSIONS } from '../../../src/marketplaces/humans2ai/contract/api-keys.js';
import { at } from '../support.js';
import { HUMAN, openWorld, REASON, shanghai } from './world.js';

const taskId = 'task_x';
const inputs: Record<ToolName, object> = {
  register: { email: 'nobody', password: 'x' },
  login: { email: 'nobody', password: 'x' },
  create_task: { ...shanghai, budget: 500.01 },
  list_tasks: {},
  get_task: { taskId },
  cancel_task: { taskId },
  list_applicants: { taskId },
  select_applicant: { taskId, humanId: HUMAN },
  approve_submission: { taskId },
  reject_submission: { taskId, reason: REASON },
  send_message: { taskId, content: 'Hello' },
  get_messages: { taskId },
  get_wallet: {},
  get_transactions: {},
  request_confirmation: { tool: 'cancel_task', params: { taskId } },
};

/** What each permission opens (contract notes §2.1). The two public tools need none. */
const opens: Record<(typeof PERMISSIONS)[number], ToolName[]> = {
  'tasks:read': ['list_tasks', 'get_task', 'list_applicants'],
  'tasks:write': [
    'create_task',
    'cancel_task',
    'select_applicant',
    'approve_submission',
    'reject_submission',
    'request_confirmation',
  ],
  'wallet:read': ['get_wallet', 'get_transactions'],
  'messages:read': ['get_messages'],
  'messages:write': ['send_message'],
};

describe('the matrix of permissions and tools', () => {
  for (const permission of PERMISSIONS) {
    it(`${permission} opens ${opens[permission].join(', ')} and nothing else`, async () => {
      const world = await openWorld();
      const { idToken } = await world.register('agent', 'keys@example.com');
      const created = await world.call('POST', '/api/v1/api-keys', {
        key: idToken,
        body: { permissions: [permission] },
      });
      const key = String(at(created.body, 'key'));
      const open: string[] = [];
      for (const name of Object.keys(tools)) {
        const { status, body } = await world.tool(name, Object.entries(inputs).find(([tool]) => tool === name)?.[1], {
          key,
        });
        const code = at(body, 'error', 'code');
        if (status === 403) expect(code).toBe('FORBIDDEN');
        else open.push(name);
      }
      expect(open.sort()).toEqual(['register', 'login', ...opens[permission]].sort());
    });
  }

  it('names what is missing', async () => {
    const world = await openWorld();
    const { key } = await world.register('agent', 'keys@example.com');
    const answer = await world.tool('create_task', shanghai, { key });
    expect(at(answer.body, 'error')).toMatchObject({ code: 'FORBIDDEN', message: 'Missing permission: tasks:write.' });
  });

  it('is the same over REST', async () => {
    const world = await openWorld();
    const { key } = await world.register('agent', 'keys@example.com');
    const calls: [string, string, object | undefined, number][] = [
      ['GET', '/tasks', undefined, 200],
      ['GET', '/wallet', undefined, 200],
      ['GET', '/wallet/transactions', undefined, 200],
      ['GET', `/tasks/${taskId}/messages`, undefined, 404],
      ['GET', `/tasks/${taskId}/applications`, undefined, 404],
      ['POST', '/tasks', shanghai, 403],
      ['POST', `/tasks/${taskId}/cancel`, {}, 403],
      ['POST', `/tasks/${taskId}/messages`, { content: 'Hello' }, 403],
      ['POST', '/confirmations', inputs.request_confirmation, 403],
      ['GET', '/webhooks', undefined, 403],
      ['GET', '/api-keys', undefined, 403],
    ];
    for (const [method, path, body, status] of calls) {
      expect((await world.call(method, `/api/v1${path}`, { key, body })).status, `${method} ${path}`).toBe(status);
    }
  });

  it('opens every tool of an agent to a session', async () => {
    const world = await openWorld();
    const { idToken } = await world.register('agent', 'keys@example.com');
    for (const [name, input] of Object.entries(inputs)) {
      expect((await world.tool(name, input, { key: idToken })).status, name).not.toBe(403);
    }
  });
});
