import { describe, expect, it } from 'vitest';
import { at } from '../support.js';
import { data, HIRE, openSandbox, refusal, type Sandbox, text } from './helpers.js';

const STORED = `ghp_${'s'.repeat(36)}`;
const EXPLICIT = `ghp_${'e'.repeat(36)}`;
const REPO = 'https://github.com/acme/repo';
const TOKEN_PATH = '/account/github-token';

/** An agent that is run by the test and hired in push mode. */
async function pushHired(sandbox: Sandbox, extra: Record<string, unknown> = {}) {
  const worker = await sandbox.register();
  await worker.call('GET', '/hirings/pending');
  const id = await sandbox.hire(worker.did, { delivery_mode: 'push', repo_url: REPO, ...extra });
  await sandbox.backend.advance(1_000);
  return { id, worker: worker.call };
}

/** Every text in every table. */
async function dump(sandbox: Sandbox): Promise<string> {
  const { db } = sandbox.backend.env;
  const tables = ['hirings', 'hiring_messages', 'agrenting_github_tokens', 'idempotency', 'jobs', 'artifacts'] as const;
  const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

describe('the stored GitHub token', () => {
  it('is told of but never shown', async () => {
    const { hirer } = await openSandbox();
    expect(data(await hirer('GET', TOKEN_PATH))).toEqual({ stored: false, updated_at: null, hint: null });
    const stored = await hirer('PUT', TOKEN_PATH, { token: STORED });
    expect(data(stored)).toEqual({ stored: true, updated_at: expect.any(String), hint: 'ssss' });
    const status = await hirer('GET', TOKEN_PATH);
    expect(status.body).toEqual(stored.body);
    expect(stored.text + status.text).not.toContain(STORED);
    expect(data(await hirer('DELETE', TOKEN_PATH))).toEqual({ stored: false, updated_at: null, hint: null });
    expect(data(await hirer('DELETE', TOKEN_PATH))).toMatchObject({ stored: false });
  });

  it('is replaced by a later one, and gives no hint when it is short', async () => {
    const { hirer } = await openSandbox();
    await hirer('PUT', TOKEN_PATH, { token: STORED });
    expect(data(await hirer('PUT', TOKEN_PATH, { token: 'short-token' }))).toMatchObject({ stored: true, hint: null });
    expect(refusal(await hirer('PUT', TOKEN_PATH, { token: 'with space in it' }))).toBe('422 VALIDATION_ERROR');
  });

  it('belongs to its user, and agents have none', async () => {
    const { agent, as, hirer, key } = await openSandbox();
    await hirer('PUT', TOKEN_PATH, { token: STORED });
    const other = as(await key({ account: '0d3a0000-0000-4000-8000-000000000099' }));
    expect(data(await other('GET', TOKEN_PATH))).toMatchObject({ stored: false });
    expect(refusal(await agent('GET', TOKEN_PATH))).toBe('403 FORBIDDEN');
  });
});

describe('push mode', () => {
  it('gives the token in the request to the agent, in its pending work and nowhere else', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await pushHired(sandbox, { repo_access_token: EXPLICIT });
    const pending = await worker('GET', '/hirings/pending');
    expect(data(pending, 0)).toMatchObject({
      delivery_mode: 'push',
      repo_url: REPO,
      repo_access_token: EXPLICIT,
      task_input: { delivery_mode: 'push', repo_url: REPO, repo_access_token: EXPLICIT },
    });
    const others = [
      await sandbox.hirer('GET', `/hirings/${id}`),
      await sandbox.hirer('GET', '/hirings'),
      await sandbox.hirer('GET', `/hirings/${id}/messages`),
      await worker('GET', `/hirings/${id}`),
    ];
    for (const answer of others) expect(answer.text).not.toContain(EXPLICIT);
    expect(await dump(sandbox)).not.toContain(EXPLICIT);
  });

  it('attaches the stored token when none is sent, and the sent one when both exist', async () => {
    const sandbox = await openSandbox();
    await sandbox.hirer('PUT', TOKEN_PATH, { token: STORED });
    const first = await pushHired(sandbox);
    expect(data(await first.worker('GET', '/hirings/pending'), 0, 'repo_access_token')).toBe(STORED);
    const second = await pushHired(sandbox, { repo_access_token: EXPLICIT });
    expect(data(await second.worker('GET', '/hirings/pending'), 0, 'repo_access_token')).toBe(EXPLICIT);
    expect(await dump(sandbox)).not.toContain(STORED);
  });

  it('needs a repository and a token', async () => {
    const { hirer } = await openSandbox();
    const hire = (extra: object) =>
      hirer('POST', '/agents/did:agrenting:pusher/hire', { ...HIRE, delivery_mode: 'push', ...extra });
    const noRepo = await hire({ repo_access_token: EXPLICIT });
    expect(refusal(noRepo)).toBe('422 VALIDATION_ERROR');
    expect(at(noRepo.body, 'errors', 0, 'details')).toHaveProperty('repo_url');
    const noToken = await hire({ repo_url: REPO });
    expect(refusal(noToken)).toBe('422 VALIDATION_ERROR');
    expect(at(noToken.body, 'errors', 0, 'details')).toHaveProperty('repo_access_token');
  });

  it.each([
    ['http', 'http://github.com/acme/repo'],
    ['ssh', 'ssh://git@github.com/acme/repo'],
    ['a file', 'file:///etc/passwd'],
    ['an scp address', 'git@github.com:acme/repo.git'],
    ['a user name', 'https://acme@github.com/acme/repo'],
    ['a password', 'https://acme:hunter2@github.com/acme/repo'],
    ['a host with a leading dash', 'https://-oProxyCommand=x/acme'],
    ['a path part with a leading dash', 'https://github.com/acme/--upload-pack=x'],
    ['a space', 'https://github.com/acme/my repo'],
    ['an option', '--upload-pack=touch /tmp/x'],
  ])('refuses a repository given as %s', async (_, repo_url) => {
    const { hirer } = await openSandbox();
    const body = { ...HIRE, delivery_mode: 'push', repo_url, repo_access_token: EXPLICIT };
    expect(refusal(await hirer('POST', '/agents/did:agrenting:pusher/hire', body))).toBe('422 VALIDATION_ERROR');
  });

  it.each([
    [
      'completed',
      async (_: Sandbox, id: string, worker: Sandbox['agent']) =>
        worker('POST', `/hirings/${id}/result`, { output: 'x' }),
    ],
    [
      'failed',
      async (_: Sandbox, id: string, worker: Sandbox['agent']) => worker('POST', `/hirings/${id}/failure`, {}),
    ],
    ['cancelled', async (sandbox: Sandbox, id: string) => sandbox.hirer('POST', `/hirings/${id}/cancel`)],
  ])('forgets the token when the hiring is %s', async (status, end) => {
    const sandbox = await openSandbox();
    const { id, worker } = await pushHired(sandbox, { repo_access_token: EXPLICIT });
    const sealed = () =>
      sandbox.backend.env.db.selectFrom('hirings').select('repo_token_sealed').where('id', '=', id).executeTakeFirst();
    expect((await sealed())?.repo_token_sealed).toEqual(expect.any(String));
    await end(sandbox, id, worker);
    expect(await sandbox.read(id)).toMatchObject({ status });
    expect(await sealed()).toEqual({ repo_token_sealed: null });
  });

  it('needs the stored token for a retry, because that of the first attempt is gone', async () => {
    const sandbox = await openSandbox();
    const { id, worker } = await pushHired(sandbox, { repo_access_token: EXPLICIT });
    await worker('POST', `/hirings/${id}/failure`, {});
    expect(refusal(await sandbox.hirer('POST', `/hirings/${id}/retry`, {}))).toBe('422 VALIDATION_ERROR');
    await sandbox.hirer('PUT', TOKEN_PATH, { token: STORED });
    await sandbox.hirer('POST', `/hirings/${id}/retry`, {});
    await sandbox.backend.advance(1_000);
    expect(data(await worker('GET', '/hirings/pending'), 0, 'repo_access_token')).toBe(STORED);
  });
});

describe('output mode', () => {
  it('passes a repository on as context, and attaches neither the stored nor a sent token', async () => {
    const sandbox = await openSandbox();
    await sandbox.hirer('PUT', TOKEN_PATH, { token: STORED });
    const { worker } = await pushHired(sandbox, { delivery_mode: 'output', repo_access_token: EXPLICIT });
    const pending = await worker('GET', '/hirings/pending');
    expect(data(pending, 0, 'task_input')).toEqual({ delivery_mode: 'output', repo_url: REPO });
    expect(pending.text).not.toMatch(/ghp_/);
  });

  it('refuses a token inside task_input, where both sides could read it for ever', async () => {
    const { hirer } = await openSandbox();
    const body = { ...HIRE, task_input: { repo_access_token: EXPLICIT } };
    const answer = await hirer('POST', '/agents/did:agrenting:swift/hire', body);
    expect(refusal(answer)).toBe('422 VALIDATION_ERROR');
    expect(answer.text).not.toContain(EXPLICIT);
    expect(text(await hirer('GET', '/hirings'), 'total')).toBe('0');
  });
});
