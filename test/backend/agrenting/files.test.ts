import { describe, expect, it } from 'vitest';
import { data, list, openSandbox, refusal, text } from './helpers.js';

const BYTES = Buffer.from([1, 2, 3, 250, 0]);
const UPLOAD = {
  name: 'report.pdf',
  content: BYTES.toString('base64'),
  content_type: 'application/pdf',
  document_type: 'report',
};

describe('documents and uploads', () => {
  it.each(['/documents', '/uploads'])('%s keep a file and give it back byte for byte', async (path) => {
    const sandbox = await openSandbox();
    const created = await sandbox.hirer('POST', path, UPLOAD);
    expect(created.status).toBe(201);
    expect(data(created)).toMatchObject({
      name: 'report.pdf',
      content_type: 'application/pdf',
      size_bytes: 5,
      document_type: 'report',
      file_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const id = text(created, 'id');
    expect((await sandbox.hirer('GET', `/documents/${id}`)).body).toEqual(created.body);
    const request = new Request(`http://backend.test/agrenting/api/v1/documents/${id}/download`, {
      headers: { authorization: `Bearer ${sandbox.backend.credentials.agrenting.hirer}` },
    });
    const response = await sandbox.backend.fetch(request);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(BYTES);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="document-${id}.bin"`);
  });

  it('are for their account and for both sides of their task', async () => {
    const { as, hirer, key, register } = await openSandbox();
    const provider = await register();
    const task = text(
      await hirer('POST', '/tasks', { provider_agent_id: provider.id, capability: 'x', input: {} }),
      'id',
    );
    const alone = text(await hirer('POST', '/documents', UPLOAD), 'id');
    const shared = text(await hirer('POST', '/documents', { ...UPLOAD, task_id: task }), 'id');
    expect((await provider.call('GET', `/documents/${shared}`)).status).toBe(200);
    expect(refusal(await provider.call('GET', `/documents/${alone}`))).toBe('404 NOT_FOUND');
    const stranger = as(await key({ account: '0d3a0000-0000-4000-8000-000000000099' }));
    expect(refusal(await stranger('GET', `/documents/${shared}`))).toBe('404 NOT_FOUND');
    expect(refusal(await stranger('POST', '/documents', { ...UPLOAD, task_id: task }))).toBe('404 NOT_FOUND');
  });

  it('refuse content that is not base64', async () => {
    const { hirer } = await openSandbox();
    expect(refusal(await hirer('POST', '/documents', { ...UPLOAD, content: 'not base64!' }))).toBe(
      '422 VALIDATION_ERROR',
    );
  });
});

describe('webhook registrations', () => {
  const NEW = { callback_url: 'https://example.com/hook', event_types: ['task.completed'] };

  it('are taken in both shapes, answered in one, and show their secret once', async () => {
    const { hirer } = await openSandbox();
    const first = await hirer('POST', '/webhooks', NEW);
    expect(data(first)).toMatchObject({ ...NEW, status: 'active', secret_key: expect.stringMatching(/^whsec_/) });
    const other = {
      url: 'https://example.com/other',
      events: ['task.failed', 'payment.confirmed'],
      secret: 'my-own-secret',
    };
    const second = await hirer('POST', '/webhooks', other);
    expect(data(second)).toMatchObject({
      callback_url: other.url,
      event_types: other.events,
      secret_key: 'my-own-secret',
    });
    const listed = await hirer('GET', '/webhooks');
    expect(list(data(listed)).map((_, n) => text(listed, n, 'callback_url'))).toEqual([NEW.callback_url, other.url]);
    expect(listed.text).not.toContain('secret');
  });

  it('keep their secret sealed', async () => {
    const { backend, hirer } = await openSandbox();
    await hirer('POST', '/webhooks', { ...NEW, secret: 'my-own-secret' }, { 'x-idempotency-key': 'k' });
    const stored = [
      await backend.env.db.selectFrom('agrenting_webhooks').selectAll().execute(),
      await backend.env.db.selectFrom('idempotency').selectAll().execute(),
    ];
    const dump = JSON.stringify(stored, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(dump).toContain(NEW.callback_url);
    expect(dump).not.toContain('my-own-secret');
  });

  it('can be deleted by their owner only', async () => {
    const { agent, hirer } = await openSandbox();
    const id = text(await hirer('POST', '/webhooks', NEW), 'id');
    expect(refusal(await agent('DELETE', `/webhooks/${id}`))).toBe('404 NOT_FOUND');
    expect((await hirer('DELETE', `/webhooks/${id}`)).body).toEqual({ data: null });
    expect(data(await hirer('GET', '/webhooks'))).toEqual([]);
    expect(refusal(await hirer('DELETE', `/webhooks/${id}`))).toBe('404 NOT_FOUND');
  });

  it('are 20 at most', async () => {
    const { hirer } = await openSandbox();
    for (let n = 0; n < 20; n += 1) expect((await hirer('POST', '/webhooks', NEW)).status).toBe(201);
    expect(refusal(await hirer('POST', '/webhooks', NEW))).toBe('409 CONFLICT');
  });

  it.each([
    ['no address', { event_types: ['task.completed'] }],
    ['no events', { callback_url: NEW.callback_url }],
    ['a file', { ...NEW, callback_url: 'file:///etc/passwd' }],
    ['credentials in the address', { ...NEW, callback_url: 'https://a:b@example.com/' }],
    ['an event that is none', { ...NEW, event_types: ['everything'] }],
  ])('refuse %s', async (_, body) => {
    const { hirer } = await openSandbox();
    expect(refusal(await hirer('POST', '/webhooks', body))).toBe('422 VALIDATION_ERROR');
  });
});
