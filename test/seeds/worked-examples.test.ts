import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asRecord, at, startClient, type TestClient } from '../interop/clients.js';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';

/** The worked examples of the marketplaces' own guides, replayed over real stdio and over HTTP, field by field. */

const HOUR = 3_600_000;
let folder: Folder;
let backend: RunningBackend;
let client: TestClient;

beforeAll(async () => {
  folder = temporaryFolder();
  // The guide's payout of 142.5 and 7.5 from 150 is a fee of 5 %.
  backend = await startBackend(folder.path, ['--no-rate-limits', '--humans2ai-fee', '500']);
  client = await startClient('1.x client', { folder: folder.path, env: backend.env, args: ['--confirm', 'never'] });
});
afterAll(async () => {
  await client.close();
  await backend.stop();
  folder.remove();
});

/** The task of the Humans2AI guide; only its date is moved, since deadlines lie ahead. */
const shanghai = () => ({
  title: 'Photograph 3 coffee shops in Shanghai',
  description:
    "Visit 3 popular coffee shops in Jing'an District, Shanghai. Take 5 exterior + 5 interior photos of each. Deliver as a ZIP file.",
  category: 'photography',
  budget: 150,
  deadline: new Date(Date.now() + 72 * HOUR).toISOString().replace('Z', '+00:00'),
  location: 'Shanghai, China',
  remote: false,
  urgency: 'medium',
  skillsRequired: ['photography', 'local_knowledge'],
});

type Call = (tool: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>;

const overStdio: Call = async (tool, input) => {
  const answer = await client.call(tool, input);
  expect(answer.isError, answer.text).toBe(false);
  return answer.data;
};

let keys = 0;
const overHttp: Call = async (tool, input) => {
  keys += 1;
  const response = await fetch(`${backend.url}/api/v1/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${backend.credentials.humans2ai.agent}`,
      'content-type': 'application/json',
      'x-mcp-client-version': '1.0.0',
      'idempotency-key': `guide-${keys}`,
    },
    body: JSON.stringify({ tool, input }),
  });
  const body = asRecord(await response.json());
  expect(response.status, JSON.stringify(body)).toBe(200);
  expect(Object.keys(body).toSorted()).toEqual(['error', 'result']);
  expect(body.error).toBeNull();
  return asRecord(body.result);
};

describe.each([
  ['over stdio', overStdio],
  ['over HTTP', overHttp],
] as const)('the Shanghai photo task, from create to payout, %s', (_, call) => {
  it('answers as the guide prints it', async () => {
    const task = await call('create_task', shanghai());
    expect(task).toMatchObject({
      title: 'Photograph 3 coffee shops in Shanghai',
      status: 'open',
      budget: 150,
      applicantCount: 0,
      maxApplications: 20,
    });
    expect(task.id).toMatch(/^task_/);
    expect(task.escrowId).toMatch(/^esc_/);
    expect(task.agentId).toMatch(/^user_/);
    expect(task.agentName).toBeTypeOf('string');
    expect(Date.parse(String(task.createdAt))).not.toBeNaN();
    expect(task.updatedAt).toBe(task.createdAt);

    await backend.advance(20_000);
    const applicants = await call('list_applicants', { taskId: task.id });
    expect(applicants.taskId).toBe(task.id);
    expect(applicants.total).toBeGreaterThanOrEqual(2);
    const first = asRecord(at(applicants, 'applications.0'));
    expect(first.id).toMatch(/^app_/);
    expect(first).toMatchObject({ humanDisplayId: first.humanId, status: 'pending' });
    expect(first.message).toBeTypeOf('string');
    expect(Date.parse(String(first.appliedAt))).not.toBeNaN();

    const selected = await call('select_applicant', { taskId: task.id, humanId: first.humanId });
    expect(selected).toMatchObject({
      task: { id: task.id, status: 'assigned', humanId: first.humanId, humanDisplayId: first.humanId },
      message: 'Applicant selected',
    });

    await backend.advance(60_000);
    const approved = await call('approve_submission', { taskId: task.id });
    expect(approved).toMatchObject({
      task: { id: task.id, status: 'completed' },
      payment: { humanPayout: 142.5, platformFee: 7.5, total: 150 },
      message: 'Task approved and payment released',
    });
    expect(Date.parse(String(at(approved, 'task.completedAt')))).not.toBeNaN();
  });
});

