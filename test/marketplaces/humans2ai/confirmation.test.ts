import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../../src/http/client.js';
import { money, refusalOf } from '../context.js';
import { openWorld, tool } from './world.js';

const REASON = 'The photos show the street only; please add five pictures from the inside of each shop.';
const enforced = { settings: { enforceConfirmation: true } };

interface Seen {
  readonly tool: string;
  readonly key: string | null;
  readonly version: string | null;
  readonly token: unknown;
}

/** Notes every call on its way to the backend. */
function watched(world: Awaited<ReturnType<typeof openWorld>>) {
  const seen: Seen[] = [];
  const fetch: Fetch = async (request) => {
    const body = await request.clone().json();
    seen.push({
      tool: body.tool,
      key: request.headers.get('idempotency-key'),
      version: request.headers.get('x-mcp-client-version'),
      token: body.input.confirmationToken,
    });
    return await world.backend.fetch(request);
  };
  return { seen, context: world.through(fetch) };
}

describe('a marketplace that enforces confirmation', () => {
  it('gets its own token, and the call again under the same key', async () => {
    const world = await openWorld(enforced);
    const { seen, context } = watched(world);
    const created = await money(tool('create_task'), world.shanghai()).send(context, 'the-only-key');
    expect(created).toMatchObject({ status: 'open', budget: 150 });
    expect(seen).toEqual([
      { tool: 'create_task', key: 'the-only-key', version: '1.0.0', token: undefined },
      { tool: 'request_confirmation', key: null, version: '1.0.0', token: undefined },
      { tool: 'create_task', key: 'the-only-key', version: '1.0.0', token: expect.stringMatching(/^ctk_/) },
    ]);
    expect(await world.balance()).toBe(11_850);
  });

  it('lets all five financial tools through', async () => {
    const world = await openWorld(enforced);
    const { taskId } = await world.submittedTask();
    expect(await world.send('reject_submission', { taskId, reason: REASON })).toMatchObject({
      task: { status: 'rejected_by_agent' },
    });
    await world.submit(taskId, 'Now with the interiors.');
    expect(await world.send('approve_submission', { taskId })).toMatchObject({ task: { status: 'completed' } });
    const other = await world.createTask();
    expect(await world.send('cancel_task', { taskId: other })).toMatchObject({ task: { status: 'expired' } });
  });

  it('answers a call that is sent once more, after a restart, with the first result', async () => {
    const world = await openWorld(enforced);
    const args = world.shanghai();
    const first = await world.send('create_task', args, 'sent-and-sent-again');
    expect(await world.send('create_task', args, 'sent-and-sent-again')).toEqual(first);
    expect(await world.balance()).toBe(11_850);
  });

  it("never gets the person's own token", async () => {
    const world = await openWorld();
    const { seen, context } = watched(world);
    const args = world.shanghai({ confirmationToken: 'ctk_of_the_gate', idempotencyKey: 'not-for-the-body' });
    await money(tool('create_task'), args).send(context, 'the-only-key');
    expect(seen).toEqual([{ tool: 'create_task', key: 'the-only-key', version: '1.0.0', token: undefined }]);
  });

  it('does not ask for a token when the refusal has another reason', async () => {
    const world = await openWorld();
    const { seen, context } = watched(world);
    const call = money(tool('create_task'), world.shanghai({ budget: 99_999 }));
    expect(await refusalOf(() => call.send(context, 'the-only-key'))).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(seen).toHaveLength(1);
  });

  it('is asked for one token only, whatever it says then', async () => {
    const world = await openWorld();
    let calls = 0;
    const context = world.through(async (request) => {
      calls += 1;
      const { tool: name } = await request.json();
      if (name === 'request_confirmation') {
        return Response.json({ result: { confirmationToken: 'ctk_1' }, error: null });
      }
      const error = { code: 'MCP_ERROR', message: 'A confirmation token is required' };
      return Response.json({ result: null, error }, { status: 400 });
    });
    const refusal = await refusalOf(() =>
      money(tool('cancel_task'), { taskId: 'task_1' }).send(context, 'the-only-key'),
    );
    expect(refusal).toMatchObject({ code: 'REFUSED', marketplaceCode: 'MCP_ERROR', changed: 'no' });
    expect(calls).toBe(3);
  });
});

describe('request_confirmation', () => {
  it('prepares a confirmation and says how to use it', async () => {
    const world = await openWorld();
    const params = { taskId: 'task_1' };
    const result = await world.run('request_confirmation', { tool: 'approve_submission', params });
    expect(world.agent.prepared).toEqual([{ tool: 'approve_submission', params }]);
    expect(result).toEqual({
      confirmationToken: 'ctk_of_this_test',
      expiresAt: expect.any(String),
      tool: 'approve_submission',
      message: expect.stringContaining('What it would do. Nothing was changed yet.'),
    });
    expect(result.message).toContain('the token as confirmationToken');
  });

  it("names the argument as Agrenting's tools spell it", async () => {
    const world = await openWorld();
    const { message } = await world.run('request_confirmation', { tool: 'cancel_hiring', params: {} });
    expect(message).toContain('the token as confirmation_token');
  });

  it('is refused for a tool that moves no money', async () => {
    const world = await openWorld();
    const refusal = await refusalOf(() => world.run('request_confirmation', { tool: 'get_wallet', params: {} }));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENTS', changed: 'no' });
  });
});
