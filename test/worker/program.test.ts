import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject } from '../../src/marketplaces/envelope.js';
import { endRun, listedProcesses } from '../../src/worker/process-tree.js';
import { type Job, type Program, runProgram } from '../../src/worker/program.js';
import { Bell } from './support/bell.js';
import { TestClock } from './support/clock.js';
import { commandLines, environmentOf, isAlive, onLinux } from './support/processes.js';
import { AGENT } from './support/shop.js';

let clock: TestClock;
let bell: Bell;
let stop: AbortController;
let folder: string;
beforeEach(async () => {
  clock = new TestClock();
  bell = await Bell.open();
  stop = new AbortController();
  folder = mkdtempSync(`${tmpdir()}/hirewire-program-`);
});
afterEach(async () => {
  await bell.close();
  rmSync(folder, { recursive: true, force: true });
});

const TASK = {
  hiring_id: 'h',
  run: 1,
  task_description: 'canary-task "; $(touch /tmp/x) | `id`\n--version\n-e process.exit(9)',
};
const variables = () => ({ PATH: String(process.env.PATH), BELL_PORT: bell.port, HIREWIRE_ARTIFACTS_DIR: folder });
const words = (behaviour: string): Program => ({
  words: [process.execPath, AGENT, behaviour],
  shell: false,
  cwd: folder,
});

function start(program: Program, more: Partial<Job> = {}) {
  const run = randomUUID();
  const lines: string[] = [];
  let pid = 0;
  const ended = runProgram(
    program,
    {
      run,
      stdin: JSON.stringify(TASK),
      variables: variables(),
      maxOutput: 10_000,
      signal: stop.signal,
      begin: async (keeper) => {
        pid = keeper;
        return true;
      },
      begun: () => undefined,
      line: ({ text }) => lines.push(text),
      ...more,
    },
    clock,
  );
  return { run, lines, ended, keeper: () => pid };
}
/** Somebody looks again every now and then, by the clock, whether a process is gone. */
async function whileTimePasses<T>(happening: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  void happening.then(end, end);
  while (!over) await clock.advance(10);
  return await happening;
}
const stdoutOf = (ended: Awaited<ReturnType<typeof runProgram>>) =>
  ended.kind === 'exited' ? String(ended.stdout).trim() : ended.kind;

describe('a program', () => {
  it('gets the task on stdin and nowhere else, and exactly the environment that is stated', async () => {
    const { ended, run } = start(words('spy'));
    const ring = await bell.ring(0);
    const seen = { ...asObject(JSON.parse(ring.text)) };
    expect(seen.stdin).toBe(JSON.stringify(TASK));
    expect(seen.argv).toEqual([process.execPath, AGENT, 'spy']);
    expect(seen.env).toEqual({ ...variables(), HIREWIRE_RUN: run });
    if (onLinux) {
      expect(commandLines().filter((line) => line.includes('canary-task'))).toEqual([]);
      expect(environmentOf(Number(seen.parent))).toEqual({ ...variables(), HIREWIRE_RUN: run });
    }
    ring.answer('go on');
    expect(stdoutOf(await ended)).toBe('seen');
  });

  it('gets its words as they are', async () => {
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    const hostile = ['a b', '$(id)', '`id`', '; rm -rf /', '--', '-e', '', '"', "'", '日本'];
    const { ended } = start({ words: [process.execPath, '-e', script, 'x', ...hostile], shell: false, cwd: folder });
    expect(JSON.parse(stdoutOf(await ended))).toEqual(['x', ...hostile]);
  });

  it('is run by a shell only when that is asked for', async () => {
    const shell = start({ words: ['cat | wc -c; echo $((6 * 7)) >&2'], shell: true, cwd: folder });
    expect(stdoutOf(await shell.ended)).toBe(String(JSON.stringify(TASK).length));
    expect(shell.lines).toEqual(['42']);
  });

  it('tells how it ended', async () => {
    expect(await start(words('failSilently')).ended).toMatchObject({ kind: 'exited', code: 7, signal: null });
    expect(await start(words('killed')).ended).toMatchObject({ kind: 'exited', code: null, signal: 'SIGSEGV' });
  });

  it('that is not there is told apart from one that fails', async () => {
    const none = { words: ['/nowhere/agent'], shell: false, cwd: folder };
    expect(await start(none).ended).toEqual({ kind: 'not started', code: 'ENOENT' });
    expect(await start({ ...words('echo'), cwd: '/nowhere' }).ended).toEqual({ kind: 'not started', code: 'ENOENT' });
    expect(await start({ words: [folder], shell: false, cwd: folder }).ended).toEqual({
      kind: 'not started',
      code: 'EACCES',
    });
  });

  it('does not begin before it is written down, and not at all when it cannot be', async () => {
    const off = start(words('spy'), { begin: async () => false });
    expect(await off.ended).toEqual({ kind: 'called off' });
    const broken = start(words('spy'), { begin: () => Promise.reject(new Error('disk full')) });
    await expect(broken.ended).rejects.toThrow('disk full');
    stop.abort();
    expect(await start(words('spy')).ended).toEqual({ kind: 'called off' });
    expect(bell.rings).toEqual([]);
  });
});

