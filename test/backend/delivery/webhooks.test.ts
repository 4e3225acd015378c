import { describe, expect, it } from 'vitest';
import type { OutboundRequest } from '../../../src/backend/delivery/outbound.js';
import { verifyAgrenting, verifyHumans2ai } from '../../../src/webhooks/signature.js';
import { HIRE, openSandbox } from '../agrenting/helpers.js';
import { openWorld, REASON } from '../humans2ai/world.js';
import { at, START } from '../support.js';

/** What webhooks are told, by which signature, in which order, and how often it is tried. */

const HOUR = 3_600_000;
const ALL = ['task.opened', 'application.created', 'task.assigned', 'task.submitted', 'task.rejected', 'task.disputed'];

/** A Humans2AI whose agent has a webhook; `answer` says what the receiver does. */
async function openScene(answer: (request: OutboundRequest) => number | Error = () => 200, events: string[] = ALL) {
  const posts: OutboundRequest[] = [];
  const world = await openWorld({
    outbound: async (request) => {
      posts.push(request);
      const outcome = answer(request);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  });
  const created = await world.rest('agent', 'POST', '/webhooks', { url: 'https://hooks.example/h2a', events });
  const webhook = { id: String(at(created.body, 'id')), secret: String(at(created.body, 'secret')) };
  /** Lets time pass until nothing more happens by itself. */
  const settle = async (ms = 0) => {
    await world.backend.advance(ms);
    const { background } = world.backend.env;
    for (let ran = 1; ran > 0; ) {
      await background.idle();
      ran = await world.backend.runDue();
    }
  };
  const log = async () => {
    const { body } = await world.rest('agent', 'GET', `/webhooks/${webhook.id}/deliveries?limit=100`);
    return Object(at(body, 'deliveries')).toReversed();
  };
  return { world, posts, webhook, settle, log };
}

const bodyOf = (request: OutboundRequest | undefined): unknown => JSON.parse(request?.body ?? 'null');
const typesOf = (posts: readonly OutboundRequest[]) => posts.map((post) => at(bodyOf(post), 'type'));

describe('a webhook of Humans2AI', () => {
  it('is told of each step of a task in order, with ids and states only, signed as documented', async () => {
    const { world, posts, webhook, settle } = await openScene();
    const taskId = await world.disputed();
    await settle();
    expect(typesOf(posts)).toEqual(ALL);
    expect(bodyOf(posts[3])).toEqual({
      id: expect.stringMatching(/^evt_/),
      type: 'task.submitted',
      createdAt: START,
      data: { taskId, status: 'submitted', humanId: 'user_you_as_human', submissionVersion: 1 },
    });
    for (const { headers, body = '' } of posts) {
      const header = headers['x-humans2ai-signature'];
      expect(verifyHumans2ai({ body, header, secrets: [webhook.secret], nowMs: Date.parse(START) })).toEqual({
        ok: true,
      });
      expect(body).not.toContain(REASON);
    }
  });

  it('is tried again with growing pauses, holds back the rest of the subject and nothing else, and is given up', async () => {
    let broken = true;
    const stuck: string[] = [];
    const { world, posts, settle, log } = await openScene(
      ({ body = '' }) => (broken && stuck.some((id) => body.includes(id)) ? 503 : 200),
      ['task.opened', 'task.expired'],
    );
    const first = await world.createTask();
    stuck.push(first);
    await world.rest('agent', 'POST', `/tasks/${first}/cancel`);
    const second = await world.createTask();
    await settle();
    expect(posts.filter(({ body = '' }) => body.includes(second))).toHaveLength(1);
    expect(typesOf(posts.filter(({ body = '' }) => body.includes(first)))).toEqual(['task.opened']);
    expect(await log()).toMatchObject([
      { event: 'task.opened', state: 'ready', attempts: 1, last_status: 503, last_error: 'Answered with 503.' },
      { event: 'task.expired', state: 'queued', attempts: 0 },
      { event: 'task.opened', state: 'delivered', attempts: 1, last_status: 200 },
    ]);
    await settle(4_999);
    expect(posts).toHaveLength(2);
    await settle(1);
    expect(posts).toHaveLength(3);
    broken = false;
    await settle(30_000);
    expect(typesOf(posts.slice(3))).toEqual(['task.opened', 'task.expired']);
    broken = true;
    await settle();
    const third = await world.createTask();
    stuck.push(third);
    await settle(32 * HOUR);
    const gaveUp = (await log()).at(-1);
    expect(gaveUp).toMatchObject({
      event: 'task.opened',
      state: 'failed',
      attempts: 11,
      last_error: 'Answered with 503.',
    });
  });

  it('does not count redirects, silence and hidden addresses as delivered', async () => {
    const { world, settle, log } = await openScene(({ body = '' }) =>
      body.includes('opened') ? 302 : new Error('The callback address did not answer in time.'),
    );
    await world.apply(await world.createTask());
    await settle();
    expect(await log()).toMatchObject([{ last_error: 'Redirects are not followed (302).' }, { state: 'queued' }]);
    const real = await openWorld();
    await real.rest('agent', 'POST', '/webhooks', { url: 'http://127.0.0.1:9/x', events: ['task.opened'] });
    await real.createTask();
    await real.backend.runDue();
    await real.backend.env.background.idle();
    const row = await real.backend.env.db.selectFrom('webhook_deliveries').selectAll().executeTakeFirstOrThrow();
    expect(row.last_error).toBe('This machine may not be called: the setting for loopback targets is off.');
  });

  it('is signed with both secrets for an hour after a rotation, and then with the new one alone', async () => {
    const { world, posts, webhook, settle } = await openScene(undefined, ['task.opened']);
    const rotated = await world.rest('agent', 'POST', `/webhooks/${webhook.id}/rotate-secret`);
    const newer = String(at(rotated.body, 'secret'));
    const fits = (post: OutboundRequest | undefined, secret: string) =>
      verifyHumans2ai({
        body: post?.body ?? '',
        header: post?.headers['x-humans2ai-signature'],
        secrets: [secret],
        nowMs: Date.parse(START),
      }).ok;
    await world.createTask();
    await settle();
    expect([fits(posts[0], webhook.secret), fits(posts[0], newer)]).toEqual([true, true]);
    await settle(HOUR);
    await world.createTask({ deadline: '2026-03-06T18:00:00Z' });
    await settle();
    expect([fits(posts[1], webhook.secret), fits(posts[1], newer)]).toEqual([false, true]);
  });

  it('can be sent again, tried at once, switched off and on, and is told nothing after it was deleted', async () => {
    let status = 200;
    const { world, posts, webhook, settle, log } = await openScene(() => status, ['task.opened', 'task.expired']);
    await world.createTask();
    await settle();
    const [done] = await log();
    const resend = (id: unknown) => world.rest('agent', 'POST', `/webhooks/${webhook.id}/deliveries/${id}/resend`);
    expect((await resend(at(done, 'id'))).body).toMatchObject({ state: 'ready', resend_of: at(done, 'id') });
    await settle();
    expect(posts.map(({ body }) => body)).toEqual([posts[0]?.body, posts[0]?.body]);
    status = 500;
    const taskId = await world.createTask();
    await world.rest('agent', 'POST', `/tasks/${taskId}/cancel`);
    await settle();
    const [, , failing, behind] = await log();
    expect((await resend(at(behind, 'id'))).status).toBe(409);
    status = 200;
    expect((await resend(at(failing, 'id'))).body).toMatchObject({ id: at(failing, 'id'), state: 'ready' });
    await settle();
    expect(typesOf(posts.slice(3))).toEqual(['task.opened', 'task.expired']);
    const inFull = await world.rest('agent', 'GET', `/webhooks/${webhook.id}/deliveries/${at(failing, 'id')}`);
    expect(at(inFull.body, 'log')).toMatchObject([
      { attempt: 1, status: 500 },
      { attempt: 2, status: 200 },
    ]);
    const before = posts.length;
    status = 500;
    await world.createTask();
    await settle();
    await world.rest('agent', 'PATCH', `/webhooks/${webhook.id}`, { active: false });
    status = 200;
    await settle(HOUR);
    expect(posts).toHaveLength(before + 1);
    await world.rest('agent', 'PATCH', `/webhooks/${webhook.id}`, { active: true });
    await settle();
    expect(posts).toHaveLength(before + 2);
    status = 500;
    await world.createTask();
    await settle();
    await world.rest('agent', 'DELETE', `/webhooks/${webhook.id}`);
    await settle(HOUR);
    expect(posts).toHaveLength(before + 3);
    const states = await world.backend.env.db.selectFrom('webhook_deliveries').select('state').orderBy('seq').execute();
    expect(states.at(-1)).toEqual({ state: 'dropped' });
    expect((await world.rest('agent', 'GET', `/webhooks/${webhook.id}/deliveries`)).status).toBe(404);
  });

  it('is shown to its owner alone', async () => {
    const { world, webhook } = await openScene();
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/dlv_00000000000000000000'],
      ['POST', '/dlv_00000000000000000000/resend'],
    ] as const) {
      expect((await world.rest('human', method, `/webhooks/${webhook.id}/deliveries${path}`)).status).toBe(404);
    }
  });
});

