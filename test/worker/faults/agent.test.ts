import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { soaking } from '../../spending/support/random.js';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../../stdio/program.js';
import { Stall } from '../support/stall.js';
import { WorkProcess } from '../support/work-process.js';

/** `hirewire work --agent`: the doubles of hosted agents become sellers, over every wire that they speak. */

let hosts: Folder;
let real: RunningBackend;
let documented: RunningBackend;
beforeAll(async () => {
  hosts = temporaryFolder();
  [real, documented] = await Promise.all([
    startBackend(hosts.path),
    startBackend(hosts.path, ['--praisonai', 'documented']),
  ]);
  folder = temporaryFolder();
  stall = await Stall.open(folder.path);
});
afterAll(async () => {
  await Promise.all([real.stop(), documented.stop(), stall.close()]);
  hosts.remove();
  folder.remove();
});

let folder: Folder;
let stall: Stall;
let earned = 0;
/** Since it was asked last; and the books hold. */
async function earnedSince(): Promise<number> {
  const books = await stall.books();
  expect(books.balanced).toBe(true);
  const before = earned;
  earned = Number(books.earned);
  return Math.round((earned - before) * 100) / 100;
}

/** Mounts go into the settings file of the worker. @returns the flags. */
function agent(asked: string, mount: object): string[] {
  const [name = ''] = asked.split(':');
  writeFileSync(join(folder.path, 'config.json'), JSON.stringify({ mounts: { [name]: mount } }));
  return ['--agent', asked];
}

const TASK = { task_description: 'Read the report. Then sum it up.' };
const SUMMED_UP = 'In short: Read the report. (7 words)';

/** AgentDojo's server with a tool that takes a text, set up as its users do: over REST. */
async function dojoServer(): Promise<{ url: string; key: string }> {
  const { key } = real.credentials.agentdojo;
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  const toolkits = await (await fetch(`${real.url}/mcp/toolkits`, { headers })).json();
  const { id } = toolkits.toolkits.find(({ name }: { name: string }) => name === 'text');
  const body = JSON.stringify({ name: `Texts ${Math.random()}`, toolkits: [{ toolkit_id: id }] });
  const made = await (await fetch(`${real.url}/mcp/servers`, { method: 'POST', headers, body })).json();
  return { url: made.url, key: made.api_key };
}

const WIRES: readonly (readonly [string, () => Promise<{ flags: string[]; env?: Record<string, string> }>])[] = [
  [
    'PraisonAI over SSE, as it really behaves',
    async () => ({ flags: ['--agent', 'helper', '--mount', `helper=${real.credentials.praisonai.url}/sse`] }),
  ],
  [
    'PraisonAI, found by its kind',
    async () => ({ flags: agent('helper', { url: real.credentials.praisonai.url, kind: 'praisonai' }) }),
  ],
  [
    'PraisonAI over Streamable HTTP',
    async () => ({ flags: agent('helper', { url: `${real.credentials.praisonai.url}/mcp` }) }),
  ],
  [
    'PraisonAI as its page prints it',
    async () => ({
      flags: agent('helper:execute_assistant_task', { url: documented.credentials.praisonai.url, kind: 'praisonai' }),
    }),
  ],
  [
    'AgentDojo, with the key of one server',
    async () => {
      const { url, key } = await dojoServer();
      const flags = agent('helper:summarize-text', { url, kind: 'agentdojo' });
      return { flags, env: { HIREWIRE_MOUNT_HELPER_KEY: key } };
    },
  ],
];

describe.each(WIRES)('%s', (_, wire) => {
  it('does a hiring, and is paid for it once', async () => {
    const { flags, env } = await wire();
    const [id = ''] = await stall.hire(1, TASK);
    const worker = new WorkProcess(stall, flags, ['--once'], env);
    expect(await worker.exited, worker.output).toEqual({ code: 0, signal: null });
    expect(worker.hirings('delivered')).toEqual([id]);
    expect(await stall.hiring(id)).toMatchObject({ status: 'completed', task_output: { result: SUMMED_UP } });
    expect(await earnedSince()).toBe(4.75);
    for (const secret of Object.values(env ?? {})) expect(worker.output).not.toContain(secret);
  });
});

