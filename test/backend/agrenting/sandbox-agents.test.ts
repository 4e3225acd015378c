import { describe, expect, it } from 'vitest';
import { BEHAVIOURS } from '../../../src/backend/actors/agent-behaviours.js';
import { SANDBOX_AGENTS } from '../../../src/backend/seed/agrenting-cast.js';
import { agentProfile } from '../../../src/marketplaces/agrenting/contract/agents.js';
import { hiring as hiringSchema } from '../../../src/marketplaces/agrenting/contract/hirings.js';
import { at } from '../support.js';
import { data, HIRE, list, openSandbox, refusal, type Sandbox, text } from './helpers.js';

/** Hires and follows a simulated agent for a time. */
async function follow(sandbox: Sandbox, agent: string, ms: number, extra: Record<string, unknown> = {}) {
  const id = await sandbox.hire(agent, extra);
  await sandbox.backend.advance(ms);
  return { id, hiring: await sandbox.read(id) };
}
const contents = (hiring: unknown) => list(at(hiring, 'messages')).map((message) => at(message, 'content'));

describe('the simulated agents', () => {
  it('are listed with the behaviour that plays them, each with its own DID and a price from 0.50 to 25.00', () => {
    expect(SANDBOX_AGENTS.map((agent) => agent.behaviour)).toEqual(Object.keys(BEHAVIOURS));
    expect(SANDBOX_AGENTS.map((agent) => agent.did)).toEqual(
      SANDBOX_AGENTS.map((agent) => `did:agrenting:${agent.behaviour}`),
    );
    expect(new Set(SANDBOX_AGENTS.map((agent) => agent.price)).size).toBe(SANDBOX_AGENTS.length);
    expect(SANDBOX_AGENTS.every((agent) => Number(agent.price) >= 0.5 && Number(agent.price) <= 25)).toBe(true);
  });

  it('Swift delivers within 200 ms', async () => {
    const sandbox = await openSandbox();
    const { hiring } = await follow(sandbox, 'swift', 200);
    expect(hiring).toMatchObject({
      status: 'completed',
      task_output: { result: 'In short: Summarise the report. (6 words)' },
    });
  });

  it('Steady reports progress three times and delivers after eight seconds', async () => {
    const sandbox = await openSandbox();
    const { id, hiring } = await follow(sandbox, 'steady', 7_000);
    expect(hiring).toMatchObject({ status: 'in_progress' });
    expect(contents(hiring)).toHaveLength(3);
    await sandbox.backend.advance(1_500);
    expect(await sandbox.read(id)).toMatchObject({ status: 'completed' });
  });

  it('Curious asks, waits as long as it takes, and uses the answer', async () => {
    const sandbox = await openSandbox();
    const { id, hiring } = await follow(sandbox, 'curious', 3_600_000);
    expect(hiring).toMatchObject({ status: 'in_progress', open_questions: [{ question_id: expect.any(String) }] });
    const reply_to_id = at(hiring, 'open_questions', 0, 'question_id');
    await sandbox.hirer('POST', `/hirings/${id}/messages`, {
      content: 'Chefs, in French.',
      kind: 'answer',
      reply_to_id,
    });
    await sandbox.backend.advance(1_000);
    const done = await sandbox.read(id);
    expect(done).toMatchObject({ status: 'completed', open_questions: [] });
    expect(String(at(done, 'task_output', 'result'))).toContain('Written for: Chefs, in French.');
  });

  it('Faulty fails with a reason', async () => {
    const sandbox = await openSandbox();
    const { hiring } = await follow(sandbox, 'faulty', 1_000);
    expect(hiring).toMatchObject({ status: 'failed', failed_reason: expect.stringContaining('could not be read') });
    expect(await sandbox.money()).toEqual({ available: '1000.00', escrow: '0.00' });
  });

  it('Offline is listed as offline, and Busy as busy', async () => {
    const { hirer } = await openSandbox();
    expect(data(await hirer('GET', '/agents/did:agrenting:offline'))).toMatchObject({
      availability_status: 'offline',
      last_seen_at: null,
    });
    expect(data(await hirer('GET', '/agents/did:agrenting:busy'))).toMatchObject({ availability_status: 'busy' });
    expect(refusal(await hirer('POST', '/agents/did:agrenting:busy/hire', HIRE))).toBe('409 AGENT_BUSY');
  });

  it('Artist delivers a note, a palette and a real PNG', async () => {
    const sandbox = await openSandbox();
    const { hiring } = await follow(sandbox, 'artist', 3_000);
    const artifacts = list(at(hiring, 'artifacts'));
    expect(artifacts.map((artifact) => [at(artifact, 'artifact_type'), at(artifact, 'content_type')])).toEqual([
      ['markdown', 'text/markdown; charset=utf-8'],
      ['json', 'application/json'],
      ['image', 'image/png'],
    ]);
    const path = `http://backend.test/agrenting${at(artifacts[2], 'download_url')}`;
    const headers = { authorization: `Bearer ${sandbox.backend.credentials.agrenting.hirer}` };
    const image = Buffer.from(await (await sandbox.backend.fetch(new Request(path, { headers }))).arrayBuffer());
    expect(image.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([16, 16]);
    expect(image.subarray(-8).toString('latin1')).toContain('IEND');
  });

  it('Pusher reports a branch and a commit in push mode, and a diff in output mode', async () => {
    const sandbox = await openSandbox();
    const token = `ghp_${'t'.repeat(36)}`;
    const repo_url = 'https://github.com/acme/repo';
    const push = { delivery_mode: 'push', repo_url, repo_access_token: token };
    const { id, hiring } = await follow(sandbox, 'pusher', 3_000, push);
    expect(at(hiring, 'task_output')).toMatchObject({
      branch: `agrenting/${id.slice(0, 8)}`,
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      repo_url,
    });
    expect(JSON.stringify(hiring)).not.toContain(token);
    const output = await follow(sandbox, 'pusher', 3_000);
    expect(at(output.hiring, 'artifacts', 0, 'artifact_type')).toBe('diff');
    expect(at(output.hiring, 'task_output')).not.toHaveProperty('commit');
  });

  it('Hostile writes what it likes, and a reader of the contract sees it cleaned', async () => {
    const sandbox = await openSandbox();
    const { hiring } = await follow(sandbox, 'hostile', 2_000);
    const profile = data(await sandbox.hirer('GET', '/agents/did:agrenting:hostile'));
    const harmful = /(?![\t\n])[\p{Cc}\p{Cf}]/u;
    expect(String(contents(hiring)[0])).toMatch(harmful);
    expect(String(at(profile, 'description'))).toMatch(harmful);
    const read = hiringSchema.parse(hiring);
    expect(read.messages?.[0]?.content).not.toMatch(harmful);
    expect(read.artifacts?.[0]?.name).not.toMatch(harmful);
    expect(agentProfile.parse(profile).description).not.toMatch(harmful);
    expect(agentProfile.parse(profile).name).toBe('Hostile eliforP');
  });

  it('give the same work the same answer', async () => {
    const runs = await Promise.all([openSandbox(), openSandbox()]);
    const hirings = await Promise.all(runs.map(async (sandbox) => (await follow(sandbox, 'pusher', 3_000)).hiring));
    expect(hirings[1]).toEqual(hirings[0]);
  });
});

describe('Hugo, the simulated hirer', () => {
  it('hires your agent in the very read by which it is seen', async () => {
    const { agent } = await openSandbox();
    const pending = await agent('GET', '/hirings/pending');
    expect(list(data(pending))).toHaveLength(1);
    expect(data(pending, 0)).toMatchObject({ status: 'in_progress', price: '5.00', capability_requested: 'general' });
  });

  it('waits while a hiring of his is open, and for a minute after it', async () => {
    const sandbox = await openSandbox();
    const pending = async () => list(data(await sandbox.agent('GET', '/hirings/pending')));
    const first = text(await sandbox.agent('GET', '/hirings/pending'), 0, 'id');
    await sandbox.backend.advance(5 * 60_000);
    expect(await pending()).toHaveLength(1);
    await sandbox.agent('POST', `/hirings/${first}/result`, { output: 'Good ones are short.' });
    await sandbox.backend.advance(30_000);
    expect(await pending()).toEqual([]);
    await sandbox.backend.advance(31_000);
    const second = await pending();
    expect(second).toHaveLength(1);
    expect(at(second, 0, 'id')).not.toBe(first);
    expect(at(second, 0, 'task_description')).toContain('café');
    expect(data(await sandbox.agent('GET', '/ledger/balance'))).toMatchObject({ available: '4.75' });
  });

  it('does not hire again within the minute, even when the agent is seen anew', async () => {
    const sandbox = await openSandbox();
    const pending = async () => list(data(await sandbox.agent('GET', '/hirings/pending')));
    const first = at(await pending(), 0, 'id');
    await sandbox.backend.advance(50_000);
    await sandbox.agent('POST', `/hirings/${first}/result`, { output: 'done' });
    await sandbox.backend.advance(20_000);
    expect(await pending()).toEqual([]);
    await sandbox.backend.advance(61_000);
    expect(await pending()).toHaveLength(1);
  });

  it('hires again when your agent gave up', async () => {
    const sandbox = await openSandbox();
    const first = text(await sandbox.agent('GET', '/hirings/pending'), 0, 'id');
    await sandbox.agent('POST', `/hirings/${first}/failure`, { reason: 'No coffee.' });
    await sandbox.backend.advance(61_000);
    expect(list(data(await sandbox.agent('GET', '/hirings/pending')))).toHaveLength(1);
  });

  it('answers a question after a second', async () => {
    const sandbox = await openSandbox();
    const id = text(await sandbox.agent('GET', '/hirings/pending'), 0, 'id');
    await sandbox.agent('POST', `/hirings/${id}/messages`, { content: 'In English?', kind: 'question' });
    await sandbox.backend.advance(1_000);
    const said = await sandbox.agent('GET', `/hirings/${id}/messages`);
    expect(data(said, 1)).toMatchObject({ kind: 'answer', sender_name: 'Hugo', reply_to_id: data(said, 0, 'id') });
  });

  it('hires nobody else, nor an agent that takes no work or costs more than he has', async () => {
    const sandbox = await openSandbox();
    const other = await sandbox.register();
    expect(data(await other.call('GET', '/hirings/pending'))).toEqual([]);
    const agentId = '0d3a0000-0000-4000-8000-000000000002';
    await sandbox.hirer('PATCH', `/agents/${agentId}`, { agent: { base_price: '100000.01' } });
    expect(data(await sandbox.agent('GET', '/hirings/pending'))).toEqual([]);
    await sandbox.hirer('PATCH', `/agents/${agentId}`, { agent: { base_price: '1.00', status: 'inactive' } });
    await sandbox.backend.advance(61_000);
    expect(data(await sandbox.agent('GET', '/hirings/pending'))).toEqual([]);
  });
});
