import { spawn } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { BIN, cleanEnvironment, temporaryFolder } from '../stdio/program.js';
import { hirewire } from './run.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const run = (...args: string[]) => hirewire(folder.path, args);

describe('help', () => {
  it('fits a screen and names every command', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
    for (const command of ['serve', 'demo', 'tools', 'call', 'operations', 'approve', 'backend']) {
      expect(stdout).toContain(`hirewire ${command}`);
    }
  });

  it('tells the version', async () => {
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a mistyped command line', () => {
  it.each([
    [['--toolset', 'hirer'], 'Unknown argument: toolset. Did you mean --toolsets?'],
    [['--readonly'], 'Unknown argument: readonly. Did you mean --read-only?'],
    [['tols'], 'Unknown argument: tols. Did you mean tools?'],
    [['--confirm'], 'Not enough arguments following: confirm.'],
    [['--confirm', 'maybe'], '--confirm is one of auto, ask, token, never; "maybe" is not.'],
    [['--max-per-call', 'lots'], '--max-per-call: "lots" is not an amount.'],
    [['--agrenting-url', 'http://example.com'], 'must use https'],
    [['--toolsets', 'hierr'], 'Did you mean hirer?'],
    [['--exclude-tools', 'hire_agnet'], 'Did you mean hire_agent?'],
  ])('%j exits with 2 and says what to write instead', async (args, sentence) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });
});

describe('hirewire tools', () => {
  it('lists every tool with its toolset and effect', async () => {
    const { code, stdout } = await run('tools');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^hire_agent +hirer +money +Hire an agent$/m);
    expect(stdout).toMatch(/^create_task +tasks +money /m);
  });

  it('prints the definitions as MCP lists them, sorted', async () => {
    const { stdout } = await run('tools', '--json');
    const { tools } = JSON.parse(stdout);
    const names = tools.map((tool: { name: string }) => tool.name);
    expect(names).toEqual([...names].sort());
    expect(tools[0]).toMatchObject({ inputSchema: { type: 'object' }, outputSchema: { type: 'object' } });
  });

  it('offers nothing that writes when it is read-only', async () => {
    const { stdout } = await run('tools', '--json', '--read-only', '--tools', 'hire_agent,list_agents');
    expect(JSON.parse(stdout).tools.map((tool: { name: string }) => tool.name)).toEqual(['list_agents']);
  });
});

describe('a reader that has seen enough', () => {
  it('ends nothing in a stack trace', async () => {
    const child = spawn(process.execPath, [BIN, 'demo', '--fast'], { env: cleanEnvironment(folder.path) });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

describe('hirewire call', () => {
  it('prints the result as JSON and exits with 0', async () => {
    const { code, stdout } = await run('call', 'list_agents', '--json', '{"limit":2}');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ count: 2 });
  });

  it('reads the arguments from stdin', async () => {
    const { code, stdout } = await hirewire(folder.path, ['call', 'list_agents', '--json', '-'], {
      input: '{"limit":1}',
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ count: 1 });
  });

  it.each([
    [['call', 'hire_agnt'], 1, 'Did you mean hire_agent?'],
    [['call', 'list_agents', '--json', '{"limt":2}'], 1, 'INVALID_ARGUMENTS'],
    [['call', 'hire_agent', '--read-only'], 1, 'switched off by --read-only'],
    [['call', 'list_agents', '--json', '{limit'], 2, '--json is not valid JSON'],
  ])('%j exits with %i', async (args, expected, sentence) => {
    const { code, stdout, stderr } = await run(...args);
    expect(`${stdout}${stderr}`).toContain(sentence);
    expect(code).toBe(expected);
  });

  it('changes nothing when it says that a confirmation is needed', async () => {
    const args =
      '{"agent_did":"did:agrenting:swift","task_description":"x","capability":"summarize","max_price":"2.00"}';
    const asked = await run('call', 'hire_agent', '--json', args);
    expect(asked.code).toBe(0);
    expect(JSON.parse(asked.stdout)).toMatchObject({ operation: { outcome: 'confirmation_required' } });
    const balance = await run('call', 'check_balance');
    expect(JSON.parse(balance.stdout)).toMatchObject({ available: '1000.00', escrow: '0.00' });
  });
});