describe('an agent behind a mount', () => {
  const sse = () => ['--agent', 'helper', '--mount', `helper=${real.credentials.praisonai.url}/sse`];

  it('that fails, fails the hiring with its own words, and the price goes back', async () => {
    const [id = ''] = await stall.hire(1, { task_description: 'Fail: there is no report.' });
    const worker = new WorkProcess(stall, sse(), ['--once']);
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(await stall.hiring(id)).toMatchObject({ status: 'failed' });
    expect(worker.events.find(({ event }) => event === 'failed')?.reason).toContain('there is no report.');
    expect(await earnedSince()).toBe(0);
  });

  it.each(soaking ? ['W0', 'W1', 'W3', 'W5', 'W6', 'W7', 'W8', 'W9'] : ['W3', 'W8'])(
    'is delivered once when the worker is killed at %s',
    async (point) => {
      const [id = ''] = await stall.hire(1, TASK);
      const killed = new WorkProcess(stall, sse(), [], { HIREWIRE_FAILPOINT: point });
      expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
      const next = new WorkProcess(stall, sse(), ['--once']);
      expect(await next.exited, next.output).toEqual({ code: 0, signal: null });
      expect(await stall.hiring(id)).toMatchObject({ status: 'completed', task_output: { result: SUMMED_UP } });
      expect(await earnedSince()).toBe(4.75);
    },
  );

  it('works on several hirings at a time, none of them twice', async () => {
    const ids = await stall.hire(12, { task_description: 'Wait 30: Read the report. Then sum it up.' });
    const worker = new WorkProcess(stall, sse(), ['--once', '--concurrency', '12']);
    expect(await worker.told(12, 'taken')).toBe(true);
    while (worker.child.exitCode === null) {
      await real.advance(30_000);
      await Promise.race([worker.exited, stall.pending()]);
    }
    expect(worker.hirings('delivered').toSorted()).toEqual(ids.toSorted());
    expect(await earnedSince()).toBe(57);
    console.log(
      `figure: agent hirings=${ids.length} delivered=${worker.hirings('delivered').length} wires=${WIRES.length}`,
    );
  });

  it('that is not there is no reason to take a hiring', async () => {
    const [id = ''] = await stall.hire(1, TASK);
    const worker = new WorkProcess(
      stall,
      ['--agent', 'helper', '--mount', 'helper=http://127.0.0.1:9/sse'],
      ['--once'],
    );
    expect(await worker.exited).toEqual({ code: 2, signal: null });
    expect(worker.output).toContain('--agent: helper cannot be asked.');
    expect(await stall.hiring(id)).toMatchObject({ status: 'in_progress' });
  });
});

describe('the command line', () => {
  it('says what is wrong with it', async () => {
    const helper = ['--mount', 'helper=http://127.0.0.1:9'];
    const known = ['--mount', `helper=${real.credentials.praisonai.url}/sse`];
    const mistakes: readonly (readonly [string[], string])[] = [
      [[], 'Give either --exec'],
      [['--exec', 'true', '--agent', 'helper'], 'Give either --exec'],
      [['--agent', 'nobody'], 'there is no mount "nobody".'],
      [['--agent', 'helper', '--shell', ...helper], '--shell is for --exec'],
      [
        ['--agent', 'helper:nope', ...known],
        'has no tool "nope" that takes one text. It has: execute_assistant_task, search.',
      ],
    ];
    const workers = mistakes.map(([flags]) => new WorkProcess(stall, flags));
    for (const [index, [, sentence]] of mistakes.entries()) {
      const worker = workers[index];
      expect(await worker?.exited).toEqual({ code: 2, signal: null });
      expect(worker?.output).toContain(sentence);
    }
  });
});
