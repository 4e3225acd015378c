import { describe, expect, it } from 'vitest';
import { data, list, openSandbox, refusal, type Sandbox, text } from './helpers.js';

const DAY = 24 * 3_600_000;

/** A hiring of an agent that is run by the test, in progress. */
async function working(sandbox: Sandbox, extra: Record<string, unknown> = {}) {
  const worker = await sandbox.register({ name: 'Worker' });
  await worker.call('GET', '/hirings/pending');
  const id = await sandbox.hire(worker.did, { price: '10.00', ...extra });
  await sandbox.backend.advance(1_000);
  return { id, worker: worker.call, agentId: worker.id, did: worker.did };
}

describe('an agent that polls over REST', () => {
  it('passes the probe, finds the hiring in its pending work, and delivers', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox, { client_message: 'Thank you!', task_input: { pages: 3 } });
    const pending = await worker('GET', '/hirings/pending');
    expect(list(data(pending))).toHaveLength(1);
    expect(data(pending, 0)).toMatchObject({
      id,
      status: 'in_progress',
      price: '10.00',
      delivery_mode: 'output',
      client_message: 'Thank you!',
      task_input: { pages: 3, delivery_mode: 'output' },
    });
    expect(text(pending, 0, 'system_prompt')).toContain('submit_hiring_result');
    expect(data(pending, 0)).not.toHaveProperty('repo_access_token');
    const result = await worker('POST', `/hirings/${id}/result`, { output: 'Here it is.' });
    expect(data(result)).toMatchObject({ status: 'completed', final: true, task_output: { result: 'Here it is.' } });
    expect(data(await worker('GET', '/hirings/pending'))).toEqual([]);
    expect(data(await worker('GET', '/ledger/balance'))).toMatchObject({ available: '9.50', escrow: '0.00' });
  });

  it('is taken for offline when it has not called for an hour, and the hirer is refunded', async () => {
    const sandbox = await openSandbox();
    const worker = await sandbox.register();
    await worker.call('GET', '/hirings/pending');
    await sandbox.backend.advance(3_600_000);
    const id = await sandbox.hire(worker.did);
    await sandbox.backend.advance(1_000);
    expect(await sandbox.read(id)).toMatchObject({ status: 'failed' });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });
});

describe('a result', () => {
  it.each([
    ['text in output', { output: 'done' }, { result: 'done' }],
    ['text in result', { result: 'done' }, { result: 'done' }],
    ['an object in output', { output: { content: 'done', pages: 2 } }, { content: 'done', pages: 2 }],
    [
      'an object with notes',
      { result: { text: 'done' }, quality_rating: 4.5, notes: 'fine' },
      { text: 'done', notes: 'fine' },
    ],
  ])('may be %s', async (_, body, output) => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    await worker('POST', `/hirings/${id}/result`, body);
    expect(await sandbox.read(id)).toMatchObject({ status: 'completed', task_output: output });
  });

  it('may be empty when artifacts are attached, and only then', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    expect(refusal(await worker('POST', `/hirings/${id}/result`, {}))).toBe('422 VALIDATION_ERROR');
    const artifacts = [{ artifact_type: 'text', name: 'a.txt', content: 'hello' }];
    await worker('POST', `/hirings/${id}/artifacts`, { artifacts });
    expect(data(await worker('POST', `/hirings/${id}/result`, {}))).toMatchObject({
      status: 'completed',
      task_output: {},
    });
  });

  it('comes too late after a cancellation, and cannot be given twice', async () => {
    const sandbox = await openSandbox();
    const first = await working(sandbox);
    await sandbox.hirer('POST', `/hirings/${first.id}/cancel`);
    const late = await first.worker('POST', `/hirings/${first.id}/result`, { output: 'late' });
    expect(refusal(late)).toBe('409 CONFLICT');
    expect(String(late.text)).toContain('Hiring cannot be completed (wrong status).');
    expect(await sandbox.read(first.id)).toMatchObject({ status: 'cancelled', task_output: null });
    const second = await working(sandbox);
    await second.worker('POST', `/hirings/${second.id}/result`, { output: 'once' });
    expect(refusal(await second.worker('POST', `/hirings/${second.id}/result`, { output: 'twice' }))).toBe(
      '409 CONFLICT',
    );
    expect(await sandbox.read(second.id)).toMatchObject({ task_output: { result: 'once' } });
    expect(await sandbox.money()).toEqual({ available: '990.00', escrow: '0.00' });
  });
});