describe('the error table of the Humans2AI guide', () => {
  const refused = async (init: { tool?: unknown; input?: unknown; headers?: Record<string, string> }) => {
    const { headers = {}, ...body } = init;
    const response = await fetch(`${backend.url}/api/v1/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${backend.credentials.humans2ai.agent}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    });
    const answer = asRecord(await response.json());
    expect(answer.result).toBeNull();
    return { status: response.status, code: at(answer, 'error.code'), message: String(at(answer, 'error.message')) };
  };

  it.each([
    ['an invalid input', { tool: 'get_task', input: {} }, 400, 'VALIDATION_ERROR'],
    ['an unknown tool', { tool: 'no_such_tool', input: {} }, 400, 'MCP_ERROR'],
    ['a missing key', { tool: 'get_wallet', input: {}, headers: { authorization: '' } }, 401, 'UNAUTHORIZED'],
    ['a task that does not exist', { tool: 'get_task', input: { taskId: 'task_xyz' } }, 404, 'TASK_NOT_FOUND'],
    ['a financial tool without a key', { tool: 'cancel_task', input: { taskId: 'task_xyz' } }, 400, 'VALIDATION_ERROR'],
  ])('%s', async (_, request, status, code) => {
    expect(await refused(request)).toMatchObject({ status, code });
  });

  it('names the task as the sample does', async () => {
    const { message } = await refused({ tool: 'get_task', input: { taskId: 'task_xyz' } });
    expect(message).toBe('Task "task_xyz" not found');
  });

  it('answers a wrong status with 409', async () => {
    const task = await overHttp('create_task', shanghai());
    const request = {
      tool: 'approve_submission',
      input: { taskId: task.id },
      headers: { 'idempotency-key': 'too-early' },
    };
    expect(await refused(request)).toMatchObject({ status: 409, code: 'CONFLICT' });
  });

  it('refuses a missing permission with 403', async () => {
    const registered = await overHttp('register', { email: 'guide@example.com', password: 'guide-password-1' });
    const headers = { authorization: `Bearer ${String(at(registered, 'apiKey.key'))}`, 'idempotency-key': 'read-only' };
    expect(at(registered, 'apiKey.permissions')).toEqual(['tasks:read', 'wallet:read', 'messages:read']);
    expect(await refused({ tool: 'create_task', input: shanghai(), headers })).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
  });
});

describe('the hire of the Agrenting hirer guide', () => {
  it('hires with the printed arguments, waits, and pays the agent', async () => {
    const headers = { authorization: `Bearer ${backend.credentials.agrenting.hirer}` };
    const before = at(
      await (await fetch(`${backend.url}/api/v1/ledger/balance`, { headers })).json(),
      'data.available',
    );
    const answer = await client.call('hire_agent', {
      agent_did: 'did:agrenting:swift',
      task_description: 'Summarize this PR',
      capability: 'summarize',
      max_price: '2.00',
      delivery_mode: 'output',
    });
    expect(answer.isError, answer.text).toBe(false);
    expect(answer.data.status).toBe('queued');
    await backend.advance(10_000);
    const status = await client.call('get_hiring_status', { hiring_id: answer.data.hiring_id });
    expect(status.data).toMatchObject({ status: 'completed', final: true, price: '2.00' });
    expect(status.data.task_output).toBeDefined();
    const after = at(await (await fetch(`${backend.url}/api/v1/ledger/balance`, { headers })).json(), 'data.available');
    expect(Number(before) - Number(after)).toBe(2);
    const ledger = asRecord(await (await fetch(`${backend.url}/sandbox/ledger`)).json());
    expect(ledger.balanced).toBe(true);
  });
});
