import { describe, expect, it } from 'vitest';
import { UNIT } from '../../../src/money.js';
import { at } from '../support.js';
import { data, list, openSandbox, refusal, type Sandbox, text } from './helpers.js';

/** A task for an agent that is run by the test. */
async function given(sandbox: Sandbox, extra: Record<string, unknown> = {}) {
  const provider = await sandbox.register({ name: 'Provider', base_price: '4.00' });
  await provider.call('GET', '/tasks');
  const body = {
    provider_agent_id: provider.id,
    capability: 'testing',
    input: { n: 1 },
    payment_type: 'balance',
    ...extra,
  };
  const created = await sandbox.hirer('POST', '/tasks', body);
  if (created.status !== 201) throw new Error(created.text);
  await sandbox.backend.advance(200);
  return { id: text(created, 'id'), created, provider };
}
const task = async (sandbox: Sandbox, id: string) => data(await sandbox.hirer('GET', `/tasks/${id}`));

describe('giving a task', () => {
  it('holds the price at once when it is paid from the balance, and dispatches it', async () => {
    const sandbox = await openSandbox();
    const { id, created } = await given(sandbox, { max_price: '10.00' });
    expect(data(created)).toMatchObject({
      status: 'pending',
      task_id: id,
      price: '10.00',
      input: { n: 1 },
      client_agent_id: null,
      payment: { status: 'escrowed', payment_type: 'balance', amount: '10.00', escrow_held: true },
    });
    expect(await sandbox.money()).toEqual({ available: '990.00', escrow: '10.00' });
    expect(await task(sandbox, id)).toMatchObject({ status: 'in_progress' });
  });

  it('takes input as text or object, and the provider under any of its names or none', async () => {
    const { hirer } = await openSandbox();
    const swift = text(await hirer('GET', '/agents/did:agrenting:swift'), 'id');
    const create = async (body: object) => data(await hirer('POST', '/tasks', { capability: 'summarize', ...body }));
    expect(await create({ provider_agent_id: swift, input: 'Hello', external_client: true })).toMatchObject({
      input: { prompt: 'Hello' },
      price: '2.00',
    });
    expect(await create({ agent_id: swift, input: { a: 1 } })).toMatchObject({ provider_agent_id: swift });
    expect(await create({ provider_agent_did: 'did:agrenting:swift' })).toMatchObject({
      provider_agent_id: swift,
      input: {},
    });
    expect(await create({ input: {}, max_price: '3.00', execution_mode: 'async' })).toMatchObject({
      provider_agent_id: swift,
    });
  });

  it('finds the best agent that is online, free and cheap enough, or says that there is none', async () => {
    const { hirer } = await openSandbox();
    const create = (body: object) => hirer('POST', '/tasks', { input: {}, ...body });
    const hostile = text(await hirer('GET', '/agents/did:agrenting:hostile'), 'id');
    expect(data(await create({ capability: 'summarize', max_price: '1.00' }))).toMatchObject({
      provider_agent_id: hostile,
    });
    expect(refusal(await create({ capability: 'summarize', max_price: '0.49' }))).toBe('503 AGENT_UNAVAILABLE');
    expect(refusal(await create({ capability: 'legal-review' }))).toBe('503 AGENT_UNAVAILABLE');
    expect(refusal(await create({ capability: 'transcription' }))).toBe('503 AGENT_UNAVAILABLE');
  });

  it('refuses a named agent that is unknown, busy, inactive or dearer', async () => {
    const { hirer, register } = await openSandbox();
    const create = (body: object) => hirer('POST', '/tasks', { capability: 'x', input: {}, ...body });
    expect(refusal(await create({ provider_agent_did: 'did:agrenting:nobody' }))).toBe('404 NOT_FOUND');
    expect(refusal(await create({ agent_id: '11111111-1111-4111-8111-111111111111' }))).toBe('404 NOT_FOUND');
    expect(refusal(await create({ provider_agent_did: 'did:agrenting:busy' }))).toBe('409 AGENT_BUSY');
    expect(refusal(await create({ provider_agent_did: 'did:agrenting:swift', max_price: '1.99' }))).toBe(
      '422 INVALID_AMOUNT',
    );
    const resting = await register();
    await resting.call('PATCH', `/agents/${resting.id}`, { agent: { status: 'inactive' } });
    expect(refusal(await create({ agent_id: resting.id }))).toBe('503 AGENT_UNAVAILABLE');
  });

  it('is bound by the cap of the key, also when it is paid later', async () => {
    const { as, hirer, key } = await openSandbox();
    const capped = as(await key({ cap: UNIT }));
    const body = { provider_agent_did: 'did:agrenting:swift', capability: 'x', input: {} };
    expect(refusal(await capped('POST', '/tasks', body))).toBe('403 FORBIDDEN');
    const id = text(await hirer('POST', '/tasks', body), 'id');
    expect(refusal(await capped('POST', `/tasks/${id}/payments`, {}))).toBe('403 FORBIDDEN');
  });

  it('is not made at all when the balance does not cover it', async () => {
    const sandbox = await openSandbox();
    const body = {
      provider_agent_did: 'did:agrenting:swift',
      capability: 'x',
      input: {},
      max_price: '1000.01',
      payment_type: 'balance',
    };
    expect(refusal(await sandbox.hirer('POST', '/tasks', body))).toBe('422 INSUFFICIENT_BALANCE');
    expect(data(await sandbox.hirer('GET', '/tasks'))).toEqual([]);
  });

  it('can be done by an agent too, out of its own money', async () => {
    const sandbox = await openSandbox();
    const hiring = text(await sandbox.agent('GET', '/hirings/pending'), 0, 'id');
    await sandbox.agent('POST', `/hirings/${hiring}/result`, { output: 'done' });
    const body = { provider_agent_did: 'did:agrenting:swift', capability: 'x', input: 'Hi', payment_type: 'balance' };
    const created = await sandbox.agent('POST', '/tasks', body);
    expect(data(created)).toMatchObject({ client_agent_id: '0d3a0000-0000-4000-8000-000000000002' });
    await sandbox.backend.advance(1_000);
    expect(data(await sandbox.agent('GET', `/tasks/${text(created, 'id')}`))).toMatchObject({ status: 'completed' });
    expect(data(await sandbox.agent('GET', '/ledger/balance'))).toMatchObject({ available: '2.75', escrow: '0.00' });
  });
});

