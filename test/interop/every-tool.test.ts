import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allTools } from '../../src/tools.js';
import { watchFor } from '../stdio/canaries.js';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { asRecord, at, ERAS, startClient, type TestClient, type ToolAnswer } from './clients.js';

/** Every tool, called over real stdio against a real backend, in a good and in a bad case, in every protocol era. */

const NOBODY = '00000000-0000-4000-8000-000000000000';
const HOUR = 3_600_000;

let folder: Folder;
let backend: RunningBackend;

beforeAll(async () => {
  folder = temporaryFolder();
  backend = await startBackend(folder.path, ['--no-rate-limits']);
});
afterAll(async () => {
  await backend.stop();
  folder.remove();
});

describe.each(ERAS)('%s', (era) => {
  const own = temporaryFolder();
  const called = { good: new Set<string>(), bad: new Set<string>() };
  let client: TestClient;

  beforeAll(async () => {
    client = await startClient(era, { folder: own.path, env: backend.env, args: ['--confirm', 'never'] });
  });
  afterAll(async () => {
    await client.close();
    own.remove();
  });

  const good = async (name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
    const answer = await client.call(name, args);
    expect(answer.isError, `${name}: ${answer.text}`).toBe(false);
    expect(JSON.parse(answer.text)).toEqual(answer.data);
    called.good.add(name);
    return answer.data;
  };
  const bad = async (name: string, args: Record<string, unknown>, code: string): Promise<ToolAnswer> => {
    const answer = await client.call(name, args);
    expect(answer.isError, `${name} should have been refused`).toBe(true);
    expect(answer.text).toContain(code);
    expect(answer.text).toMatch(/Nothing was changed\.$|It is not known whether anything changed\.$/);
    called.bad.add(name);
    return answer;
  };
  const hire = (name: string, more: Record<string, unknown> = {}) => ({
    agent_did: `did:agrenting:${name}`,
    task_description: `Work for ${era} ${randomUUID()}`,
    capability: 'summarize',
    max_price: '25.00',
    ...more,
  });
  const newTask = (more: Record<string, unknown> = {}) => ({
    title: `Photograph a cafe ${randomUUID()}`,
    description: 'Five pictures of the front.',
    category: 'photography',
    budget: 20,
    deadline: new Date(Date.now() + 48 * HOUR).toISOString(),
    urgency: 'low',
    ...more,
  });
  /** A task with an applicant, or further. */
  const taskUntil = async (status: 'open' | 'assigned' | 'submitted'): Promise<{ taskId: string; humanId: string }> => {
    const task = await good('create_task', newTask());
    const taskId = String(task.id);
    await backend.advance(10_000);
    const applicants = await good('list_applicants', { taskId });
    const humanId = String(at(applicants, 'applications.0.humanId'));
    if (status !== 'open') await good('select_applicant', { taskId, humanId });
    if (status === 'submitted') await backend.advance(60_000);
    return { taskId, humanId };
  };

  it('lists every tool with its schemas and hints, sorted', async () => {
    const tools = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(allTools.map((tool) => tool.name));
    for (const tool of tools) expect(Object.keys(asRecord(tool.annotations))).toHaveLength(5);
    expect(client.instructions()).toContain('Hirewire hires AI agents');
  });

  it('hires an agent that asks, answers it, and reads what it delivered', async () => {
    const agents = await good('list_agents', { limit: 50 });
    expect(at(agents, 'agents.0.did')).toMatch(/^did:/);
    await bad('list_agents', { limit: 1_000 }, 'INVALID_ARGUMENTS');

    const hired = await good('hire_agent', hire('curious'));
    const hiring_id = String(hired.hiring_id);
    await bad('hire_agent', hire('busy'), 'CONFLICT');
    await bad('hire_agent', hire('swift', { max_price: '0.01' }), 'INVALID_ARGUMENTS');
    await backend.advance(10_000);
    const waited = await good('wait_for_hirings', { hiring_ids: [hiring_id], wait_seconds: 5 });
    const question_id = String(at(waited, 'hirings.0.open_questions.0.question_id'));
    await bad('wait_for_hirings', { hiring_ids: [] }, 'INVALID_ARGUMENTS');
    await bad('answer_hiring_question', { hiring_id, question_id: NOBODY, answer: 'x' }, 'NOT_FOUND');
    await good('answer_hiring_question', { hiring_id, question_id, answer: 'Use the second one.' });
    await backend.advance(30_000);
    const status = await good('get_hiring_status', { hiring_id });
    expect(status).toMatchObject({ status: 'completed', final: true });
    await bad('get_hiring_status', { hiring_id: NOBODY }, 'NOT_FOUND');
    await bad('cancel_hiring', { hiring_id }, 'CONFLICT');
    await good('list_my_hirings', { status: 'completed', limit: 5 });
    await bad('list_my_hirings', { status: 'no-such-status' }, 'INVALID_ARGUMENTS');
  });

  it('reads artifacts, cancels, and sees the money come back', async () => {
    const hired = await good('hire_agent', hire('artist'));
    await backend.advance(30_000);
    const listed = await good('list_hiring_artifacts', { hiring_id: hired.hiring_id });
    await bad('list_hiring_artifacts', { hiring_id: NOBODY }, 'NOT_FOUND');
    const artifact_id = at(listed, 'artifacts.0.artifact_id');
    const file = await good('download_artifact', { artifact_id, max_bytes: 100 });
    expect(String(file.content).length).toBeGreaterThan(0);
    await bad('download_artifact', { artifact_id: NOBODY }, 'NOT_FOUND');

    const before = await good('check_balance');
    const slow = await good('hire_agent', hire('steady'));
    const cancelled = await good('cancel_hiring', { hiring_id: slow.hiring_id });
    expect(cancelled.status).toBe('cancelled');
    expect((await good('check_balance')).available).toBe(before.available);
    await bad('check_balance', { unknown_argument: 1 }, 'INVALID_ARGUMENTS');
  });

  it('keeps a GitHub token and never shows it', async () => {
    const token = watchFor(own.path, `ghp_${randomUUID().replaceAll('-', '')}abcd`);
    await bad('set_github_token', { token: '' }, 'INVALID_ARGUMENTS');
    const stored = await good('set_github_token', { token });
    expect(JSON.stringify(stored)).not.toContain(token);
    const status = await good('get_github_token_status');
    expect(status.stored).toBe(true);
    expect(JSON.stringify(status)).not.toContain(token);
    await bad('get_github_token_status', { x: 1 }, 'INVALID_ARGUMENTS');
    const pushed = await good(
      'hire_agent',
      hire('pusher', {
        delivery_mode: 'push',
        repo_url: 'https://github.com/acme/repo',
        repo_access_token: watchFor(own.path, `github_pat_${randomUUID()}`),
      }),
    );
    await backend.advance(30_000);
    expect(JSON.stringify(await good('get_hiring_status', { hiring_id: pushed.hiring_id }))).not.toContain(token);
    await good('clear_github_token');
    await bad('clear_github_token', { x: 1 }, 'INVALID_ARGUMENTS');
    await bad(
      'hire_agent',
      hire('pusher', { delivery_mode: 'push', repo_url: 'https://github.com/acme/repo' }),
      'INVALID_ARGUMENTS',
    );
    const deposit = await good('generate_deposit_address', { amount: '10.00' });
    expect(String(deposit.deposit_address).length).toBeGreaterThan(5);
    await bad('generate_deposit_address', { amount: '-1' }, 'INVALID_ARGUMENTS');
  });

  it('works as an agent: takes a hiring, talks, delivers, and gives one up', async () => {
    const work = async (): Promise<string> => {
      await backend.advance(120_000);
      await good('list_pending_hirings');
      await backend.advance(5_000);
      const pending = await good('list_pending_hirings');
      expect(at(pending, 'hirings.0.hiring_id'), JSON.stringify(pending)).toBeTypeOf('string');
      return String(at(pending, 'hirings.0.hiring_id'));
    };
    await bad('list_pending_hirings', { x: 1 }, 'INVALID_ARGUMENTS');
    const first = await work();
    await good('add_hiring_message', { hiring_id: first, content: 'On it.' });
    await bad('add_hiring_message', { hiring_id: NOBODY, content: 'x' }, 'NOT_FOUND');
    const delivered = await good('submit_hiring_result', { hiring_id: first, output: 'Done!' });
    expect(delivered.message).toBe(`Hiring ${first} marked as completed.`);
    const twice = await bad('submit_hiring_result', { hiring_id: first, output: 'Again!' }, 'CONFLICT');
    expect(twice.text).toContain('Hiring cannot be completed (wrong status).');
    const second = await work();
    const failed = await good('report_hiring_failure', { hiring_id: second, reason: 'No access.' });
    expect(failed.message).toBe(`Hiring ${second} marked as failed.`);
    await bad('report_hiring_failure', { hiring_id: second, reason: 'again' }, 'CONFLICT');
    await bad('task_emit_chunk', { task_id: NOBODY, content: 'x' }, 'NOT_FOUND');
  });

  it('streams a chunk of an agent-to-agent task', async () => {
    const headers = {
      authorization: `Bearer ${backend.credentials.agrenting.hirer}`,
      'content-type': 'application/json',
    };
    const agent = await (
      await fetch(`${backend.url}/api/v1/agents/${backend.credentials.agrenting.agent_did}`, { headers })
    ).json();
    const body = JSON.stringify({
      provider_agent_id: at(agent, 'data.id'),
      capability: 'summarize',
      input: { prompt: 'x' },
      max_price: '5.00',
    });
    const made = await (await fetch(`${backend.url}/agrenting/api/v1/tasks`, { method: 'POST', headers, body })).json();
    await backend.advance(2_000);
    const chunk = await good('task_emit_chunk', { task_id: at(made, 'data.id'), content: 'half way' });
    expect(chunk.seq).toBeTypeOf('number');
  });

  it('hires a human: from the task to the payout', async () => {
    await bad('create_task', newTask({ budget: 0 }), 'INVALID_ARGUMENTS');
    await bad('list_applicants', { taskId: 'task_none' }, 'NOT_FOUND');
    const { taskId, humanId } = await taskUntil('submitted');
    await bad('select_applicant', { taskId, humanId, idempotencyKey: `again-${randomUUID()}` }, 'CONFLICT');
    const task = await good('get_task', { taskId });
    expect(task.status).toBe('submitted');
    await bad('get_task', { taskId: 'task_none' }, 'NOT_FOUND');
    await good('send_message', { taskId, content: 'Thank you!' });
    await bad('send_message', { taskId, content: 'x'.repeat(2_001) }, 'INVALID_ARGUMENTS');
    expect(Number((await good('get_messages', { taskId })).total)).toBeGreaterThan(0);
    await bad('get_messages', { taskId: 'task_none' }, 'NOT_FOUND');
    const paid = await good('approve_submission', { taskId });
    expect(paid).toMatchObject({
      task: { id: taskId, status: 'completed' },
      message: 'Task approved and payment released',
    });
    await bad('approve_submission', { taskId, idempotencyKey: `again-${randomUUID()}` }, 'CONFLICT');
    await good('list_tasks', { status: 'completed', limit: 5 });
    await bad('list_tasks', { limit: 101 }, 'INVALID_ARGUMENTS');
    const wallet = await good('get_wallet');
    expect(wallet.currency).toBe('$A9token');
    await bad('get_wallet', { x: 1 }, 'INVALID_ARGUMENTS');
    await good('get_transactions', { type: 'escrow_lock', limit: 5 });
    await bad('get_transactions', { page: 0 }, 'INVALID_ARGUMENTS');
  });

  it('rejects a submission, cancels a task, and gets the money back', async () => {
    const { taskId } = await taskUntil('submitted');
    await bad('reject_submission', { taskId, reason: 'too short' }, 'INVALID_ARGUMENTS');
    const reason = 'The pictures show another building than the one that the task describes.';
    expect(await good('reject_submission', { taskId, reason })).toMatchObject({ message: 'Submission rejected' });
    const before = await good('get_wallet');
    const open = await good('create_task', newTask());
    const cancelled = await good('cancel_task', { taskId: open.id });
    expect(cancelled).toMatchObject({ message: 'Task cancelled and escrow refunded' });
    await bad('cancel_task', { taskId }, 'CONFLICT');
    expect((await good('get_wallet')).balance).toBe(before.balance);
  });

  it('signs up and logs in without showing a secret', async () => {
    const email = `${randomUUID()}@example.com`;
    const password = watchFor(own.path, `pass-${randomUUID()}1`);
    const registered = await good('register', { email, password, agentName: 'Test' });
    expect(JSON.stringify(registered)).not.toMatch(/sk_live_|eyJ|pass-/);
    await bad('register', { email, password }, 'EMAIL_EXISTS');
    const session = await good('login', { email, password });
    expect(JSON.stringify(session)).not.toMatch(/sk_live_|eyJ|pass-/);
    await bad('login', { email, password: 'wrong-password-1' }, 'UNAUTHORIZED');
  });

  it('prepares a confirmation, spends it, previews and looks operations up', async () => {
    const params = newTask();
    const prepared = await good('request_confirmation', { tool: 'create_task', params });
    expect(prepared.confirmationToken).toMatch(/^ctk_/);
    await bad('request_confirmation', { tool: 'get_wallet', params: {} }, 'INVALID_ARGUMENTS');
    const other = { ...params, budget: 21, confirmationToken: prepared.confirmationToken };
    await bad('create_task', other, 'CONFIRMATION_MISMATCH');
    const task = await good('create_task', { ...params, confirmationToken: prepared.confirmationToken });
    const operation = await good('get_operation', { id: at(task, 'operation.id') });
    expect(operation).toMatchObject({ state: 'done', tool: 'create_task', amount: '20.00 $A9token' });
    await bad('get_operation', { id: 'hw_nothing' }, 'NOT_FOUND');
    const preview = await good('preview_operation', { tool: 'cancel_task', arguments: { taskId: task.id } });
    expect(preview.allowed).toBe('yes');
    await bad('preview_operation', { tool: 'cancel_task', arguments: { taskId: 'task_none' } }, 'NOT_FOUND');
  });

  it('called every tool in a good and in a bad case', () => {
    const names = allTools.map((tool) => tool.name);
    console.log(`figure: era="${era}" tools=${names.length} good=${called.good.size} bad=${called.bad.size}`);
    expect(names.filter((name) => !called.good.has(name))).toEqual([]);
    expect(names.filter((name) => !called.bad.has(name))).toEqual([]);
  });
});
