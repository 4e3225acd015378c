import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { remember } from '../../marketplaces/hosted/world.js';
import { BIN, cleanEnvironment, temporaryFolder } from '../../stdio/program.js';
import { everything, type Published, piped } from './published-servers.js';

/** What published servers offer comes through the built program unchanged, and so do their answers. */

const folder = temporaryFolder();
const servers: Record<string, Published> = {};
const direct: Record<string, ClassicClient> = {};
let bridge: Client;

beforeAll(async () => {
  const memory = { MEMORY_FILE_PATH: join(folder.path, 'memory.json') };
  const started = await Promise.all([
    everything('streamableHttp').then((server) => ['everything', server] as const),
    everything('sse').then((server) => ['everything-sse', server] as const),
    piped('@modelcontextprotocol/server-memory', 'dist/index.js', memory).then((server) => ['memory', server] as const),
    piped('@modelcontextprotocol/server-sequential-thinking', 'dist/index.js').then(
      (server) => ['thinking', server] as const,
    ),
    piped('agrenting-mcp', 'dist/index.js', { AGRENTING_API_KEY: 'ap_test' }).then(
      (server) => ['peer', server] as const,
    ),
  ]);
  for (const [name, server] of started) servers[name] = server;
  for (const [name, server] of started) direct[name] = await server.direct();
  await remember(folder.path, Object.fromEntries(started.map(([name, { url }]) => [name, url])));
  const mounts = started.flatMap(([name, { url }]) => ['--mount', `${name}=${url}`]);
  const args = [BIN, 'serve', ...mounts, '--toolsets', 'operations'];
  bridge = new Client({ name: 'test', version: '1.0.0' });
  await bridge.connect(
    new StdioClientTransport({
      command: process.execPath,
      args,
      env: cleanEnvironment(folder.path),
      stderr: 'inherit',
    }),
  );
});
afterAll(async () => {
  await bridge?.close();
  await Promise.all(Object.values(direct).map((client) => client.close()));
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  folder.remove();
});

/** Hosts cut a description at 2,048 characters without a word; then we do, and say so. */
function shown<T extends { description?: string | undefined }>(tool: T): T {
  const { description } = tool;
  if (description === undefined || description.length <= 2_048) return tool;
  const mark = '… [cut at 2048 characters]';
  return { ...tool, description: `${description.slice(0, 2_048 - mark.length)}${mark}` };
}

/** Two of them are the same server: their names collide, and so each of those is marked with its mount. */
const both = (name: string): boolean => name.startsWith('everything');

/** Without the name, which is checked apart, and without what is absent. */
const bare = (item: object): unknown =>
  JSON.parse(
    JSON.stringify(item, (key, value: unknown) => (key === 'execution' || value === undefined ? undefined : value)),
  );

it('every tool, prompt, resource and template comes through as it is', async () => {
  const [tools, prompts, resources, templates] = [
    (await bridge.listTools()).tools,
    (await bridge.listPrompts()).prompts,
    (await bridge.listResources()).resources,
    (await bridge.listResourceTemplates()).resourceTemplates,
  ];
  const counted = { servers: 0, tools: 0, prompts: 0, resources: 0, templates: 0, cut: 0 };
  for (const [name, client] of Object.entries(direct)) {
    counted.servers += 1;
    const offers = client.getServerCapabilities() ?? {};
    const called = (own: string) => (both(name) ? `${name}_${own}` : own);
    for (const tool of offers.tools ? (await client.listTools()).tools : []) {
      const found = tools.find((candidate) => candidate.name === called(tool.name));
      expect(bare({ ...found, name: tool.name }), called(tool.name)).toEqual(bare(shown(tool)));
      if (shown(tool) !== tool) counted.cut += 1;
      counted.tools += 1;
    }
    for (const prompt of offers.prompts ? (await client.listPrompts()).prompts : []) {
      const found = prompts.find((candidate) => candidate.name === called(prompt.name));
      expect(bare({ ...found, name: prompt.name }), called(prompt.name)).toEqual(bare(prompt));
      counted.prompts += 1;
    }
    const marked = (uri: string) => (name === 'everything-sse' ? `${name}+${uri}` : uri);
    for (const resource of offers.resources ? (await client.listResources()).resources : []) {
      const found = resources.find((candidate) => candidate.uri === marked(resource.uri));
      expect(bare({ ...found, uri: resource.uri }), resource.uri).toEqual(bare(resource));
      counted.resources += 1;
    }
    for (const template of offers.resources ? (await client.listResourceTemplates()).resourceTemplates : []) {
      const found = templates.find((candidate) => candidate.uriTemplate === marked(template.uriTemplate));
      expect(bare({ ...found, uriTemplate: template.uriTemplate })).toEqual(bare(template));
      counted.templates += 1;
    }
  }
  console.log(
    `figure: published ${Object.entries(counted)
      .map(([what, count]) => `${what}=${count}`)
      .join(' ')} changed=0`,
  );
  expect(counted.servers).toBe(5);
  expect(counted.tools).toBeGreaterThan(40);
});