describe('a webhook of Agrenting', () => {
  it('is told of hirings, signed in base64 over the body', async () => {
    const posts: OutboundRequest[] = [];
    const sandbox = await openSandbox({
      outbound: async (request) => {
        posts.push(request);
        return 204;
      },
    });
    const event_types = ['hiring.created', 'hiring.in_progress', 'hiring.cancelled', 'task.completed'];
    const registered = await sandbox.hirer('POST', '/webhooks', {
      callback_url: 'https://hooks.example/a',
      event_types,
    });
    const secret = String(at(registered.body, 'data', 'secret_key'));
    const agent = await sandbox.register();
    const id = await sandbox.hire(agent.did, HIRE);
    await sandbox.hirer('POST', `/hirings/${id}/cancel`);
    await sandbox.backend.advance(0);
    await sandbox.backend.env.background.idle();
    await sandbox.backend.advance(0);
    await sandbox.backend.env.background.idle();
    expect(posts.map(({ headers }) => headers['x-webhook-event'])).toEqual(['hiring.created', 'hiring.cancelled']);
    expect(bodyOf(posts[1])).toMatchObject({ event: 'hiring.cancelled', hiring_id: id, status: 'cancelled' });
    for (const { body = '', headers } of posts) {
      expect(verifyAgrenting({ body, header: headers['x-webhook-signature'], secrets: [secret] })).toEqual({
        ok: true,
      });
    }
    const listed = await sandbox.hirer('GET', '/webhooks');
    expect(at(listed.body, 'data', 0)).toMatchObject({ failure_count: 0, last_delivery_at: START });
  });
});