describe('a failure', () => {
  it.each([
    ['a text in reason', { reason: 'No such file.' }, 'No such file.'],
    ['a word and a text', { reason: 'timeout', error: 'took too long' }, 'timeout: took too long'],
    ['nothing', {}, 'The agent gave no reason.'],
  ])('may be told as %s, and refunds in full', async (_, body, reason) => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    expect((await worker('POST', `/hirings/${id}/failure`, body)).status).toBe(200);
    expect(await sandbox.read(id)).toMatchObject({ status: 'failed', failed_reason: reason, final: true });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('is what becomes of a hiring whose deadline passes', async () => {
    const sandbox = await openSandbox();
    const { id } = await working(sandbox);
    await sandbox.backend.advance(DAY);
    expect(await sandbox.read(id)).toMatchObject({
      status: 'failed',
      failed_reason: 'The deadline passed without a result.',
    });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });
});

describe('cancelling', () => {
  it('refunds in full while the hiring is queued and while it is in progress', async () => {
    const sandbox = await openSandbox();
    const queued = await sandbox.hire('steady');
    expect(data(await sandbox.hirer('POST', `/hirings/${queued}/cancel`))).toMatchObject({
      status: 'cancelled',
      final: true,
    });
    const running = await sandbox.hire('steady');
    await sandbox.backend.advance(3_000);
    expect(await sandbox.read(running)).toMatchObject({ status: 'in_progress' });
    await sandbox.hirer('POST', `/hirings/${running}/cancel`, {});
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
    await sandbox.backend.advance(60_000);
    expect(await sandbox.read(running)).toMatchObject({ status: 'cancelled', task_output: null });
  });

  it('is refused once the hiring is final', async () => {
    const sandbox = await openSandbox();
    const id = await sandbox.hire('swift');
    await sandbox.backend.advance(1_000);
    expect(refusal(await sandbox.hirer('POST', `/hirings/${id}/cancel`))).toBe('409 CONFLICT');
    expect(await sandbox.money()).toEqual({ available: '975.00', escrow: '0.00' });
  });
});

describe('a retry', () => {
  it('holds the price again under the same id, with the next attempt and a new dispatch', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    const before = await worker('POST', `/hirings/${id}/failure`, { reason: 'First try.' });
    const again = await sandbox.hirer('POST', `/hirings/${id}/retry`, { reason: 'Please try once more.' });
    expect(data(again)).toMatchObject({ id, status: 'queued', final: false, trace_attempt: 2, failed_reason: null });
    expect(text(again, 'dispatch_id')).not.toBe(text(before, 'dispatch_id'));
    expect(await sandbox.money()).toEqual({ available: '990.00', escrow: '10.00' });
    await sandbox.backend.advance(1_000);
    await worker('POST', `/hirings/${id}/result`, { output: 'Second try.' });
    expect(await sandbox.read(id)).toMatchObject({ status: 'completed', task_output: { result: 'Second try.' } });
    expect(await sandbox.money()).toEqual({ available: '990.00', escrow: '0.00' });
  });

  it('is refused unless the hiring has failed, and when the balance no longer covers it', async () => {
    const sandbox = await openSandbox();
    const done = await sandbox.hire('swift');
    expect(refusal(await sandbox.hirer('POST', `/hirings/${done}/retry`, {}))).toBe('409 CONFLICT');
    await sandbox.backend.advance(1_000);
    expect(refusal(await sandbox.hirer('POST', `/hirings/${done}/retry`, {}))).toBe('409 CONFLICT');
    const failed = await sandbox.hire('faulty', { price: '100.00' });
    await sandbox.backend.advance(1_000);
    await sandbox.hire('steady', { price: '900.00' });
    expect(refusal(await sandbox.hirer('POST', `/hirings/${failed}/retry`, {}))).toBe('422 INSUFFICIENT_BALANCE');
    expect(await sandbox.read(failed)).toMatchObject({ status: 'failed', trace_attempt: 1 });
  });

  it('gives the simulated agent the whole behaviour again', async () => {
    const sandbox = await openSandbox();
    const id = await sandbox.hire('faulty');
    await sandbox.backend.advance(2_000);
    await sandbox.hirer('POST', `/hirings/${id}/retry`, {});
    await sandbox.backend.advance(2_000);
    expect(await sandbox.read(id)).toMatchObject({ status: 'failed', trace_attempt: 2 });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });
});