describe('paying for a task later', () => {
  const unpaid = { payment_type: undefined };

  it('from the balance holds the price once', async () => {
    const sandbox = await openSandbox();
    const { id } = await given(sandbox, unpaid);
    expect(await task(sandbox, id)).toMatchObject({ status: 'pending', payment: null });
    const paid = await sandbox.hirer('POST', `/tasks/${id}/payments`, { task_id: id });
    expect(data(paid)).toMatchObject({ task_id: id, status: 'escrowed', amount: '4.00', escrow_held: true });
    expect(data(await sandbox.hirer('GET', `/tasks/${id}/payments`))).toEqual([data(paid)]);
    expect(refusal(await sandbox.hirer('POST', `/tasks/${id}/payments`, {}))).toBe('409 CONFLICT');
    expect(await sandbox.money()).toEqual({ available: '996.00', escrow: '4.00' });
  });

  it('by an invoice holds it when the provider has confirmed', async () => {
    const sandbox = await openSandbox();
    const { id } = await given(sandbox, unpaid);
    const invoice = await sandbox.hirer('POST', `/tasks/${id}/payments`, {
      payment_type: 'crypto',
      crypto_currency: 'btc',
    });
    expect(data(invoice)).toMatchObject({
      status: 'pending',
      escrow_held: false,
      invoice_url: expect.stringContaining('.invalid/'),
    });
    expect(refusal(await sandbox.hirer('POST', `/tasks/${id}/payments`, {}))).toBe('409 CONFLICT');
    await sandbox.backend.advance(5_000);
    expect(await task(sandbox, id)).toMatchObject({ status: 'in_progress', payment: { status: 'escrowed' } });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '4.00' });
  });

  it('leaves the money of an invoice in the balance when the task was called off meanwhile', async () => {
    const sandbox = await openSandbox();
    const { id } = await given(sandbox, unpaid);
    await sandbox.hirer('POST', `/tasks/${id}/payments`, { payment_type: 'crypto' });
    await sandbox.hirer('POST', `/tasks/${id}/cancel`);
    await sandbox.backend.advance(5_000);
    expect(await sandbox.money()).toEqual({ available: '1004.00', escrow: '0.00' });
  });

  it('is not asked for free work', async () => {
    const sandbox = await openSandbox();
    const free = await sandbox.register({ base_price: '0' });
    await free.call('GET', '/tasks');
    const body = { provider_agent_id: free.id, capability: 'x', input: {}, payment_type: 'balance' };
    const id = text(await sandbox.hirer('POST', '/tasks', body), 'id');
    await sandbox.backend.advance(200);
    expect(refusal(await sandbox.hirer('POST', `/tasks/${id}/payments`, {}))).toBe('409 CONFLICT');
    expect(data(await free.call('PUT', `/tasks/${id}/complete`, { output: 'gladly' }))).toMatchObject({
      status: 'completed',
      payment: null,
    });
  });
});

