import { describe, expect, it } from 'vitest';
import { data, HIRE, list, openSandbox, text } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { call, hireAndAnswer, openSurface } from './agent-session.js';
import { connect, contentOf, isError, toolText } from './support.js';

/** What an agent does with its work over the hosted surface. */

describe('work on the agent surface', () => {
  it('is announced to every subscribed session of the agent, and read from hiring://pending', async () => {
    const { sandbox, agent, client } = await openSurface();
    const fetch = (request: Request) => sandbox.backend.fetch(request);
    const second = await connect(fetch, { headers: { 'api-key': agent.key } });
    const silent = await connect(fetch, { headers: { 'x-api-key': agent.key } });
    const stranger = await connect(fetch, { headers: { 'x-api-key': (await sandbox.register()).key } });
    for (const each of [client, second, stranger]) {
      expect(await each.request('resources/subscribe', { uri: 'hiring://pending' })).toMatchObject({ result: {} });
    }
    const id = await hireAndAnswer(sandbox, agent.did, second, { client_message: 'Please focus on costs.' });
    expect(await client.updated('hiring://pending')).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/resources/updated',
      params: { uri: 'hiring://pending' },
    });
    await second.updated('hiring://pending');
    expect([await silent.updates(), await stranger.updates()]).toEqual([[], []]);
    const read = await client.request('resources/read', { uri: 'hiring://pending' });
    expect(at(read, 'result', 'contents', 0)).toMatchObject({ uri: 'hiring://pending', mimeType: 'application/json' });
    const item = {
      id,
      status: 'in_progress',
      task_description: HIRE.task_description,
      capability_requested: 'summarize',
      price: '25.00',
      delivery_mode: 'output',
      task_input: { delivery_mode: 'output' },
      client_message: 'Please focus on costs.',
      system_prompt: expect.stringContaining('autonomous AI agent'),
      deadline_at: expect.stringMatching(/Z$/),
      created_at: expect.stringMatching(/Z$/),
    };
    expect(contentOf(read)).toEqual([item]);
    expect(contentOf(await client.request('resources/read', { uri: `hiring://${id}` }))).toEqual(item);
    const uris = list(at(await client.request('resources/list'), 'result', 'resources')).map((each) => at(each, 'uri'));
    expect(uris).toEqual(['hiring://pending', `hiring://${id}`]);
    expect(contentOf(await stranger.request('resources/read', { uri: 'hiring://pending' }))).toEqual([]);
    const foreign = await stranger.request('resources/read', { uri: `hiring://${id}` });
    expect(at(foreign, 'error')).toEqual({ code: -32602, message: 'Hiring not found' });
  });

  it('carries the repository and its token in push mode, and only there', async () => {
    const { sandbox, agent, client } = await openSurface();
    const repo = { repo_url: 'https://github.com/acme/repo', repo_access_token: 'ghp_0123456789abcdefghij' };
    await hireAndAnswer(sandbox, agent.did, client, { delivery_mode: 'push', ...repo });
    await hireAndAnswer(sandbox, agent.did, client, { repo_url: repo.repo_url });
    const [push, output] = list(contentOf(await client.request('resources/read', { uri: 'hiring://pending' })));
    expect(push).toMatchObject({ delivery_mode: 'push', ...repo, task_input: { delivery_mode: 'push', ...repo } });
    expect(output).not.toHaveProperty('repo_url');
    expect(JSON.stringify(output)).not.toContain('ghp_');
  });

  it('is delivered, and the escrow released', async () => {
    const { sandbox, agent, client } = await openSurface();
    const id = await hireAndAnswer(sandbox, agent.did, client);
    expect(toolText(await call(client, 'add_hiring_message', { hiring_id: id, content: 'On it.' }))).toBe(
      'Message sent.',
    );
    const done = await call(client, 'submit_hiring_result', { hiring_id: id, output: 'Done!' });
    expect(at(done, 'result')).toEqual({
      content: [{ type: 'text', text: `Hiring ${id} marked as completed.` }],
      isError: false,
    });
    expect(await sandbox.read(id)).toMatchObject({
      status: 'completed',
      task_output: { result: 'Done!' },
      messages: [{ sender_type: 'agent', content: 'On it.' }],
    });
    expect(text(await agent.call('GET', '/ledger/balance'), 'available')).toBe('23.75');
    const again = await call(client, 'submit_hiring_result', { hiring_id: id, output: 'Again' });
    expect(at(again, 'result')).toEqual({
      content: [{ type: 'text', text: 'Hiring cannot be completed (wrong status).' }],
      isError: true,
    });
  });

  it('is given up, and the escrow refunded', async () => {
    const { sandbox, agent, client } = await openSurface();
    const id = await hireAndAnswer(sandbox, agent.did, client);
    const failed = await call(client, 'report_hiring_failure', { hiring_id: id, reason: 'No network.' });
    expect(toolText(failed)).toBe(`Hiring ${id} marked as failed.`);
    expect(await sandbox.read(id)).toMatchObject({ status: 'failed', failed_reason: 'No network.' });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
    const again = await call(client, 'report_hiring_failure', { hiring_id: id });
    expect([isError(again), toolText(again)]).toEqual([true, 'Hiring cannot be failed (wrong status).']);
  });

  it('is streamed in pieces, and asked about', async () => {
    const { sandbox, agent, client } = await openSurface();
    const id = await hireAndAnswer(sandbox, agent.did, client);
    await call(client, 'task_emit_chunk', { task_id: id, content: 'one' });
    expect(toolText(await call(client, 'task_emit_chunk', { task_id: id, content: 'two', kind: 'log' }))).toBe(
      'Chunk 2 sent.',
    );
    expect(data(await sandbox.hirer('GET', `/tasks/${id}/chunks`))).toMatchObject([
      { content: 'one' },
      { kind: 'log' },
    ]);
    await call(client, 'add_hiring_message', { hiring_id: id, content: 'Which language?', kind: 'question' });
    expect(at(await sandbox.read(id), 'open_questions')).toMatchObject([{ content: 'Which language?' }]);
  });

  it('of others is not found, and refusals name the field', async () => {
    const { sandbox, client } = await openSurface();
    const id = await sandbox.hire('steady');
    for (const [name, args] of [
      ['submit_hiring_result', { hiring_id: id, output: 'x' }],
      ['add_hiring_message', { hiring_id: id, content: 'x' }],
      ['report_hiring_failure', { hiring_id: id }],
    ] as const) {
      const answer = await call(client, name, args);
      expect([isError(answer), toolText(answer)]).toEqual([true, 'Hiring not found']);
    }
    const long = await call(client, 'add_hiring_message', { hiring_id: id, content: 'x'.repeat(5_001) });
    expect([isError(long), toolText(long)]).toEqual([true, expect.stringContaining('content: ')]);
  });

  it('that is over, or taken away, changes hiring://pending as well; unsubscribing ends the notifications', async () => {
    const { sandbox, agent, client } = await openSurface();
    const id = await hireAndAnswer(sandbox, agent.did, client);
    await client.request('resources/subscribe', { uri: 'hiring://pending' });
    await client.request('resources/subscribe', { uri: `hiring://${id}` });
    await sandbox.hirer('POST', `/hirings/${id}/messages`, { content: 'How is it going?' });
    expect(await client.updates()).toEqual([`hiring://${id}`]);
    await sandbox.hirer('POST', `/hirings/${id}/cancel`);
    expect(await client.updates()).toEqual([`hiring://${id}`, 'hiring://pending', `hiring://${id}`]);
    await client.request('resources/unsubscribe', { uri: 'hiring://pending' });
    await hireAndAnswer(sandbox, agent.did, client);
    expect(await client.updates()).toHaveLength(3);
  });

  it('is not announced by an effect that was rolled back', async () => {
    const { sandbox, agent, client } = await openSurface();
    const id = await hireAndAnswer(sandbox, agent.did, client);
    await client.request('resources/subscribe', { uri: 'hiring://pending' });
    sandbox.backend.env.events.on('hiring.cancelled', async () => {
      throw new Error('a listener failed');
    });
    expect((await sandbox.hirer('POST', `/hirings/${id}/cancel`)).status).toBe(500);
    expect(await client.updates()).toEqual([]);
    await call(client, 'submit_hiring_result', { hiring_id: id, output: 'Done' });
    expect(await client.updates()).toEqual(['hiring://pending']);
  });
});

describe('the simulated hirer', () => {
  it('gives an agent that connects the time to subscribe', async () => {
    const sandbox = await openSandbox();
    const key = sandbox.backend.credentials.agrenting.agent;
    const client = await connect((request) => sandbox.backend.fetch(request), { headers: { 'x-api-key': key } });
    await client.request('resources/subscribe', { uri: 'hiring://pending' });
    await sandbox.backend.advance(1_000);
    await client.updated('hiring://pending');
    const pending = list(contentOf(await client.request('resources/read', { uri: 'hiring://pending' })));
    expect(pending).toMatchObject([{ status: 'in_progress', capability_requested: 'general' }]);
  });
});