describe('what a program writes', () => {
  it('to stdout without end ends it', async () => {
    const { ended, keeper } = start(words('floodStdout'));
    expect(await ended).toEqual({ kind: 'too much output' });
    if (onLinux) expect(isAlive(keeper())).toBe(false);
  });

  it('to stderr without end does it no harm and takes no memory', async () => {
    const before = process.memoryUsage().rss;
    let lines = 0;
    const { ended } = start(words('floodStderr'), { line: () => (lines += 1) });
    (await bell.ring(0)).answer('go on');
    expect(stdoutOf(await ended)).toBe('dry again');
    expect(lines).toBe(200_000);
    const grown = (process.memoryUsage().rss - before) / 1024 / 1024;
    expect(grown).toBeLessThan(200);
    console.log(`figure: stderr lines=${lines} memory grown=${grown.toFixed(0)} MiB`);
  });
});

describe.runIf(onLinux)('a program that is stopped', () => {
  it('is asked first, then ended with its children and those that left its group', async () => {
    const { ended } = start(words('family'));
    const pids: number[] = JSON.parse((await bell.ring(0)).text);
    expect(pids.map(isAlive)).toEqual([true, true, true, true]);
    stop.abort();
    await clock.advance(2_999);
    expect(pids.map(isAlive)).toEqual([true, true, true, true]);
    await clock.advance(1);
    expect(await whileTimePasses(ended)).toEqual({ kind: 'stopped' });
    expect(pids.map(isAlive)).toEqual([false, false, false, false]);
  });

  it('and listens is not ended by force', async () => {
    const { ended } = start(words('obey'));
    await bell.ring(0);
    stop.abort();
    expect(await ended).toEqual({ kind: 'stopped' });
  });

  it('leaves no daemon behind when it ends by itself, and does not wait for one', async () => {
    const { ended } = start(words('daemon'));
    const ring = await bell.ring(0);
    expect(isAlive(Number(ring.text))).toBe(true);
    ring.answer('go on');
    const stdout = await whileTimePasses(ended).then(stdoutOf);
    expect(stdout).toBe('done, but not alone');
    expect(isAlive(Number(ring.text))).toBe(false);
  });
});

describe.runIf(onLinux)('a run that an earlier worker left', () => {
  it('is ended by its mark, and nothing else is', async () => {
    const { ended, run, keeper } = start(words('family'));
    const pids: number[] = JSON.parse((await bell.ring(0)).text);
    const listed = await listedProcesses(run, keeper());
    expect(new Set(listed)).toEqual(new Set([keeper(), ...pids.slice(0, 3)]));
    expect(await listedProcesses(randomUUID(), keeper())).toEqual([]);
    const other = start(words('obey'));
    const bystander = await bell.ring(1);
    // The process id of another program, as it is when ids have come round.
    expect(await endRun({ run: randomUUID(), pid: other.keeper() }, clock)).toBe(true);
    expect(isAlive(other.keeper())).toBe(true);
    expect(await whileTimePasses(endRun({ run, pid: keeper() }, clock))).toBe(true);
    await whileTimePasses(ended);
    expect(pids.map(isAlive)).toEqual([false, false, false, false]);
    bystander.answer('still here');
    expect(stdoutOf(await other.ended)).toBe('still here');
  });
});
