import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/http/client.js';
import { envelope } from '../../src/marketplaces/agrenting/envelope.js';
import { agrentingTools } from '../../src/marketplaces/agrenting/index.js';
import type { ToolContext } from '../../src/marketplaces/define.js';
import { humans2aiTools } from '../../src/marketplaces/humans2ai/index.js';
import { harmIn } from '../hostile-text.js';
import { hireOwnAgent, openSandbox, type Sandbox, send } from './agrenting/sandbox.js';
import { contextFor, run } from './context.js';
import { openWorld, type World } from './humans2ai/world.js';

/** Every tool that reads, over a marketplace that puts what nobody can see into every single text of its replies. */

const UNSEEN = '\u202e\u2066\u200b\u0007\u009b\u0000\u{e0041}\ufeff\ue000\u2060';

/** The same JSON with the unseen in every text: at its beginning, in its middle and at its end. */
function poisoned(value: unknown, counter: { texts: number }): unknown {
  if (typeof value === 'string') {
    counter.texts += 1;
    const middle = Math.floor(value.length / 2);
    return `${UNSEEN}${value.slice(0, middle)}${UNSEEN}${value.slice(middle)}${UNSEEN}`;
  }
  if (Array.isArray(value)) return value.map((item) => poisoned(item, counter));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poisoned(item, counter)]));
}

const counter = { texts: 0 };
const poisoning =
  (fetch: (request: Request) => Promise<Response>): Fetch =>
  async (request) => {
    const response = await fetch(request);
    const { status, headers } = response;
    if (request.url.endsWith('/download')) {
      const text = await response.text();
      counter.texts += 1;
      return new Response(`${UNSEEN}${text}${UNSEEN}`, { status, headers });
    }
    return new Response(JSON.stringify(poisoned(await response.json(), counter)), { status });
  };

let sandbox: Sandbox;
let world: World;
beforeAll(async () => {
  [sandbox, world] = await Promise.all([openSandbox(), openWorld()]);
});
afterAll(async () => {
  await Promise.all([sandbox.backend.close(), world.backend.close()]);
  console.log(`figure: poisoned-texts=${counter.texts} reached-a-result=0`);
  expect(counter.texts).toBeGreaterThan(400);
});

const done = new Set<string>();
async function same(name: string, args: object, honest: ToolContext, hostile: ToolContext): Promise<void> {
  const tool = [...agrentingTools, ...humans2aiTools].find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`there is no tool ${name}`);
  const expected = await run(tool, args, honest);
  const result = await run(tool, args, hostile);
  expect(textsOf(result).flatMap(harmIn), name).toEqual([]);
  // The unseen is gone and everything else is there.
  expect(result, name).toEqual(expected);
  done.add(name);
}

/** Every text in a value, names of members included. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]);
}

describe('a marketplace that poisons its texts', () => {
  it('changes nothing in what Agrenting tools show', async () => {
    const { backend, hirer, agent } = sandbox;
    const { hirer: hirerKey, agent: agentKey } = backend.credentials.agrenting;
    const fetch = poisoning((request) => backend.fetch(request));
    const hostileHirer = contextFor(backend, { envelope, headers: { authorization: `Bearer ${hirerKey}` }, fetch });
    const hostileAgent = contextFor(backend, { envelope, headers: { 'x-api-key': agentKey }, fetch });

    await same('list_agents', { limit: 50 }, hirer, hostileHirer);
    await same('check_balance', {}, hirer, hostileHirer);
    await same('get_github_token_status', {}, hirer, hostileHirer);
    const hired = await send(
      'hire_agent',
      { agent_did: 'did:agrenting:artist', task_description: 'Paint.', capability: 'summarize', max_price: '25.00' },
      hirer,
    );
    await backend.advance(60_000);
    const hiring_id = String(hired.hiring_id);
    await same('get_hiring_status', { hiring_id }, hirer, hostileHirer);
    await same('wait_for_hirings', { hiring_ids: [hiring_id], wait_seconds: 0 }, hirer, hostileHirer);
    await same('list_my_hirings', { limit: 20 }, hirer, hostileHirer);
    await same('list_hiring_artifacts', { hiring_id }, hirer, hostileHirer);
    const artifacts = agrentingTools.find(({ name }) => name === 'list_hiring_artifacts');
    const listed = artifacts && (await run(artifacts, { hiring_id }, hirer));
    const ids = JSON.stringify(listed).matchAll(/"artifact_id":"([^"]+)"/g);
    for (const [, artifact_id] of ids) {
      const args = { artifact_id };
      const download = agrentingTools.find(({ name }) => name === 'download_artifact');
      const { content } = download ? await run(download, args, hirer) : { content: '' };
      const shown = download ? await run(download, args, hostileHirer) : {};
      // Text is cleaned; what is no text is shown as base64.
      if (shown.encoding === 'utf-8') expect([harmIn(String(shown.content)), shown.content]).toEqual([[], content]);
      done.add('download_artifact');
    }
    await hireOwnAgent(sandbox);
    await same('list_pending_hirings', {}, agent, hostileAgent);
  });

  it('changes nothing in what Humans2AI tools show', async () => {
    const hostile = world.through(poisoning((request) => world.backend.fetch(request)));
    const { taskId } = await world.submittedTask();
    const open = await world.createTask({ title: 'Another one' });
    await world.apply(open);
    await same('get_task', { taskId }, world.agent, hostile);
    await same('list_tasks', {}, world.agent, hostile);
    await same('list_applicants', { taskId: open }, world.agent, hostile);
    await same('get_messages', { taskId }, world.agent, hostile);
    await same('get_wallet', {}, world.agent, hostile);
    await same('get_transactions', {}, world.agent, hostile);
  });

  it('cannot send anybody to an address of its choice: a file is fetched by its id alone', async () => {
    const asked: string[] = [];
    const elsewhere = 'http://169.254.169.254/latest/meta-data';
    const hirer = contextFor(sandbox.backend, {
      envelope,
      fetch: async (request) => {
        asked.push(request.url);
        const artifact = { id: 'a1', name: elsewhere, artifact_type: 'link', download_url: elsewhere, url: elsewhere };
        return request.url.endsWith('/download')
          ? new Response('the file', { headers: { location: elsewhere, link: `<${elsewhere}>; rel="canonical"` } })
          : Response.json({ data: [artifact] });
      },
    });
    const id = '00000000-0000-4000-8000-000000000001';
    for (const [name, args] of [
      ['list_hiring_artifacts', { hiring_id: id }],
      ['download_artifact', { artifact_id: id }],
    ] as const) {
      const tool = agrentingTools.find((candidate) => candidate.name === name);
      if (tool) await run(tool, args, hirer);
    }
    expect(asked.length).toBeGreaterThanOrEqual(2);
    for (const url of asked) expect(new URL(url).origin).toBe('http://sandbox.invalid');
  });

  it('was tried on every tool that reads', () => {
    const readers = [...agrentingTools, ...humans2aiTools]
      .filter(({ hints }) => hints.readOnly)
      .map(({ name }) => name);
    expect(readers.filter((name) => !done.has(name))).toEqual([]);
  });
});
