import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isBase64 } from '../../../src/backend/domain/artifacts.js';
import { data, list, openSandbox, refusal, type Sandbox, text } from './helpers.js';

async function working(sandbox: Sandbox) {
  const worker = await sandbox.register();
  await worker.call('GET', '/hirings/pending');
  const id = await sandbox.hire(worker.did);
  await sandbox.backend.advance(1_000);
  return { id, key: worker.key, worker: worker.call };
}

const download = (sandbox: Sandbox, key: string, id: string) =>
  sandbox.backend.fetch(
    new Request(`http://backend.test/agrenting/api/v1/artifacts/${id}/download`, { headers: { 'x-api-key': key } }),
  );

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('artifacts of a hiring', () => {
  it('come in all nine types, keep their size and hash, and are listed without contents', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    const types = ['code_block', 'markdown', 'html', 'file', 'diff', 'image', 'json', 'text', 'link'];
    const artifacts = types.map((artifact_type) => ({ artifact_type, name: `a ${artifact_type}`, content: 'grüße!' }));
    const added = await worker('POST', `/hirings/${id}/artifacts`, { artifacts });
    expect(added.status).toBe(201);
    const listed = await sandbox.hirer('GET', `/hirings/${id}/artifacts`);
    expect(listed.body).toEqual(added.body);
    expect(list(data(listed)).map((_, n) => text(listed, n, 'artifact_type'))).toEqual(types);
    expect(data(listed, 0)).toMatchObject({ size_bytes: 8, sha256: sha256(Buffer.from('grüße!')) });
    expect(listed.text).not.toContain('grüße');
    expect(await sandbox.read(id)).toMatchObject({ artifacts: data(listed) });
  });

  it('recognise base64 in files and images only, and are downloaded as their own bytes', async () => {
    const sandbox = await openSandbox();
    const { id, key, worker } = await working(sandbox);
    const bytes = Buffer.from([0, 255, 128, 10, 13, 37]);
    const encoded = bytes.toString('base64');
    const artifacts = [
      { artifact_type: 'file', name: 'blob', content: encoded },
      { artifact_type: 'file', name: 'notes', content: 'plain text, not base64' },
      { artifact_type: 'text', name: 'looks encoded', content: encoded },
    ];
    const added = await worker('POST', `/hirings/${id}/artifacts`, { artifacts });
    const read = async (n: number) =>
      Buffer.from(await (await download(sandbox, key, text(added, n, 'id'))).arrayBuffer());
    expect(await read(0)).toEqual(bytes);
    expect(data(added, 0)).toMatchObject({ size_bytes: 6, sha256: sha256(bytes) });
    expect((await read(1)).toString()).toBe('plain text, not base64');
    expect((await read(2)).toString()).toBe(encoded);
  });

  it('are downloaded under a name made from the id, never the given one, and never run in a browser', async () => {
    const sandbox = await openSandbox();
    const { id, key, worker } = await working(sandbox);
    const name = '../../etc/passwd"\r\nset-cookie: a=b; \u202egnp.exe';
    const content = '<script>alert(1)</script>';
    const added = await worker('POST', `/hirings/${id}/artifacts`, {
      artifacts: [{ artifact_type: 'html', name, content }],
    });
    const artifact = text(added, 0, 'id');
    const response = await download(sandbox, key, artifact);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="artifact-${artifact}.html"`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('can be downloaded by both sides of the hiring and by nobody else', async () => {
    const sandbox = await openSandbox();
    const { id, key, worker } = await working(sandbox);
    const artifacts = [{ artifact_type: 'text', name: 'a', content: 'secret' }];
    const artifact = text(await worker('POST', `/hirings/${id}/artifacts`, { artifacts }), 0, 'id');
    const hirerKey = sandbox.backend.credentials.agrenting.hirer;
    expect((await download(sandbox, hirerKey, artifact)).status).toBe(200);
    expect((await download(sandbox, key, artifact)).status).toBe(200);
    const stranger = await sandbox.key({ account: '0d3a0000-0000-4000-8000-000000000099' });
    expect((await download(sandbox, stranger, artifact)).status).toBe(404);
    expect((await download(sandbox, (await sandbox.register()).key, artifact)).status).toBe(404);
    expect((await download(sandbox, await sandbox.key({ scopes: ['hirings:read'] }), artifact)).status).toBe(403);
  });

  it('are limited to 50 in a request and 200 in a hiring, and to work in progress', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    const many = (n: number) => ({
      artifacts: Array.from({ length: n }, (_, i) => ({ artifact_type: 'text', name: `${i}`, content: 'x' })),
    });
    expect(refusal(await worker('POST', `/hirings/${id}/artifacts`, many(51)))).toBe('422 VALIDATION_ERROR');
    for (let n = 0; n < 4; n += 1)
      expect((await worker('POST', `/hirings/${id}/artifacts`, many(50))).status).toBe(201);
    expect(refusal(await worker('POST', `/hirings/${id}/artifacts`, many(1)))).toBe('409 CONFLICT');
    await worker('POST', `/hirings/${id}/result`, { output: 'done' });
    expect(refusal(await worker('POST', `/hirings/${id}/artifacts`, many(1)))).toBe('409 CONFLICT');
  });

  it('refuse a media type that is none', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await working(sandbox);
    const artifact = { artifact_type: 'file', name: 'a', content: 'b', content_type: 'text/plain\r\nx-evil: 1' };
    const answer = await worker('POST', `/hirings/${id}/artifacts`, { artifacts: [artifact] });
    expect(refusal(answer)).toBe('422 VALIDATION_ERROR');
  });
});

describe('telling base64 from plain text', () => {
  it.each([
    ['AAECAw==', true],
    ['AAEC', true],
    ['hello', false],
    ['hello world', false],
    ['AAECAx==', false],
    ['AAE=C', false],
    ['', false],
  ])('%j is base64: %s', (content, expected) => {
    expect(isBase64(content)).toBe(expected);
  });
});