describe('the conversation of a hiring', () => {
  it('carries a question to the hirer and the answer back, and closes the question', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    const path = `/hirings/${id}/messages`;
    const asked = await worker('POST', path, { content: 'For whom?', kind: 'question' });
    const question = text(asked, 'id');
    expect(await sandbox.read(id)).toMatchObject({
      open_questions: [{ question_id: question, content: 'For whom?' }],
    });
    const answered = await sandbox.hirer('POST', path, {
      content: 'For chefs.',
      kind: 'answer',
      reply_to_id: question,
    });
    expect(answered.status).toBe(201);
    expect(await sandbox.read(id)).toMatchObject({ open_questions: [] });
    const said = await worker('GET', path);
    expect(list(data(said)).map((_, n) => [text(said, n, 'sender_type'), text(said, n, 'kind')])).toEqual([
      ['agent', 'question'],
      ['hirer', 'answer'],
    ]);
    expect(data(said, 0)).toMatchObject({ sender_name: 'Worker', resolved_at: expect.any(String) });
    const twice = await sandbox.hirer('POST', path, { content: 'Again.', kind: 'answer', reply_to_id: question });
    expect(refusal(twice)).toBe('404 NOT_FOUND');
  });

  it('lets only the agent ask and only the hirer answer', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    const path = `/hirings/${id}/messages`;
    expect(refusal(await sandbox.hirer('POST', path, { content: 'Why?', kind: 'question' }))).toBe(
      '422 VALIDATION_ERROR',
    );
    const asked = await worker('POST', path, { content: 'How?', kind: 'question' });
    const own = { content: 'Like so.', kind: 'answer', reply_to_id: text(asked, 'id') };
    expect(refusal(await worker('POST', path, own))).toBe('422 VALIDATION_ERROR');
    expect(refusal(await sandbox.hirer('POST', path, { content: 'To nothing.', kind: 'answer' }))).toBe(
      '404 NOT_FOUND',
    );
  });

  it('takes no question and no answer once the work is finished, but still a message', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    const path = `/hirings/${id}/messages`;
    const asked = await worker('POST', path, { content: 'How?', kind: 'question' });
    await worker('POST', `/hirings/${id}/result`, { output: 'done' });
    expect(refusal(await worker('POST', path, { content: 'And?', kind: 'question' }))).toBe('409 CONFLICT');
    const answer = { content: 'So.', kind: 'answer', reply_to_id: text(asked, 'id') };
    expect(refusal(await sandbox.hirer('POST', path, answer))).toBe('409 CONFLICT');
    expect((await sandbox.hirer('POST', path, { content: 'Thank you.' })).status).toBe(201);
  });

  it('refuses more than 5,000 characters', async () => {
    const sandbox = await openSandbox();
    const { id } = await working(sandbox);
    const path = `/hirings/${id}/messages`;
    expect((await sandbox.hirer('POST', path, { content: 'x'.repeat(5_000) })).status).toBe(201);
    expect(refusal(await sandbox.hirer('POST', path, { content: 'x'.repeat(5_001) }))).toBe('422 VALIDATION_ERROR');
  });

  it('is paged from its end: the newest part first, and the cursor leads back without gap or repeat', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    const path = `/hirings/${id}/messages`;
    for (let n = 1; n <= 7; n += 1) await worker('POST', path, { content: `message ${n}` });
    const contents = (answer: Awaited<ReturnType<typeof worker>>) =>
      list(data(answer)).map((_, n) => text(answer, n, 'content'));
    const last = await sandbox.hirer('GET', `${path}?limit=3`);
    expect(contents(last)).toEqual(['message 5', 'message 6', 'message 7']);
    const { cursor } = Object(Object(last.body).meta.pagination);
    const before = await sandbox.hirer('GET', `${path}?limit=3&cursor=${cursor}`);
    expect(contents(before)).toEqual(['message 2', 'message 3', 'message 4']);
    expect(Object(before.body).meta.pagination).toMatchObject({ total_count: 7, has_more: true });
  });
});

describe('the list of hirings', () => {
  it('is newest first, counts by status, and pages by number or by offset', async () => {
    const sandbox = await openSandbox();
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.unshift(await sandbox.hire('swift', { price: '2.00' }));
    await sandbox.backend.advance(1_000);
    const late = await sandbox.hire('steady', { price: '5.00' });
    const page = async (query: string) => Object(data(await sandbox.hirer('GET', `/hirings?${query}`)));
    const idsOf = (answer: { hirings: { id: string }[] }) => answer.hirings.map((hiring) => hiring.id);
    const first = await page('limit=4');
    expect(first).toMatchObject({ total: 6, page: 1, per_page: 4, total_pages: 2 });
    expect(idsOf(first)).toEqual([late, ...ids.slice(0, 3)]);
    expect(idsOf(await page('limit=4&page=2'))).toEqual(ids.slice(3));
    expect(idsOf(await page('limit=2&offset=3'))).toEqual(ids.slice(2, 4));
    expect(await page('status=completed&limit=1')).toMatchObject({ total: 5, total_pages: 5 });
    expect(idsOf(await page('status=queued'))).toEqual([late]);
    expect(await page('status=cancelled')).toMatchObject({ hirings: [], total: 0, total_pages: 0 });
  });
});
