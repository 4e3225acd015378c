import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OutboundRequest } from '../../../src/backend/delivery/outbound.js';
import { HIRE, openSandbox } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { connect } from '../surfaces/support.js';

/** The delivery of work to agents without a session: a POST of the hiring to their callback address. */

const URL_OF_AGENT = 'https://agent.example/hook';

async function openScene(metadata: Record<string, unknown> = {}, answer: () => number = () => 200) {
  const posts: OutboundRequest[] = [];
  const sandbox = await openSandbox({
    outbound: async (request) => {
      if (request.method === 'HEAD') return 200;
      posts.push(request);
      return answer();
    },
  });
  const agent = await sandbox.register({ metadata: { callback_url: URL_OF_AGENT, ...metadata } });
  const advance = async (ms: number) => {
    await sandbox.backend.advance(ms);
    await sandbox.backend.env.background.idle();
    await sandbox.backend.runDue();
    await sandbox.backend.env.background.idle();
  };
  const hire = async (extra: Record<string, unknown> = {}) => {
    const id = await sandbox.hire(agent.did, extra);
    await advance(100);
    return id;
  };
  return { sandbox, agent, posts, advance, hire };
}

const bodyOf = (request: OutboundRequest | undefined): unknown => JSON.parse(request?.body ?? 'null');

describe('the delivery of a hiring to a callback address', () => {
  it('carries the item of hiring://pending, signed with what agent and marketplace both know', async () => {
    const { agent, posts, hire } = await openScene();
    const id = await hire({ client_message: 'Briefly, please.' });
    expect(posts).toHaveLength(1);
    const [post] = posts;
    expect(post).toMatchObject({ method: 'POST', url: URL_OF_AGENT, timeoutMs: 2_000 });
    expect(bodyOf(post)).toMatchObject({
      type: 'hiring_task',
      hiring_id: id,
      id,
      status: 'in_progress',
      task_description: HIRE.task_description,
      price: '25.00',
      delivery_mode: 'output',
      client_message: 'Briefly, please.',
    });
    const key = createHash('sha256').update(agent.key).digest('hex');
    expect(post?.headers).toEqual({
      'content-type': 'application/json',
      'x-webhook-event': 'hiring_task',
      'x-webhook-signature': createHmac('sha256', key)
        .update(post?.body ?? '')
        .digest('base64'),
    });
  });

  it('is signed with a secret of the agent, and carries its header, when there are any', async () => {
    const { posts, hire } = await openScene({ callback_secret: 's3cret', callback_auth_header: 'Bearer of-agent' });
    await hire();
    expect(posts[0]?.headers).toMatchObject({
      authorization: 'Bearer of-agent',
      'x-webhook-signature': createHmac('sha256', 's3cret')
        .update(posts[0]?.body ?? '')
        .digest('base64'),
    });
  });

  it.each([
    ['X-Agent-Auth: abc', { 'x-agent-auth': 'abc' }],
    ['Authorization: Basic YWJj', { authorization: 'Basic YWJj' }],
    ['Host: elsewhere', {}],
    ['Content-Length: 1', {}],
    ['a\r\nb: c', {}],
    ['', {}],
  ])('takes %j as a header if it is one', async (callback_auth_header, expected) => {
    const { posts, hire } = await openScene({ callback_auth_header });
    await hire();
    const { 'content-type': _, 'x-webhook-event': __, 'x-webhook-signature': ___, ...rest } = posts[0]?.headers ?? {};
    expect(rest).toEqual(expected);
  });

  it('is repeated with growing pauses until it is accepted, five times at most', async () => {
    let status = 500;
    const { posts, advance, hire } = await openScene({}, () => status);
    await hire();
    expect(posts).toHaveLength(1);
    await advance(9_999);
    expect(posts).toHaveLength(1);
    await advance(1);
    await advance(60_000);
    await advance(300_000);
    expect(posts).toHaveLength(4);
    status = 202;
    await advance(1_800_000);
    expect(posts).toHaveLength(5);
    await advance(3_600_000);
    expect(posts).toHaveLength(5);
  });

  it('stops when the hiring is over, and begins anew with a retry', async () => {
    const { sandbox, posts, advance, hire } = await openScene({}, () => 500);
    const id = await hire();
    await sandbox.hirer('POST', `/hirings/${id}/cancel`);
    await advance(3_600_000);
    expect(posts).toHaveLength(1);
  });

  it('is left to the session of an agent that is connected', async () => {
    const { sandbox, agent, posts, hire } = await openScene();
    const headers = { 'x-api-key': agent.key };
    const client = await connect((request) => sandbox.backend.fetch(request), { headers });
    const answering = client.pong();
    const id = await hire();
    await answering;
    expect(at(await sandbox.read(id), 'status')).toBe('in_progress');
    expect(posts).toEqual([]);
  });

  it("sends a repository's token over an encrypted way or within this machine, and over no other", async () => {
    const push = {
      delivery_mode: 'push',
      repo_url: 'https://github.com/acme/repo',
      repo_access_token: 'ghp_0123456789abcdefghij',
    };
    const encrypted = await openScene();
    await encrypted.hire(push);
    expect(bodyOf(encrypted.posts[0])).toMatchObject(push);
    const open = await openScene({ callback_url: 'http://agent.example/hook' });
    await open.hire(push);
    expect(bodyOf(open.posts[0])).toMatchObject({ repo_url: push.repo_url, task_input: { repo_url: push.repo_url } });
    expect(open.posts[0]?.body).not.toContain('ghp_');
  });

  it('is refused, like the probe before it, for an address that may not be called', async () => {
    const sandbox = await openSandbox();
    const agent = await sandbox.register({ metadata: { callback_url: 'http://169.254.169.254/latest/meta-data' } });
    const id = await sandbox.hire(agent.did);
    await sandbox.backend.advance(100);
    await sandbox.backend.env.background.idle();
    expect(at(await sandbox.read(id), 'status')).toBe('failed');
  });
});
