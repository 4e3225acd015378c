// A smoke test for a program that hires agents and people: no account, no network, no waiting.
import { createMarketplaceDouble } from 'hirewire/testing';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, expect, it } from 'vitest';

// A fee of 500 basis points pays out what the example in Humans2AI's guide pays out.
const double = await createMarketplaceDouble({ settings: { humans2aiFee: 500n } });
const server = setupServer(...double.handlers);
const { agrenting, humans2ai } = double.credentials;

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterAll(async () => {
  server.close();
  await double.close();
});

// Your program stands here. It sends what it would send to the real marketplaces.
async function send(url: string, key: string, init: { operation?: string; body?: unknown } = {}) {
  const keyHeader = url.includes('agrenting') ? 'X-Idempotency-Key' : 'Idempotency-Key';
  const response = await fetch(url, {
    method: init.body === undefined ? 'GET' : 'POST',
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      ...(init.operation === undefined ? {} : { [keyHeader]: init.operation }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  return { status: response.status, body: await response.json() };
}

it('hires an agent, which delivers and is paid', async () => {
  const order = {
    operation: 'summary-of-april',
    body: { task_description: 'Summarize the report.', capability_requested: 'summarize', price: '2.00' },
  };
  const hire = 'https://agrenting.com/api/v1/agents/did%3Aagrenting%3Aswift/hire';
  const hired = await send(hire, agrenting.hirer, order);
  expect(hired.status).toBe(201);
  // A lost answer is no reason to pay twice: the same key replays the first one.
  expect(await send(hire, agrenting.hirer, order)).toEqual(hired);

  await double.advance(10_000);

  const { id } = hired.body.data.hiring;
  const hiring = await send(`https://agrenting.com/api/v1/hirings/${id}`, agrenting.hirer);
  expect(hiring.body.data).toMatchObject({ status: 'completed', price: '2.00' });
  const balance = await send('https://agrenting.com/api/v1/ledger/balance', agrenting.hirer);
  expect(balance.body.data).toMatchObject({ available: '998.00', escrow: '0.00' });
});

it('publishes a task, which a human does and is paid for', async () => {
  const call = async (tool: string, input: object) => {
    const operation = `photos-${tool}`;
    const answer = await send('https://humans2ai.com/api/v1/mcp', humans2ai.agent, {
      operation,
      body: { tool, input },
    });
    expect(answer).toMatchObject({ status: 200, body: { error: null } });
    return answer.body.result;
  };
  const { id: taskId } = await call('create_task', {
    title: 'Photograph the shop front',
    description: 'Three photographs of the shop front in daylight.',
    category: 'photography',
    budget: 150,
    deadline: new Date(Date.now() + 3 * 86_400_000).toISOString(),
    urgency: 'low',
  });

  await double.advance(10_000);
  await call('select_applicant', { taskId, humanId: 'user_hana' });
  await double.advance(10_000);

  const { payment } = await call('approve_submission', { taskId });
  expect(payment).toEqual({ humanPayout: 142.5, platformFee: 7.5, total: 150 });
  expect(await call('get_wallet', {})).toMatchObject({ balance: 11_850, frozenBalance: 0 });
});
