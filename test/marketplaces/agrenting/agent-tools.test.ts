import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { money, refusalOf } from '../context.js';
import { answering, call, hireOwnAgent, json, openSandbox, type Sandbox, send, toolNamed } from './sandbox.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox.backend.close();
});

const UNKNOWN_ID = '00000000-0000-4000-8000-00000000ffff';
const earned = async () => Number((await call('check_balance', {}, sandbox.agent)).available);

describe('list_pending_hirings', () => {
  it('shows the work with everything that is needed to do it', async () => {
    const args = {
      task_description: 'Translate.',
      task_input: { words: ['a\u202eb'] },
      client_message: 'Soon, please.',
      repo_url: 'https://github.com/acme/repo',
    };
    const hiring_id = await hireOwnAgent(sandbox, args);
    const { hirings, count } = await call('list_pending_hirings', {}, sandbox.agent);
    expect(count).toBe(Array.isArray(hirings) ? hirings.length : -1);
    expect(hirings).toContainEqual(
      expect.objectContaining({
        hiring_id,
        status: 'in_progress',
        task_description: 'Translate.',
        task_input: expect.objectContaining({ words: ['ab'] }),
        client_message: 'Soon, please.',
        price: '25.00',
        delivery_mode: 'output',
        deadline_at: expect.stringMatching(/Z$/),
      }),
    );
    await send('cancel_hiring', { hiring_id }, sandbox.hirer);
    const left = await call('list_pending_hirings', {}, sandbox.agent);
    expect(left.hirings).not.toContainEqual(expect.objectContaining({ hiring_id }));
  });

  it('withholds the token of a push-mode hiring', async () => {
    const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
    const repo_url = 'https://github.com/acme/repo';
    const push = { delivery_mode: 'push', repo_url, repo_access_token: token };
    const hiring_id = await hireOwnAgent(sandbox, push);
    const pending = await call('list_pending_hirings', {}, sandbox.agent);
    expect(pending.hirings).toContainEqual(
      expect.objectContaining({ hiring_id, repo_url, repo_access_token_present: true }),
    );
    expect(JSON.stringify(pending)).not.toContain(token);
    await send('cancel_hiring', { hiring_id }, sandbox.hirer);
  });

  it('withholds a token wherever the marketplace repeats it', async () => {
    const token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
    const hiring = {
      id: UNKNOWN_ID,
      status: 'in_progress',
      task_description: `Use ${token}.`,
      client_message: null,
      task_input: { repo_access_token: token, nested: [{ repo_access_token: 'other', url: `https://x:${token}@h/r` }] },
      repo_url: `https://${token}@github.com/acme/repo`,
    };
    const pending = await call(
      'list_pending_hirings',
      {},
      answering(sandbox.backend, () => json([hiring])),
    );
    expect(JSON.stringify(pending)).not.toMatch(/ghp_|other/);
    expect(pending.hirings).toEqual([
      {
        hiring_id: UNKNOWN_ID,
        status: 'in_progress',
        task_description: 'Use [withheld].',
        task_input: { nested: [{ url: 'https://x:[withheld]@h/r' }] },
        repo_url: 'https://github.com/acme/repo',
        repo_access_token_present: true,
      },
    ]);
  });

  it('is for agents: a hirer gets a refusal', async () => {
    const refusal = await refusalOf(() => call('list_pending_hirings', {}, sandbox.hirer));
    expect(refusal).toMatchObject({ code: 'FORBIDDEN', changed: 'no' });
  });
});

