import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asObject } from '../../../src/marketplaces/envelope.js';
import { hirewire } from '../../cli/run.js';
import { type Folder, temporaryFolder } from '../../stdio/program.js';
import { Bell } from '../support/bell.js';
import { commandLines, environmentOf, isAlive, onLinux } from '../support/processes.js';
import { AGENT } from '../support/shop.js';
import { Stall } from '../support/stall.js';
import { WorkProcess } from '../support/work-process.js';

/** The built `hirewire work` as people start it, and as they end it. */

let folder: Folder;
let stall: Stall;
let bell: Bell;
beforeAll(async () => {
  folder = temporaryFolder();
  stall = await Stall.open(folder.path);
  bell = await Bell.open();
});
afterAll(async () => {
  await bell.close();
  await stall.close();
  folder.remove();
});
const ring = () => ['--env', `BELL_PORT=${bell.port}`];

describe.runIf(onLinux)('secrets', () => {
  it('are in no argument, no environment of a program, no output and no journal', async () => {
    const token = 'ghp_canary0123456789abcdefghij';
    const canaries = [token, stall.agentKey];
    const push = { delivery_mode: 'push', repo_url: 'https://github.com/me/repo', repo_access_token: token };
    await stall.hire(1, push);
    const before = bell.rings.length;
    const worker = new WorkProcess(stall, 'spy', ring());
    const { text, answer } = await bell.ring(before);
    const seen = { ...asObject(JSON.parse(text)) };
    expect(String(seen.stdin)).toContain(token);
    const lines = commandLines();
    const environments = [Number(seen.pid), Number(seen.parent)].map((pid) => JSON.stringify(environmentOf(pid)));
    for (const canary of canaries) {
      expect(lines.filter((line) => line.includes(canary))).toEqual([]);
      for (const environment of environments) expect(environment).not.toContain(canary);
    }
    expect(lines.filter((line) => line.includes(AGENT)).length).toBeGreaterThanOrEqual(3);
    expect(environments[0]).toContain('HIREWIRE_HIRING_ID');
    answer('go on');
    await worker.told(1, 'delivered');
    await worker.end('SIGTERM');
    const journal = ['', '-wal']
      .map((suffix) => readFileSync(join(folder.path, `worker.db${suffix}`), 'latin1'))
      .join('');
    for (const canary of canaries) {
      expect(worker.output).not.toContain(canary);
      expect(journal).not.toContain(canary);
    }
    console.log(`figure: command lines=${lines.length} environments=2 journal bytes=${journal.length} leaks=0`);
  });
});

describe.runIf(onLinux)('a worker that is killed', () => {
  it('takes its program and all of its group with it, without another start', async () => {
    const [id = ''] = await stall.hire(1);
    const before = bell.rings.length;
    const worker = new WorkProcess(stall, 'family', ring());
    const [program = 0, child = 0, grandchild = 0, escaped = 0]: number[] = JSON.parse((await bell.ring(before)).text);
    await worker.end('SIGKILL');
    const group = [program, child, grandchild];
    while (group.some(isAlive)) await new Promise((resolve) => setImmediate(resolve));
    // One that made a session of its own is found by its mark, by whoever takes the hiring over.
    expect(isAlive(escaped)).toBe(true);
    const next = new WorkProcess(stall, 'echo', ['--once']);
    expect(await next.exited, next.output).toEqual({ code: 0, signal: null });
    expect(isAlive(escaped)).toBe(false);
    expect(await stall.hiring(id)).toMatchObject({ status: 'completed' });
  });
});

describe('signals', () => {
  it('the first one lets running work come to its end', async () => {
    const [id = ''] = await stall.hire(1);
    const before = bell.rings.length;
    const worker = new WorkProcess(stall, 'obey', ring());
    const { answer } = await bell.ring(before);
    worker.child.kill('SIGTERM');
    await worker.told(1, 'stopping');
    answer('in time');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(worker.events.at(-1)).toMatchObject({ event: 'stopped', delivered: 1, left: 0, earned: '5.00' });
    expect(await stall.hiring(id)).toMatchObject({ status: 'completed', task_output: { result: 'in time' } });
  });

  it('the second one ends it at once, and the next start does the work', async () => {
    const [id = ''] = await stall.hire(1);
    const before = bell.rings.length;
    const worker = new WorkProcess(stall, 'obey', ring());
    await bell.ring(before);
    worker.child.kill('SIGINT');
    await worker.told(1, 'stopping');
    expect(await worker.end('SIGINT')).toEqual({ code: 130, signal: null });
    expect(worker.events.at(-1)).toMatchObject({ event: 'stopped', delivered: 0, left: 1 });
    const next = new WorkProcess(stall, 'echo', ['--once', '--attempts', '1']);
    expect((await next.exited).code, next.output).toBe(0);
    expect(await stall.hiring(id)).toMatchObject({ status: 'completed' });
  });
});

