import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelope } from '../../../src/marketplaces/agrenting/envelope.js';
import { parseAmount } from '../../../src/money.js';
import { contextFor, money, refusalOf } from '../context.js';
import { call, checked, hireOwnAgent, openSandbox, type Sandbox, send, toolNamed } from './sandbox.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => {
  await sandbox.backend.close();
});

const UNKNOWN_ID = '00000000-0000-4000-8000-00000000ffff';

async function balance(): Promise<{ available: bigint; escrow: bigint }> {
  const { available, escrow } = await call('check_balance', {}, sandbox.hirer);
  return { available: parseAmount(String(available)), escrow: parseAmount(String(escrow)) };
}

const wanted = (args: object = {}) => ({
  agent_did: sandbox.agentDid,
  task_description: 'Say hello.',
  capability: 'anything',
  max_price: '25.00',
  ...args,
});

describe('hire_agent', () => {
  it('previews who is hired for how much, and changes nothing', async () => {
    const before = await balance();
    const preview = await money(toolNamed('hire_agent'), wanted()).preview(sandbox.hirer);
    expect(preview).toMatchObject({
      amount: { units: 2_500_000_000n, currency: 'USD' },
      spends: true,
      payee: sandbox.agentDid,
      version: { delivery_mode: 'output' },
    });
    expect(preview.sentence).toMatch(/for 25\.00 USD \(listed price in USD: \d+\.\d\d\)/);
    expect(preview.sentence).toMatch(/available \d+\.\d\d USD/);
    expect(await balance()).toEqual(before);
  });

  it('previews an agent that the key may list but not read', async () => {
    const { backend, requests } = sandbox;
    const authorization = `Bearer ${backend.credentials.agrenting.hirer}`;
    const context = contextFor(backend, {
      envelope,
      headers: { authorization },
      fetch: async (request) => {
        const { pathname } = new URL(request.url);
        requests.push(pathname);
        if (!pathname.startsWith('/api/v1/agents/')) return await backend.fetch(request);
        const error = { code: 'FORBIDDEN', message: 'Missing permission: agents:read.' };
        return Response.json({ data: null, errors: [error] }, { status: 403 });
      },
    });
    const agents = await call('list_agents', { limit: 1 }, sandbox.hirer);
    const [listed] = Array.isArray(agents.agents) ? agents.agents : [];
    const preview = await money(toolNamed('hire_agent'), wanted({ agent_did: listed.did })).preview(context);
    expect(preview.version.base_price).toBe(listed.price);
  });

  it('refuses to preview an agent that does not exist', async () => {
    const call = money(toolNamed('hire_agent'), wanted({ agent_did: 'did:agrenting:nobody' }));
    expect(await refusalOf(() => call.preview(sandbox.hirer))).toMatchObject({ code: 'NOT_FOUND', changed: 'no' });
  });

  it('moves the price into escrow and answers with the hiring', async () => {
    const before = await balance();
    const hired = await send('hire_agent', wanted(), sandbox.hirer);
    expect(hired).toMatchObject({ status: 'queued', final: false, price: '25.00', agent_did: sandbox.agentDid });
    const price = parseAmount('25.00');
    expect(await balance()).toEqual({ available: before.available - price, escrow: before.escrow + price });
  });

  it('holds the price once when the same key is sent twice', async () => {
    const hire = money(toolNamed('hire_agent'), wanted({ max_price: '26.00' }));
    const first = await hire.send(sandbox.hirer, 'one-key-for-one-hire');
    const before = await balance();
    expect(await hire.send(sandbox.hirer, 'one-key-for-one-hire')).toEqual(first);
    expect(await balance()).toEqual(before);
  });

  it('changes nothing when the balance does not cover the price', async () => {
    const before = await balance();
    const refusal = await refusalOf(() => send('hire_agent', wanted({ max_price: '999999.00' }), sandbox.hirer));
    expect(refusal).toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
      marketplaceCode: 'INSUFFICIENT_BALANCE',
      changed: 'no',
    });
    expect(await balance()).toEqual(before);
  });

  it('waits for a first change of status after it was hired, and not longer', async () => {
    await call('list_pending_hirings', {}, sandbox.agent);
    const hire = money(toolNamed('hire_agent'), wanted({ wait_seconds: 25 }));
    const hired = await hire.send(sandbox.hirer, 'a-hire-that-is-waited-for');
    const before = sandbox.hirer.now();
    const followed = await hire.follow?.(sandbox.hirer, hired);
    expect(checked(toolNamed('hire_agent'), followed ?? {})).toMatchObject({
      hiring_id: hired.hiring_id,
      status: 'in_progress',
    });
    expect(sandbox.hirer.now() - before).toBeLessThan(2_000);
  });

  it('answers with the hire as it was when waiting is broken off', async () => {
    const hire = money(toolNamed('hire_agent'), wanted({ wait_seconds: 25 }));
    const hired = await hire.send(sandbox.hirer, 'a-hire-whose-wait-is-broken-off');
    const sleep = async () => {
      throw new Error('cancelled');
    };
    expect(await hire.follow?.({ ...sandbox.hirer, sleep }, hired)).toEqual(hired);
  });

  it('is found again by reading, unless a twin makes that doubtful', async () => {
    const hire = money(toolNamed('hire_agent'), wanted({ task_description: 'Only once.' }));
    const since = new Date(sandbox.hirer.now()).toISOString();
    expect(await hire.find?.(sandbox.hirer, since)).toBeUndefined();
    const hired = await hire.send(sandbox.hirer, 'the-key-of-the-first');
    expect(await hire.find?.(sandbox.hirer, since)).toMatchObject({ hiring_id: hired.hiring_id });
    await hire.send(sandbox.hirer, 'the-key-of-the-second');
    expect(await hire.find?.(sandbox.hirer, since)).toBeUndefined();
  });

  it('keeps the token of a repository out of what is compared and written down', () => {
    const push = {
      delivery_mode: 'push',
      repo_url: 'https://github.com/acme/repo',
      repo_access_token: 'ghp_secret123',
    };
    const hire = money(toolNamed('hire_agent'), wanted(push));
    expect(JSON.stringify(hire.identity)).not.toContain('ghp_secret123');
    expect(hire.resumable).toBe(false);
  });
});