describe('submit_hiring_result', () => {
  it('completes the hiring and pays the agent, once', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const before = await earned();
    const submit = money(toolNamed('submit_hiring_result'), { hiring_id, output: 'Hello.' });
    expect(await submit.preview(sandbox.agent)).toMatchObject({
      sentence: expect.stringContaining('of the 25.00 USD held in escrow'),
      amount: { units: 2_500_000_000n },
      spends: false,
      payee: sandbox.agentDid,
    });
    expect(await submit.find?.(sandbox.agent, '')).toBeUndefined();
    const result = await send('submit_hiring_result', { hiring_id, output: 'Hello.' }, sandbox.agent);
    expect(result).toEqual({
      message: `Hiring ${hiring_id} marked as completed.`,
      hiring_id,
      status: 'completed',
      final: true,
      price: '25.00',
    });
    expect(await submit.find?.(sandbox.agent, '')).toEqual(result);
    expect((await earned()) - before).toBeCloseTo(23.75, 8);
  });

  it('is refused with the documented words when the status is wrong', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    await send('cancel_hiring', { hiring_id }, sandbox.hirer);
    const before = await earned();
    const refusal = await refusalOf(() => send('submit_hiring_result', { hiring_id, output: 'Late.' }, sandbox.agent));
    expect(refusal).toMatchObject({ code: 'CONFLICT', changed: 'no' });
    expect(refusal.details?.marketplace_says).toBe('Hiring cannot be completed (wrong status).');
    expect(await earned()).toBe(before);
  });
});

describe('report_hiring_failure', () => {
  it('gives the price back to the hirer and tells the reason', async () => {
    const before = await call('check_balance', {}, sandbox.hirer);
    const hiring_id = await hireOwnAgent(sandbox);
    const report = money(toolNamed('report_hiring_failure'), { hiring_id });
    const preview = await report.preview(sandbox.agent);
    expect(preview.sentence).toContain('the 25.00 USD held in escrow go back to the hirer in full');
    expect(await report.find?.(sandbox.agent, '')).toBeUndefined();
    const result = await send('report_hiring_failure', { hiring_id, reason: 'No such file.' }, sandbox.agent);
    expect(result).toMatchObject({ message: `Hiring ${hiring_id} marked as failed.`, status: 'failed', final: true });
    expect(await report.find?.(sandbox.agent, '')).toEqual(result);
    expect(await call('check_balance', {}, sandbox.hirer)).toEqual(before);
    const shown = await call('get_hiring_status', { hiring_id }, sandbox.hirer);
    expect(shown.failed_reason).toBe('No such file.');
  });

  it('is refused for a hiring that this agent was not given', async () => {
    const refusal = await refusalOf(() => send('report_hiring_failure', { hiring_id: UNKNOWN_ID }, sandbox.agent));
    expect(refusal).toMatchObject({ code: 'NOT_FOUND', changed: 'no' });
  });
});

describe('add_hiring_message', () => {
  it('sends a message or asks a question', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const told = await call('add_hiring_message', { hiring_id, content: 'On it.' }, sandbox.agent);
    expect(told).toMatchObject({ message: 'Message sent.', hiring_id, kind: 'message' });
    const asked = await call('add_hiring_message', { hiring_id, content: 'Which?', kind: 'question' }, sandbox.agent);
    const { open_questions } = await call('get_hiring_status', { hiring_id }, sandbox.hirer);
    expect(open_questions).toMatchObject([{ question_id: asked.message_id, content: 'Which?' }]);
  });

  it('sends no question once the work is finished', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    await send('submit_hiring_result', { hiring_id, output: 'Hello.' }, sandbox.agent);
    const late = call('add_hiring_message', { hiring_id, content: 'Which?', kind: 'question' }, sandbox.agent);
    expect(await refusalOf(() => late)).toMatchObject({ code: 'CONFLICT', changed: 'no' });
  });
});

describe('task_emit_chunk', () => {
  it('numbers the pieces in their order', async () => {
    const task_id = await hireOwnAgent(sandbox);
    const first = await call('task_emit_chunk', { task_id, content: 'Hel' }, sandbox.agent);
    const second = await call('task_emit_chunk', { task_id, content: 'lo.', kind: 'text' }, sandbox.agent);
    expect(first.task_id).toBe(task_id);
    expect(second.seq).toBe(Number(first.seq) + 1);
  });

  it('is refused for work that this agent was not given', async () => {
    const emit = call('task_emit_chunk', { task_id: UNKNOWN_ID, content: 'Hel' }, sandbox.agent);
    expect(await refusalOf(() => emit)).toMatchObject({ code: 'NOT_FOUND', changed: 'no' });
  });
});