describe('the command line', () => {
  const env = () => ({ AGRENTING_URL: stall.backend.url, AGRENTING_AGENT_KEY: stall.agentKey });
  const work = (args: readonly string[], more: Readonly<Record<string, string>> = env()) =>
    hirewire(folder.path, ['work', ...args], { env: more });

  it.each([
    [['--exec', 'nowhere-to-be-found'], 'there is no program "nowhere-to-be-found"'],
    [['--exec', 'a | b'], 'add --shell'],
    [['--exec', ''], '--exec is empty'],
    [[], 'Give either --exec, the program that does the work, or --agent'],
    [['--exec', 'node', '--concurrency', '0'], '--concurrency is a whole number from 1 to 100'],
    [['--exec', 'node', '--timeout', 'soon'], '--timeout is a whole number from 1 to 604800'],
    [['--exec', 'node', '--max-output', '200001'], '--max-output is a whole number from 1 to 200000'],
    [['--exec', 'node', '--env', 'AGRENTING_AGENT_KEY'], 'never given to a program'],
    [['--exec', 'node', '--concurency', '2'], 'Did you mean --concurrency?'],
  ])('%j is refused with a sentence that says what to write', async (args, sentence) => {
    const { code, stdout, stderr } = await work(args);
    expect(stderr).toContain(sentence);
    expect(stderr.split('\n').length).toBeLessThanOrEqual(4);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('asks for the key of the agent when there is only one of a hirer', async () => {
    const hirer = { AGRENTING_URL: stall.backend.url, AGRENTING_API_KEY: stall.backend.credentials.agrenting.hirer };
    const { code, stderr } = await work(['--exec', 'node x.js'], hirer);
    expect(stderr).toContain('set AGRENTING_AGENT_KEY');
    expect(code).toBe(2);
  });

  it.each([['ap_not_a_key_0123456789'], ['of the hirer']])('ends with 1 when the key is %s', async (key) => {
    const wrong = key === 'of the hirer' ? stall.backend.credentials.agrenting.hirer : key;
    const { code, stderr } = await work(['--exec', 'node x.js'], { ...env(), AGRENTING_AGENT_KEY: wrong });
    expect(stderr).toContain('Check AGRENTING_AGENT_KEY');
    expect(stderr).not.toContain(wrong);
    expect(code).toBe(1);
  });

  it('works in the sandbox without any key: Hugo hires, and is served', async () => {
    const { code, stdout, stderr } = await work(['--exec', `node ${AGENT} echo`, '--once'], {});
    expect(stderr).toContain('working in the sandbox');
    expect(stdout).toMatch(/taken +[0-9a-f]{8} general, 5\.00 USD/);
    expect(stdout).toMatch(/delivered +[0-9a-f]{8} 5\.00 USD/);
    expect(stdout).toMatch(/stopped +1 delivered, 0 failed, 0 dropped, 0 left; 5\.00 USD earned/);
    expect(code).toBe(0);
  });

  it('with --once ends with 1 when something failed', async () => {
    await stall.hire(1);
    const { code, stdout } = await work(['--exec', `node ${AGENT} fail`, '--once']);
    expect(stdout).toMatch(/failed +[0-9a-f]{8} the document is encrypted/);
    expect(code).toBe(1);
  });

  it('hides what looks secret in --env from messages and output', async () => {
    const [id = ''] = await stall.hire(1, {
      delivery_mode: 'push',
      repo_url: 'https://github.com/a/b',
      repo_access_token: 'ghp_x123456789',
    });
    const { stdout } = await work([
      '--exec',
      `node ${AGENT} leak`,
      '--once',
      '--env',
      'MODEL_API_KEY=model-canary-123456',
    ]);
    expect(stdout).toContain('cloning with [redacted] [redacted]');
    expect(stdout).not.toContain('model-canary');
    expect(JSON.stringify(await stall.hiring(id))).not.toContain('model-canary');
  });
});
