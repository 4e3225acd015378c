import { describe, expect, it } from 'vitest';
import { UNIT } from '../../../src/money.js';
import { at } from '../support.js';
import { data, HIRE, list, message, openSandbox, refusal, text } from './helpers.js';

const SWIFT = '/agents/did:agrenting:swift/hire';

describe('hiring an agent', () => {
  it('holds the price at once, queues the hiring, and answers with both objects that clients read', async () => {
    const { hirer, money } = await openSandbox();
    const answer = await hirer('POST', SWIFT, { ...HIRE, price: '2.50', task_input: { pages: 3 } });
    expect(answer.status).toBe(201);
    expect(data(answer, 'hiring')).toMatchObject({
      status: 'queued',
      final: false,
      trace_attempt: 1,
      agent_did: 'did:agrenting:swift',
      price: '2.50',
      capability_requested: 'summarize',
      delivery_mode: 'output',
      task_input: { pages: 3 },
      task_output: null,
      messages: [],
      open_questions: [],
      artifacts: [],
    });
    expect(data(answer, 'config')).toMatchObject({
      agentDid: 'did:agrenting:swift',
      hiringId: text(answer, 'hiring', 'id'),
      basePrice: '2.00',
      capabilities: ['summarize', 'translate'],
    });
    expect(await money()).toEqual({ available: '997.50', escrow: '2.50' });
  });

  it('accepts the DID with raw and with encoded colons, and the key in either header', async () => {
    const { backend, call, hirer } = await openSandbox();
    expect((await hirer('POST', '/agents/did%3Aagrenting%3Aswift/hire', HIRE)).status).toBe(201);
    const headers = { 'x-api-key': backend.credentials.agrenting.hirer };
    expect((await call('POST', `/api/v1${SWIFT}`, { body: HIRE, headers })).status).toBe(201);
  });

  it('takes the price offered, not the base price, and pays the agent 95 % of it', async () => {
    const { backend, hire, money, read } = await openSandbox();
    const id = await hire('swift', { price: '10.00' });
    await backend.advance(1_000);
    expect(await read(id)).toMatchObject({ status: 'completed', final: true, price: '10.00' });
    expect(await money()).toEqual({ available: '990.00', escrow: '0.00' });
    const paid = await backend.env.db
      .selectFrom('transfers')
      .select(['kind', 'amount'])
      .where('subject', '=', `hiring:${id}:1`)
      .orderBy('id')
      .execute();
    expect(paid).toEqual([
      { kind: 'lock', amount: 10n * UNIT },
      { kind: 'release', amount: (95n * UNIT) / 10n },
      { kind: 'fee', amount: UNIT / 2n },
    ]);
  });

  it.each([
    ['below the base price', '1.99'],
    ['negative', '-2.00'],
    ['too precise', '2.000000001'],
    ['too large', '1000000.01'],
  ])('refuses a price that is %s as INVALID_AMOUNT and moves nothing', async (_, price) => {
    const { hirer, money } = await openSandbox();
    expect(refusal(await hirer('POST', SWIFT, { ...HIRE, price }))).toBe('422 INVALID_AMOUNT');
    expect(await money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('lets an agent with a base price of zero be hired for nothing', async () => {
    const { hire, money, read, register } = await openSandbox();
    const free = await register({ base_price: '0' });
    const id = await hire(free.did, { price: '0.00' });
    expect(await read(id)).toMatchObject({ status: 'queued', price: '0.00' });
    expect(await money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('refuses what the balance does not cover, and the hirer can still hire for less', async () => {
    const { hirer, money } = await openSandbox();
    expect(refusal(await hirer('POST', SWIFT, { ...HIRE, price: '1000.01' }))).toBe('422 INSUFFICIENT_BALANCE');
    expect((await hirer('POST', SWIFT, { ...HIRE, price: '1000.00' })).status).toBe(201);
    expect(await money()).toEqual({ available: '0.00', escrow: '1000.00' });
  });

  it('names the fields of an invalid request', async () => {
    const { hirer } = await openSandbox();
    const answer = await hirer('POST', SWIFT, { price: '2.00', task_description: '', delivery_mode: 'carrier pigeon' });
    expect(refusal(answer)).toBe('422 VALIDATION_ERROR');
    expect(Object.keys(Object(at(answer.body, 'errors', 0, 'details')))).toEqual([
      'task_description',
      'capability_requested',
      'delivery_mode',
    ]);
  });

  it('refuses an unknown agent, one that takes no work and one that is busy', async () => {
    const { hirer, register } = await openSandbox();
    expect(refusal(await hirer('POST', '/agents/did:agrenting:nobody/hire', HIRE))).toBe('404 NOT_FOUND');
    expect(refusal(await hirer('POST', '/agents/did:agrenting:busy/hire', HIRE))).toBe('409 AGENT_BUSY');
    const resting = await register();
    await resting.call('PATCH', `/agents/${resting.id}`, { agent: { status: 'inactive' } });
    expect(refusal(await hirer('POST', `/agents/${resting.did}/hire`, HIRE))).toBe('503 AGENT_UNAVAILABLE');
  });

  it('accepts an agent that is offline, probes it, fails the hiring and refunds in full', async () => {
    const { backend, hire, money, read } = await openSandbox();
    const id = await hire('offline', { price: '3.00' });
    expect(await money()).toEqual({ available: '997.00', escrow: '3.00' });
    await backend.advance(1_000);
    expect(await read(id)).toMatchObject({
      status: 'failed',
      final: true,
      failed_reason: 'The agent did not answer the availability probe.',
    });
    expect(await money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });
});

describe('the price cap of a key', () => {
  const hireWith = async (cap: bigint | null, price: string) => {
    const sandbox = await openSandbox();
    const call = sandbox.as(await sandbox.key({ cap }));
    return { answer: await call('POST', SWIFT, { ...HIRE, price }), money: await sandbox.money() };
  };

  it('lets a price equal to the cap pass', async () => {
    expect((await hireWith(5n * UNIT, '5.00')).answer.status).toBe(201);
  });

  it('refuses a price above it in a sentence that names the cap, and moves nothing', async () => {
    const { answer, money } = await hireWith(5n * UNIT, '5.00000001');
    expect(refusal(answer)).toBe('403 FORBIDDEN');
    expect(message(answer)).toContain('at most 5.00 USD per hire');
    expect(money.escrow).toBe('0.00');
  });

  it('blocks every paid hire at 0.00, and none when there is no cap', async () => {
    expect(refusal((await hireWith(0n, '2.00')).answer)).toBe('403 FORBIDDEN');
    expect((await hireWith(null, '900.00')).answer.status).toBe(201);
  });

  it('lets a key with a cap of 0.00 hire for nothing', async () => {
    const sandbox = await openSandbox();
    const free = await sandbox.register({ base_price: '0' });
    const call = sandbox.as(await sandbox.key({ cap: 0n }));
    expect((await call('POST', `/agents/${free.did}/hire`, { ...HIRE, price: '0' })).status).toBe(201);
  });

  it('binds a retry as well', async () => {
    const { as, backend, hire, key } = await openSandbox();
    const id = await hire('faulty', { price: '9.00' });
    await backend.advance(2_000);
    const capped = as(await key({ cap: 5n * UNIT }));
    expect(refusal(await capped('POST', `/hirings/${id}/retry`, {}))).toBe('403 FORBIDDEN');
  });
});

describe('client_idempotency_key', () => {
  const BODY = { ...HIRE, client_idempotency_key: 'order-1' };

  it('returns the first hiring for the same request, and holds the price once', async () => {
    const { hirer, money } = await openSandbox();
    const first = await hirer('POST', SWIFT, BODY);
    const second = await hirer('POST', SWIFT, { ...BODY, price: '25' });
    expect(second.body).toEqual(first.body);
    expect(await money()).toEqual({ available: '975.00', escrow: '25.00' });
  });

  it('recognises a repeat before it looks at the balance, the cap or the agent', async () => {
    const { as, backend, hire, hirer, key, money } = await openSandbox();
    const first = await hirer('POST', SWIFT, BODY);
    await backend.advance(1_000);
    await hire('swift', { price: (await money()).available });
    const capped = as(await key({ cap: 0n }));
    const repeat = await capped('POST', SWIFT, BODY);
    expect(repeat.status).toBe(201);
    expect(text(repeat, 'hiring', 'id')).toBe(text(first, 'hiring', 'id'));
  });

  it.each([
    ['task', SWIFT, { task_description: 'Something else.' }],
    ['agent', '/agents/did:agrenting:steady/hire', {}],
    ['capability', SWIFT, { capability_requested: 'translate' }],
    ['price', SWIFT, { price: '25.01' }],
    ['input', SWIFT, { task_input: { pages: 4 } }],
    [
      'delivery mode',
      SWIFT,
      { delivery_mode: 'push', repo_url: 'https://github.com/a/b', repo_access_token: 'x'.repeat(40) },
    ],
  ])('refuses the same key for a different %s', async (_, path, change) => {
    const { hirer, money } = await openSandbox();
    await hirer('POST', SWIFT, BODY);
    expect(refusal(await hirer('POST', path, { ...BODY, ...change }))).toBe('409 IDEMPOTENCY_CONFLICT');
    expect((await money()).escrow).toBe('25.00');
  });

  it('keeps the keys of different hirers apart', async () => {
    const { as, backend, hirer, key } = await openSandbox();
    const first = await hirer('POST', SWIFT, BODY);
    const other = as(await key({ account: '0d3a0000-0000-4000-8000-000000000003' }));
    const second = await other('POST', SWIFT, BODY);
    expect(second.status).toBe(201);
    expect(text(second, 'hiring', 'id')).not.toBe(text(first, 'hiring', 'id'));
    expect((await backend.env.db.selectFrom('hirings').selectAll().execute()).length).toBe(2);
  });
});

describe('X-Idempotency-Key', () => {
  const headers = { 'x-idempotency-key': 'key-1' };

  it('replays the stored answer byte for byte', async () => {
    const { backend, hirer, money } = await openSandbox();
    const first = await hirer('POST', SWIFT, HIRE, headers);
    await backend.advance(5_000);
    const second = await hirer('POST', SWIFT, HIRE, headers);
    expect(second.text).toBe(first.text);
    expect(second.status).toBe(first.status);
    expect(await money()).toEqual({ available: '975.00', escrow: '0.00' });
  });

  it('refuses another body under the same key', async () => {
    const { hirer } = await openSandbox();
    await hirer('POST', SWIFT, HIRE, headers);
    expect(refusal(await hirer('POST', SWIFT, { ...HIRE, price: '26.00' }, headers))).toBe('422 IDEMPOTENCY_MISMATCH');
  });

  it('answers one of two simultaneous requests with the effect and the other with IDEMPOTENCY_PENDING', async () => {
    const { hirer, money } = await openSandbox();
    const both = await Promise.all([hirer('POST', SWIFT, HIRE, headers), hirer('POST', SWIFT, HIRE, headers)]);
    expect(both.map((answer) => answer.status).toSorted()).toEqual([201, 409]);
    expect(refusal(both.find((answer) => answer.status === 409) ?? both[0])).toBe('409 IDEMPOTENCY_PENDING');
    expect((await money()).escrow).toBe('25.00');
  });

  it('replays a refusal too, and a new key may succeed after a deposit', async () => {
    const { backend, hirer } = await openSandbox();
    const dear = { ...HIRE, price: '1001.00' };
    const first = await hirer('POST', SWIFT, dear, headers);
    expect(refusal(first)).toBe('422 INSUFFICIENT_BALANCE');
    await hirer('POST', '/ledger/deposit', { amount: '100.00' });
    await backend.advance(5_000);
    expect(refusal(await hirer('POST', SWIFT, dear, headers))).toBe('422 INSUFFICIENT_BALANCE');
    expect((await hirer('POST', SWIFT, dear, { 'x-idempotency-key': 'key-2' })).status).toBe(201);
  });
});

describe('hirings of others', () => {
  it('are answered as if they did not exist, whatever is asked', async () => {
    const { as, hire, key, register } = await openSandbox();
    const id = await hire('swift');
    const stranger = as(await key({ account: '0d3a0000-0000-4000-8000-000000000099' }));
    const otherAgent = (await register()).call;
    const asUser: [string, string, unknown?][] = [
      ['GET', `/hirings/${id}`],
      ['POST', `/hirings/${id}/cancel`, {}],
      ['POST', `/hirings/${id}/retry`, {}],
      ['GET', `/hirings/${id}/messages`],
      ['POST', `/hirings/${id}/messages`, { content: 'hello' }],
      ['GET', `/hirings/${id}/artifacts`],
    ];
    for (const [method, path, body] of asUser) {
      expect(`${path} ${refusal(await stranger(method, path, body))}`).toBe(`${path} 404 NOT_FOUND`);
    }
    const asAgent: [string, string, unknown?][] = [
      ['GET', `/hirings/${id}`],
      ['POST', `/hirings/${id}/result`, { output: 'stolen' }],
      ['POST', `/hirings/${id}/failure`, { reason: 'spite' }],
      ['POST', `/hirings/${id}/artifacts`, { artifacts: [{ artifact_type: 'text', name: 'a', content: 'b' }] }],
      ['GET', `/hirings/${id}/messages`],
    ];
    for (const [method, path, body] of asAgent) {
      expect(`${path} ${refusal(await otherAgent(method, path, body))}`).toBe(`${path} 404 NOT_FOUND`);
    }
    expect(list(data(await otherAgent('GET', '/hirings/pending')))).toEqual([]);
    expect(data(await stranger('GET', '/hirings'))).toMatchObject({ hirings: [], total: 0 });
  });

  it('cannot be acted on with the wrong class of credential', async () => {
    const { agent, hire, hirer } = await openSandbox();
    const id = await hire('swift');
    expect(refusal(await hirer('POST', `/hirings/${id}/result`, { output: 'mine' }))).toBe('403 FORBIDDEN');
    expect(refusal(await agent('POST', SWIFT, HIRE))).toBe('403 FORBIDDEN');
  });
});
