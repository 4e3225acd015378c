import { describe, expect, it } from 'vitest';
import { data, list, type Sandbox } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { call, HIRE_ARGS, hireNow, NOBODY, openSurface, underWay } from './hirer-session.js';
import { contentOf, isError, type StreamClient, toolJson, toolText } from './support.js';

/** Hiring and waiting over the hosted surface of hirers. */

describe('hiring over the hirer surface', () => {
  it('holds the price, returns at once, and announces what follows', async () => {
    const { sandbox, client } = await openSurface();
    const answer = toolJson(await call(client, 'hire_agent', { ...HIRE_ARGS, task_input: { pages: 3 } }));
    expect(answer).toMatchObject({
      status: 'queued',
      final: false,
      agent_did: 'did:agrenting:steady',
      price: '25.00',
      trace_attempt: 1,
      artifact_ids: [],
    });
    const id = String(at(answer, 'hiring_id'));
    expect(await sandbox.money()).toEqual({ available: '975.00', escrow: '25.00' });
    expect(toolJson(await call(client, 'check_balance'))).toMatchObject({ available: '975.00', escrow: '25.00' });
    await sandbox.backend.advance(20_000);
    const updates = (await client.updates()).filter((uri) => uri !== 'hirings://active');
    expect(updates).toEqual([`hiring://${id}/status`, `hiring://${id}/status`]);
    expect(toolJson(await call(client, 'get_hiring_status', { hiring_id: id }))).toMatchObject({
      hiring_id: id,
      status: 'completed',
      final: true,
      task_output: { result: expect.stringContaining('In short') },
      refunded_amount: null,
      messages: [{ sender_type: 'agent' }, {}, {}],
      open_questions: [],
    });
  });

  it('recognises a repeat by its idempotency key, and a different request under the same key', async () => {
    const { sandbox, client } = await openSurface();
    const args = { ...HIRE_ARGS, idempotency_key: 'report-7' };
    const first = toolJson(await call(client, 'hire_agent', args));
    expect(at(toolJson(await call(client, 'hire_agent', args)), 'hiring_id')).toBe(at(first, 'hiring_id'));
    const other = await call(client, 'hire_agent', { ...args, max_price: '26.00' });
    expect([isError(other), toolText(other)]).toEqual([true, expect.stringContaining('different hire')]);
    expect(await sandbox.money()).toEqual({ available: '975.00', escrow: '25.00' });
  });

  it.each([
    ['an unknown agent', { agent_did: 'did:agrenting:nobody' }, 'No agent has this DID.'],
    ['too little money', { max_price: '1000.01' }, 'balance'],
    ['a price below that of the agent', { max_price: '0.01' }, 'base price'],
    ['a negative price', { max_price: '-1' }, 'amount'],
    ['a busy agent', { agent_did: 'did:agrenting:busy' }, 'as many hirings as it takes'],
    ['push mode without a repository', { delivery_mode: 'push' }, 'repo_url: is required'],
  ])('says in one sentence why %s is refused, and moves nothing', async (_, extra, sentence) => {
    const { sandbox, client } = await openSurface();
    const answer = await call(client, 'hire_agent', { ...HIRE_ARGS, ...extra });
    expect(isError(answer)).toBe(true);
    expect(toolText(answer)).toContain(sentence);
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('keeps to the cap of the token', async () => {
    const { client } = await openSurface({ cap: 2_000_000_000n });
    expect(toolText(await call(client, 'hire_agent', HIRE_ARGS))).toContain('at most 20.00 USD per hire');
  });

  it('waits for the result when told to, and for a question', async () => {
    const { sandbox, client } = await openSurface();
    const waiting = call(client, 'hire_agent', { ...HIRE_ARGS, agent_did: 'did:agrenting:swift', wait_seconds: 25 });
    await underWay(sandbox);
    await sandbox.backend.advance(1_000);
    expect(toolJson(await waiting)).toMatchObject({ status: 'completed', final: true });
    const asking = call(client, 'hire_agent', { ...HIRE_ARGS, agent_did: 'did:agrenting:curious', wait_seconds: 25 });
    await underWay(sandbox);
    await sandbox.backend.advance(1_000);
    expect(toolJson(await asking)).toMatchObject({
      status: 'in_progress',
      open_questions: [{ content: expect.stringMatching(/Who/) }],
    });
  });

  it('waits no longer than told', async () => {
    const { sandbox, client } = await openSurface();
    const waiting = call(client, 'hire_agent', { ...HIRE_ARGS, wait_seconds: 3 });
    await underWay(sandbox);
    await sandbox.backend.advance(3_000);
    expect(toolJson(await waiting)).toMatchObject({ status: 'in_progress', final: false });
  });

  it('answers the question of an agent, which is pushed as a message', async () => {
    const { sandbox, client } = await openSurface();
    const id = await hireNow(client, { agent_did: 'did:agrenting:curious' });
    await client.request('resources/subscribe', { uri: `hiring://${id}/messages` });
    await sandbox.backend.advance(1_000);
    await client.updated(`hiring://${id}/messages`);
    const [question] = list(contentOf(await client.request('resources/read', { uri: `hiring://${id}/messages` })));
    expect(question).toMatchObject({ kind: 'question', sender_type: 'agent' });
    const status = contentOf(await client.request('resources/read', { uri: `hiring://${id}/status` }));
    const question_id = at(status, 'open_questions', 0, 'question_id');
    expect(question_id).toBe(at(question, 'id'));
    const args = { hiring_id: id, question_id, answer: 'The board.' };
    expect(toolJson(await call(client, 'answer_hiring_question', args))).toMatchObject({ answered: true });
    await sandbox.backend.advance(1_000);
    expect(await sandbox.read(id)).toMatchObject({ status: 'completed' });
    const late = await call(client, 'answer_hiring_question', args);
    expect([isError(late), toolText(late)]).toEqual([true, expect.stringContaining('finished')]);
  });

  it('cancels with a full refund, once', async () => {
    const { sandbox, client } = await openSurface();
    const id = await hireNow(client);
    expect(toolJson(await call(client, 'cancel_hiring', { hiring_id: id }))).toMatchObject({
      status: 'cancelled',
      refunded_amount: '25.00',
    });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
    expect(isError(await call(client, 'cancel_hiring', { hiring_id: id }))).toBe(true);
    const unknown = await call(client, 'cancel_hiring', { hiring_id: NOBODY });
    expect(toolText(unknown)).toBe('Hiring not found');
  });

  it('lists agents, hirings and artifacts, and reads files in part', async () => {
    const { sandbox, client } = await openSurface();
    const found = toolJson(await call(client, 'list_agents', { query: 'picture', limit: 5 }));
    expect(list(at(found, 'agents')).length).toBeLessThanOrEqual(5);
    const online = toolJson(await call(client, 'list_agents', { online_only: true, limit: 100 }));
    expect(list(at(online, 'agents')).map((agent) => at(agent, 'did'))).not.toContain('did:agrenting:offline');
    const id = await hireNow(client, { agent_did: 'did:agrenting:artist' });
    const listed = toolJson(await call(client, 'list_my_hirings', { status: 'queued', limit: 1, page: 1 }));
    expect(listed).toMatchObject({ total: 1, hirings: [{ hiring_id: id, status: 'queued' }] });
    await sandbox.backend.advance(10_000);
    const files = list(at(toolJson(await call(client, 'list_hiring_artifacts', { hiring_id: id })), 'artifacts'));
    expect(files.map((file) => at(file, 'name'))).toEqual(['note.md', 'palette.json', 'ring.png']);
    const read = async (index: number, more = {}) =>
      toolJson(await call(client, 'download_artifact', { artifact_id: at(files[index], 'id'), ...more }));
    expect(await read(1)).toMatchObject({
      encoding: 'utf-8',
      truncated: false,
      content: expect.stringMatching(/background/),
    });
    expect(await read(0, { max_bytes: 4 })).toMatchObject({ content: '# Dr', truncated: true });
    expect(await read(2)).toMatchObject({
      encoding: 'base64',
      content: expect.stringMatching(/^iVBOR/),
      content_type: 'image/png',
    });
    const none = await call(client, 'download_artifact', { artifact_id: NOBODY });
    expect([isError(none), toolText(none)]).toEqual([true, 'Artifact not found']);
  });

  it('cuts a text between two characters', async () => {
    const { sandbox, client } = await openSurface();
    const agent = await sandbox.register();
    await agent.call('GET', '/hirings/pending');
    const id = await sandbox.hire(agent.did);
    await sandbox.backend.advance(100);
    const artifacts = [{ artifact_type: 'text', name: 'a.txt', content: 'aé…' }];
    const [file] = list(data(await agent.call('POST', `/hirings/${id}/artifacts`, { artifacts })));
    const read = async (max_bytes: number) =>
      at(toolJson(await call(client, 'download_artifact', { artifact_id: at(file, 'id'), max_bytes })), 'content');
    expect([await read(1), await read(2), await read(3), await read(5), await read(6)]).toEqual([
      'a',
      'a',
      'aé',
      'aé',
      'aé…',
    ]);
  });

  it('keeps a GitHub token, tells only that it has one, and forgets it', async () => {
    const { client } = await openSurface();
    const token = 'ghp_abcdefghijklmnopqrst';
    expect(toolText(await call(client, 'set_github_token', { token }))).not.toContain(token);
    expect(toolJson(await call(client, 'get_github_token_status'))).toMatchObject({ stored: true });
    expect(toolJson(await call(client, 'clear_github_token'))).toMatchObject({ stored: false });
  });

  it('gives an address to pay to', async () => {
    const { client } = await openSurface();
    const answer = toolJson(await call(client, 'generate_deposit_address', { amount: '50.00' }));
    expect(answer).toMatchObject({
      status: 'pending',
      amount: '50.00',
      deposit_address: expect.stringMatching(/^sandbox1/),
    });
  });
});

describe('waiting for hirings', () => {
  const wait = (client: StreamClient, ids: readonly string[], more: Record<string, unknown> = {}) =>
    call(client, 'wait_for_hirings', { hiring_ids: ids, ...more });

  async function twoHirings(): Promise<{ sandbox: Sandbox; client: StreamClient; ids: string[] }> {
    const { sandbox, client } = await openSurface();
    const ids = [await hireNow(client), await hireNow(client, { agent_did: 'did:agrenting:curious' })];
    await sandbox.backend.advance(150);
    return { sandbox, client, ids };
  }

  it('returns early on a change of status, and on a question that is not known', async () => {
    const { sandbox, client, ids } = await twoHirings();
    const waiting = wait(client, ids);
    await underWay(sandbox);
    await sandbox.backend.advance(500);
    const answer = toolJson(await waiting);
    expect(answer).toMatchObject({ timed_out: false, hirings: [{ hiring_id: ids[0] }, { open_questions: [{}] }] });
    const known = at(answer, 'hirings', 1, 'open_questions', 0, 'question_id');
    const longer = wait(client, ids, { known_question_ids: [known] });
    await underWay(sandbox);
    await sandbox.backend.advance(9_000);
    expect(toolJson(await longer)).toMatchObject({ timed_out: false, hirings: [{ status: 'completed' }, {}] });
  });

  it('returns when the time is over, and at once when all is final', async () => {
    const { sandbox, client, ids } = await twoHirings();
    const [steady = ''] = ids;
    const waiting = wait(client, [steady], { wait_seconds: 1 });
    await underWay(sandbox);
    await sandbox.backend.advance(1_000);
    expect(toolJson(await waiting)).toMatchObject({ timed_out: true, hirings: [{ final: false }] });
    await sandbox.backend.advance(10_000);
    expect(toolJson(await wait(client, [steady]))).toMatchObject({ timed_out: false, hirings: [{ final: true }] });
  });

  it('ends with a cancellation by the client, and with its session', async () => {
    const { sandbox, client, ids } = await twoHirings();
    const [steady = ''] = ids;
    const watchers = () => sandbox.backend.env.watchers.size;
    const start = async () => {
      await client.post({
        jsonrpc: '2.0',
        id: 'w',
        method: 'tools/call',
        params: { name: 'wait_for_hirings', arguments: { hiring_ids: [steady] } },
      });
      await underWay(sandbox);
    };
    await start();
    expect(watchers()).toBe(1);
    await client.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'w' } });
    await client.next((message) => at(message, 'id') === 'w');
    expect(watchers()).toBe(0);
    await start();
    await client.close();
    await expect.poll(watchers).toBe(0);
  });
});