describe('working on a task', () => {
  it('is paid for on completion, less 5 %', async () => {
    const sandbox = await openSandbox();
    const { id, provider } = await given(sandbox, { max_price: '10.00' });
    const done = await provider.call('PUT', `/tasks/${id}/complete`, { output: 'Here.' });
    expect(data(done)).toMatchObject({
      status: 'completed',
      output: { result: 'Here.' },
      progress_percent: 100,
      payment: { status: 'released' },
    });
    expect(data(await provider.call('GET', '/ledger/balance'))).toMatchObject({ available: '9.50' });
    expect(await sandbox.money()).toEqual({ available: '990.00', escrow: '0.00' });
    expect(refusal(await provider.call('PUT', `/tasks/${id}/complete`, { output: 'Again.' }))).toBe('409 CONFLICT');
  });

  it('that is not paid for cannot be completed', async () => {
    const sandbox = await openSandbox();
    const { id, provider } = await given(sandbox, { payment_type: undefined });
    expect(refusal(await provider.call('PUT', `/tasks/${id}/complete`, { output: 'x' }))).toBe('402 PAYMENT_FAILED');
  });

  it('ends with a refund when the provider fails or the client cancels, and moves the reputation', async () => {
    const sandbox = await openSandbox();
    const failed = await given(sandbox);
    expect(
      data(await failed.provider.call('PUT', `/tasks/${failed.id}/fail`, { error_reason: 'No idea.' })),
    ).toMatchObject({ status: 'failed', error_reason: 'No idea.', payment: { status: 'refunded' } });
    expect(data(await sandbox.hirer('GET', `/agents/${failed.provider.did}`))).toMatchObject({
      reputation_score: '3.18',
    });
    const cancelled = await given(sandbox);
    expect(data(await sandbox.hirer('POST', `/tasks/${cancelled.id}/cancel`))).toMatchObject({ status: 'cancelled' });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('is for the provider, and directing it for the client; others do not see it', async () => {
    const sandbox = await openSandbox();
    const { id, provider } = await given(sandbox);
    expect(refusal(await provider.call('POST', `/tasks/${id}/cancel`))).toBe('403 FORBIDDEN');
    expect(refusal(await sandbox.hirer('PUT', `/tasks/${id}/complete`, { output: 'x' }))).toBe('403 FORBIDDEN');
    const other = await sandbox.register();
    for (const path of ['', '/timeline', '/attempts', '/payments', '/artifacts', '/chunks']) {
      expect(refusal(await other.call('GET', `/tasks/${id}${path}`))).toBe('404 NOT_FOUND');
    }
    expect(refusal(await other.call('PUT', `/tasks/${id}/complete`, { output: 'x' }))).toBe('404 NOT_FOUND');
  });

  it('takes files, messages of both clients, and leaves a history', async () => {
    const sandbox = await openSandbox();
    const { id, provider } = await given(sandbox);
    const artifacts = [{ artifact_type: 'text', name: 'a.txt', content: 'hello' }];
    const added = await provider.call('POST', `/tasks/${id}/artifacts`, { artifacts });
    expect((await sandbox.hirer('GET', `/tasks/${id}/artifacts`)).body).toEqual(added.body);
    expect(data(await sandbox.hirer('POST', `/tasks/${id}/messages`, { content: 'Hurry.' }))).toMatchObject({
      content: 'Hurry.',
      sent_at: expect.any(String),
    });
    expect(
      (await provider.call('POST', `/tasks/${id}/messages`, { message: 'Soon.', message_type: 'feedback' })).status,
    ).toBe(201);
    expect(refusal(await sandbox.hirer('POST', `/tasks/${id}/messages`, {}))).toBe('422 VALIDATION_ERROR');
    await provider.call('PUT', `/tasks/${id}/complete`, { output: 'x' });
    const events = list(data(await sandbox.hirer('GET', `/tasks/${id}/timeline`), 'events'));
    expect(events.map((event) => at(event, 'event_type'))).toEqual([
      'task.created',
      'payment.confirmed',
      'task.in_progress',
      'task.message',
      'task.message',
      'task.completed',
    ]);
    expect(at(events[4], 'details')).toEqual({ content: 'Soon.', sender: 'provider', message_type: 'feedback' });
    expect(data(await sandbox.hirer('GET', `/tasks/${id}/attempts`))).toMatchObject({
      attempts: [{ status: 'completed', provider_agent_id: provider.id }],
    });
    expect(refusal(await provider.call('POST', `/tasks/${id}/artifacts`, { artifacts }))).toBe('409 CONFLICT');
  });

  it('waits for a provider that is offline, which can still do it when it comes', async () => {
    const sandbox = await openSandbox();
    const provider = await sandbox.register();
    const body = { provider_agent_id: provider.id, capability: 'x', input: {}, payment_type: 'balance' };
    const id = text(await sandbox.hirer('POST', '/tasks', body), 'id');
    await sandbox.backend.advance(60_000);
    expect(await task(sandbox, id)).toMatchObject({ status: 'pending' });
    expect(data(await provider.call('GET', '/tasks?role=provider'))).toMatchObject([{ id }]);
    expect(data(await provider.call('PUT', `/tasks/${id}/complete`, { output: 'x' }))).toMatchObject({
      status: 'completed',
    });
  });
});

describe('a dispute', () => {
  it('locks the escrow until the arbiter decides, after three days, for the client', async () => {
    const sandbox = await openSandbox();
    const { id, provider } = await given(sandbox);
    expect(
      data(await sandbox.hirer('POST', `/tasks/${id}/dispute`, { reason: 'Not what I asked for.' })),
    ).toMatchObject({ status: 'disputed' });
    expect(refusal(await provider.call('PUT', `/tasks/${id}/complete`, { output: 'x' }))).toBe('423 ESCROW_LOCKED');
    expect(refusal(await provider.call('PUT', `/tasks/${id}/fail`, { error_reason: 'x' }))).toBe('423 ESCROW_LOCKED');
    expect(refusal(await sandbox.hirer('POST', `/tasks/${id}/reassign`, {}))).toBe('409 DISPUTE_OPEN');
    expect(await sandbox.money()).toEqual({ available: '996.00', escrow: '4.00' });
    await sandbox.backend.advance(72 * 3_600_000);
    expect(await task(sandbox, id)).toMatchObject({ status: 'failed', payment: { status: 'refunded' } });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('comes too late once the task is over', async () => {
    const sandbox = await openSandbox();
    const { id, provider } = await given(sandbox);
    await provider.call('PUT', `/tasks/${id}/complete`, { output: 'x' });
    expect(refusal(await sandbox.hirer('POST', `/tasks/${id}/dispute`, { reason: 'Hm.' }))).toBe('409 CONFLICT');
  });
});

describe('handing a task to another agent', () => {
  it('keeps the escrow, opens the next attempt, and pays the one who does it', async () => {
    const sandbox = await openSandbox();
    const { id, provider } = await given(sandbox, { max_price: '10.00', capability: 'summarize' });
    const swift = text(await sandbox.hirer('GET', '/agents/did:agrenting:swift'), 'id');
    const moved = await sandbox.hirer('POST', `/tasks/${id}/reassign`, {
      new_provider_agent_did: 'did:agrenting:swift',
    });
    expect(data(moved)).toMatchObject({ status: 'pending', provider_agent_id: swift });
    expect(refusal(await provider.call('PUT', `/tasks/${id}/complete`, { output: 'mine' }))).toBe('404 NOT_FOUND');
    await sandbox.backend.advance(1_000);
    expect(await task(sandbox, id)).toMatchObject({ status: 'completed' });
    const attempts = data(await sandbox.hirer('GET', `/tasks/${id}/attempts`), 'attempts');
    expect(attempts).toMatchObject([
      { status: 'reassigned', provider_agent_id: provider.id },
      { status: 'completed', provider_agent_id: swift },
    ]);
    expect(await sandbox.money()).toEqual({ available: '990.00', escrow: '0.00' });
  });

  it('lets the marketplace pick another one than the present, and refuses a dearer one', async () => {
    const sandbox = await openSandbox();
    const swift = text(await sandbox.hirer('GET', '/agents/did:agrenting:swift'), 'id');
    const body = { provider_agent_id: swift, capability: 'summarize', input: {} };
    const id = text(await sandbox.hirer('POST', '/tasks', body), 'id');
    const hostile = text(await sandbox.hirer('GET', '/agents/did:agrenting:hostile'), 'id');
    expect(data(await sandbox.hirer('POST', `/tasks/${id}/reassign`, {}))).toMatchObject({
      provider_agent_id: hostile,
    });
    const dear = { new_provider_agent_did: 'did:agrenting:artist' };
    expect(refusal(await sandbox.hirer('POST', `/tasks/${id}/reassign`, dear))).toBe('422 INVALID_AMOUNT');
  });
});

describe('streamed output', () => {
  it('is numbered, kept, and read from any number on by both sides', async () => {
    const sandbox = await openSandbox();
    const { id, provider } = await given(sandbox);
    for (let n = 1; n <= 4; n += 1) {
      expect(data(await provider.call('POST', `/tasks/${id}/chunks`, { content: `part ${n}` }))).toEqual({ seq: n });
    }
    const chunks = list(data(await sandbox.hirer('GET', `/tasks/${id}/chunks?after=2`)));
    expect(chunks.map((chunk) => [at(chunk, 'seq'), at(chunk, 'content'), at(chunk, 'kind')])).toEqual([
      [3, 'part 3', 'text'],
      [4, 'part 4', 'text'],
    ]);
    expect(refusal(await sandbox.hirer('POST', `/tasks/${id}/chunks`, { content: 'x' }))).toBe('403 FORBIDDEN');
    await provider.call('PUT', `/tasks/${id}/complete`, { output: 'x' });
    expect(refusal(await provider.call('POST', `/tasks/${id}/chunks`, { content: 'late' }))).toBe('409 CONFLICT');
  });

  it('starts a task that waited for its provider', async () => {
    const sandbox = await openSandbox();
    const provider = await sandbox.register();
    const body = { provider_agent_id: provider.id, capability: 'x', input: {}, payment_type: 'balance' };
    const id = text(await sandbox.hirer('POST', '/tasks', body), 'id');
    await sandbox.backend.advance(1_000);
    await provider.call('POST', `/tasks/${id}/chunks`, { content: 'Here I am.' });
    expect(await task(sandbox, id)).toMatchObject({ status: 'in_progress' });
  });

  it('works for a hiring under its id as well, while it is in progress', async () => {
    const sandbox = await openSandbox();
    const id = text(await sandbox.agent('GET', '/hirings/pending'), 0, 'id');
    expect(data(await sandbox.agent('POST', `/tasks/${id}/chunks`, { content: 'a', kind: 'log' }))).toEqual({ seq: 1 });
    expect(data(await sandbox.agent('GET', `/tasks/${id}/chunks`))).toMatchObject([{ content: 'a', kind: 'log' }]);
    const other = await sandbox.register();
    expect(refusal(await other.call('POST', `/tasks/${id}/chunks`, { content: 'b' }))).toBe('404 NOT_FOUND');
    await sandbox.agent('POST', `/hirings/${id}/result`, { output: 'done' });
    expect(refusal(await sandbox.agent('POST', `/tasks/${id}/chunks`, { content: 'c' }))).toBe('409 CONFLICT');
  });
});

describe('the list of tasks', () => {
  it('is newest first for either side, filtered by status, and pages by cursor', async () => {
    const sandbox = await openSandbox();
    const ids: string[] = [];
    const provider = await sandbox.register();
    for (let n = 0; n < 5; n += 1) {
      const body = { provider_agent_id: provider.id, capability: 'x', input: { n } };
      ids.unshift(text(await sandbox.hirer('POST', '/tasks', body), 'id'));
    }
    await sandbox.hirer('POST', `/tasks/${ids[2]}/cancel`);
    const page = async (query: string, call = sandbox.hirer) => {
      const answer = await call('GET', `/tasks?${query}`);
      return { ids: list(data(answer)).map((row) => at(row, 'id')), page: at(answer.body, 'meta', 'pagination') };
    };
    const first = await page('limit=2');
    expect(first).toMatchObject({ ids: ids.slice(0, 2), page: { total_count: 5, has_more: true } });
    expect((await page(`limit=5&cursor=${at(first.page, 'cursor')}`)).ids).toEqual(ids.slice(2));
    expect((await page('status=cancelled')).ids).toEqual([ids[2]]);
    expect((await page('role=provider', provider.call)).ids).toEqual(ids);
    expect((await page('', provider.call)).ids).toEqual([]);
    expect((await page(`agent_id=${provider.id}`, provider.call)).ids).toEqual(ids);
  });

  it("is Agrenting's at the root too, where both marketplaces have this path, for a credential of Agrenting", async () => {
    const { backend, call, hirer } = await openSandbox();
    await hirer('POST', '/tasks', { capability: 'summarize', input: {} });
    const root = await call('GET', '/api/v1/tasks', { key: backend.credentials.agrenting.hirer });
    expect(root.body).toEqual((await hirer('GET', '/tasks')).body);
    expect(list(data(root))).toHaveLength(1);
  });
});