const CALLS: readonly (readonly [mount: string, tool: string, args: Record<string, unknown>])[] = [
  ['everything', 'echo', { message: 'grüezi 你好' }],
  ['everything', 'get-sum', { a: 2, b: 40 }],
  ['everything', 'get-sum', { a: 'no number' }],
  ['everything', 'get-tiny-image', {}],
  ['everything', 'get-annotated-message', { messageType: 'error', includeImage: true }],
  ['everything', 'get-structured-content', { location: 'Chicago' }],
  ['everything', 'get-resource-links', { count: 3 }],
  ['everything-sse', 'echo', { message: 'over the other wire' }],
  ['memory', 'read_graph', {}],
  ['memory', 'create_entities', { entities: [{ name: 'Swift', entityType: 'agent', observations: ['fast'] }] }],
  ['thinking', 'sequentialthinking', { thought: 'a', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 }],
];

it('answers come through as they are, the wrong ones too', async () => {
  for (const [mount, tool, args] of CALLS) {
    const own = await direct[mount]?.callTool({ name: tool, arguments: args });
    const name = both(mount) ? `${mount}_${tool}` : tool;
    const { _meta, ...through } = await bridge.callTool({ name, arguments: args });
    expect(_meta).toEqual({ 'io.github.hirewire/mount': mount });
    if (tool === 'create_entities') continue;
    expect(through, name).toEqual(own);
  }
  console.log(`figure: published calls=${CALLS.length} different=0`);
});

it('prompts, resources, completions, progress and cancelling work', async () => {
  const prompt = { name: 'args-prompt', arguments: { city: 'Paris', state: 'Texas' } };
  const through = await bridge.getPrompt({ ...prompt, name: `everything_${prompt.name}` });
  expect(through).toEqual(await direct.everything?.getPrompt(prompt));

  const { contents } = await bridge.readResource({ uri: 'demo://resource/static/document/architecture.md' });
  expect({ contents }).toEqual(
    await direct.everything?.readResource({ uri: 'demo://resource/static/document/architecture.md' }),
  );
  const other = await bridge.readResource({ uri: 'everything-sse+demo://resource/dynamic/text/7' });
  expect(other.contents[0]?.uri).toBe('everything-sse+demo://resource/dynamic/text/7');

  const completion = { name: 'department', value: 'E' };
  const ref = { type: 'ref/prompt', name: 'completable-prompt' } as const;
  const completed = await bridge.complete({ ref: { ...ref, name: `everything_${ref.name}` }, argument: completion });
  expect(completed.completion.values).toEqual(
    (await direct.everything?.complete({ ref, argument: completion }))?.completion.values,
  );

  const long = { name: 'everything_trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } };
  const told: number[] = [];
  await bridge.callTool(long, { onprogress: ({ progress }) => told.push(progress) });
  // The last one is lost in the client when it comes together with the answer.
  expect(told.slice(0, 2)).toEqual([1, 2]);

  const cancel = new AbortController();
  const waiting = bridge.callTool(
    { ...long, arguments: { duration: 600, steps: 6_000 } },
    { signal: cancel.signal, onprogress: () => cancel.abort() },
  );
  await expect(waiting).rejects.toThrow();
  expect((await bridge.callTool({ name: 'everything_echo', arguments: { message: 'still here' } })).content).toEqual([
    { type: 'text', text: 'Echo: still here' },
  ]);
});