describe('cancel_hiring', () => {
  it('previews what comes back, bound to the status', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const preview = await money(toolNamed('cancel_hiring'), { hiring_id }).preview(sandbox.hirer);
    expect(preview).toMatchObject({
      amount: { units: 2_500_000_000n },
      spends: false,
      payee: sandbox.agentDid,
      version: { status: 'in_progress', held: '25.00' },
    });
    expect(preview.sentence).toContain(`Cancel hiring ${hiring_id} with ${sandbox.agentDid}: the 25.00 USD`);
  });

  it('gives the whole price back, and finds that again by reading', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    const before = await balance();
    const cancel = money(toolNamed('cancel_hiring'), { hiring_id });
    expect(await cancel.find?.(sandbox.hirer, '')).toBeUndefined();
    const cancelled = await send('cancel_hiring', { hiring_id }, sandbox.hirer);
    expect(cancelled).toMatchObject({ hiring_id, status: 'cancelled', final: true });
    const price = parseAmount('25.00');
    expect(await balance()).toEqual({ available: before.available + price, escrow: before.escrow - price });
    expect(await cancel.find?.(sandbox.hirer, '')).toMatchObject({ hiring_id, status: 'cancelled' });
  });

  it('refuses a final hiring, before and after somebody was asked', async () => {
    const hiring_id = await hireOwnAgent(sandbox);
    await send('submit_hiring_result', { hiring_id, output: 'Hello.' }, sandbox.agent);
    const before = await balance();
    const preview = money(toolNamed('cancel_hiring'), { hiring_id }).preview(sandbox.hirer);
    expect(await refusalOf(() => preview)).toMatchObject({
      code: 'CONFLICT',
      changed: 'no',
      message: 'This hiring is already completed and can no longer be cancelled.',
    });
    const sent = send('cancel_hiring', { hiring_id }, sandbox.hirer);
    expect(await refusalOf(() => sent)).toMatchObject({ code: 'CONFLICT', changed: 'no', httpStatus: 409 });
    expect(await balance()).toEqual(before);
  });

  it('names the hiring that it does not know', async () => {
    const preview = money(toolNamed('cancel_hiring'), { hiring_id: UNKNOWN_ID }).preview(sandbox.hirer);
    expect(await refusalOf(() => preview)).toMatchObject({ code: 'NOT_FOUND', details: { hiring_id: UNKNOWN_ID } });
  });

  it('takes a UUID and nothing else', () => {
    expect(() => money(toolNamed('cancel_hiring'), { hiring_id: '../../ledger' })).toThrow(/must be a UUID/);
  });
});
