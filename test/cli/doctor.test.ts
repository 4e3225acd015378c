import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '../stdio/program.js';
import { type Home, temporaryHome } from './home.js';

let home: Home;
beforeEach(() => {
  home = temporaryHome();
});
afterEach(() => home.remove());

interface Report {
  readonly code: number;
  readonly ok: boolean;
  readonly findings: readonly { check: string; status: string; what: string; fix?: string }[];
}

async function doctor(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Report> {
  const { code, stdout } = await home.run(['doctor', '--json', ...args], env);
  const { ok, findings } = JSON.parse(stdout);
  return { code, ok, findings };
}

const of = (report: Report, check: string) => report.findings.filter((finding) => finding.check === check);

describe('hirewire doctor', () => {
  it('finds nothing wrong with a fresh computer, and asks no marketplace', async () => {
    const report = await doctor();
    expect(report.findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(report).toMatchObject({ code: 0, ok: true });
    expect(of(report, 'network')[0]).toMatchObject({ status: 'skip' });
    expect(of(report, 'program')[0]).toMatchObject({ status: 'pass' });
    expect(of(report, 'data')[0]).toMatchObject({ status: 'pass' });
  });

  it('prints a line for each check, without colour into a pipe', async () => {
    const { stdout } = await home.run(['doctor']);
    for (const check of ['node', 'npm', 'program', 'settings', 'data', 'journal', 'clients', 'network', 'keychain']) {
      expect(stdout).toMatch(new RegExp(`^(pass|warn| -  )  ${check} `, 'm'));
    }
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toMatch(/\d+ passed, \d+ to look at, 0 failed\n$/);
  });

  it('looks into the databases once there are any', async () => {
    await home.run(['call', 'check_balance']);
    await home.run(['operations']);
    const report = await doctor();
    expect(of(report, 'sandbox')[0]).toMatchObject({ status: 'pass' });
    expect(of(report, 'journal')[0]).toMatchObject({ status: 'pass' });
  });

  it('fails on a damaged journal', async () => {
    mkdirSync(join(home.path, 'data'), { recursive: true });
    writeFileSync(join(home.path, 'data', 'operations.db'), 'no database '.repeat(1_000));
    const report = await doctor();
    expect(report).toMatchObject({ code: 1, ok: false });
    expect(of(report, 'journal')[0]).toMatchObject({ status: 'fail' });
  });

  it('fails on settings that cannot be used, and still looks at the rest', async () => {
    home.put(join('data', 'config.json'), '{"toolset": "hirer"}');
    const report = await doctor();
    expect(report.code).toBe(1);
    expect(of(report, 'settings')[0]?.what).toContain('unknown setting "toolset". Did you mean toolsets?');
    expect(of(report, 'program')[0]?.status).toBe('pass');
  });

  it('fails on a data folder that is a file', async () => {
    home.put('data', 'not a folder');
    const report = await doctor();
    expect(of(report, 'data')[0]).toMatchObject({ status: 'fail' });
    expect(of(report, 'data')[0]?.fix).toContain('HIREWIRE_DATA_DIR');
  });

  it('sees an entry whose program has gone, and says how to repair it', async () => {
    const server = { command: '/gone/node', args: ['/gone/hirewire.js'] };
    home.put(join('.cursor', 'mcp.json'), JSON.stringify({ mcpServers: { hirewire: server } }));
    const report = await doctor();
    expect(of(report, 'clients')).toEqual([
      {
        check: 'clients',
        status: 'fail',
        what: 'Cursor: "hirewire" starts /gone/node, which is not there',
        fix: 'Run: hirewire connect cursor',
      },
    ]);
    await home.run(['connect', 'cursor', '--yes']);
    expect(of(await doctor(), 'clients')[0]).toMatchObject({ status: 'pass', what: 'Cursor: "hirewire" is connected' });
  });

  it('sees a key in plain text in a client, and does not repeat it', async () => {
    const env = { AGRENTING_API_KEY: 'ap_canary_0123456789' };
    const args = ['-y', 'hirewire@0.0.1'];
    home.put('.claude.json', JSON.stringify({ mcpServers: { hw: { command: 'npx', args, env } } }));
    const { stdout } = await home.run(['doctor']);
    expect(stdout).toContain('Claude Code: "hw" holds AGRENTING_API_KEY in plain text');
    expect(stdout).toContain('Claude Code: "hw" starts version 0.0.1');
    expect(stdout).toContain('Run: hirewire connect claude-code --name hw');
    expect(stdout).not.toContain('ap_canary');
  });

  it('names the line of a broken client file', async () => {
    home.put(join('.codex', 'config.toml'), '[broken\n');
    expect(of(await doctor(), 'clients')[0]?.what).toContain('config.toml: line 1 is not valid TOML');
  });

  it('asks the configured marketplaces, sends no key, and compares the clock', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(JSON.stringify(request.headers));
      response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = isAddress(address) ? address.port : 0;
    const url = `http://127.0.0.1:${port}`;
    const report = await doctor([], { AGRENTING_URL: url, HUMANS2AI_URL: url });
    await new Promise((resolve) => server.close(resolve));
    expect(of(report, 'network').map(({ status }) => status)).toEqual(['pass', 'fail']);
    expect(of(report, 'network')[1]?.what).toMatch(/this clock is 3(600|599|601) s ahead of/);
    const gone = await doctor([], { AGRENTING_URL: url, HUMANS2AI_URL: url });
    expect(of(gone, 'network')[0]).toMatchObject({ status: 'fail', what: `${url} cannot be reached: ECONNREFUSED` });
    expect(asked.join('\n')).not.toContain('authorization');
  });
});

describe('the keys', () => {
  it('are accepted, with what they may do, and never shown', async () => {
    const backend = await startBackend(join(home.path, 'backend'));
    const report = await doctor([], backend.env);
    const wrong = await doctor([], { ...backend.env, AGRENTING_API_KEY: 'ap_canary_0123456789' });
    await backend.stop();
    expect(of(report, 'keys').map(({ status }) => status)).toEqual(['pass', 'pass', 'pass']);
    expect(of(report, 'keys')[0]?.what).toContain(
      'the key from the environment is accepted (balance:read: 1000.00 USD',
    );
    expect(wrong.code).toBe(1);
    expect(of(wrong, 'keys')[0]).toMatchObject({ status: 'fail', fix: 'Run: hirewire login agrenting' });
    for (const { what, fix } of [...report.findings, ...wrong.findings]) {
      for (const key of ['ap_canary', ...Object.values(backend.credentials.agrenting).slice(0, 2)]) {
        expect(`${what} ${fix}`).not.toContain(key);
      }
    }
  });
});

const isAddress = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

describe('hirewire completion', () => {
  it.each(['/bin/bash', '/bin/zsh'])('prints a script for %s', async (SHELL) => {
    const { code, stdout } = await home.run(['completion'], { SHELL });
    expect(stdout).toContain('--get-yargs-completions');
    expect(stdout.includes('#compdef hirewire')).toBe(SHELL.endsWith('zsh'));
    expect(code).toBe(0);
  });

  it('knows the commands and their flags', async () => {
    expect((await home.run(['--get-yargs-completions', 'hirewire', 'con'])).stdout).toContain('connect\n');
    const { stdout } = await home.run(['--get-yargs-completions', 'hirewire', 'connect', '--']);
    expect(stdout).toContain('--dry-run');
  });
});
