import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serveBackend } from './server.js';

/**
 * The two programs that the MCP guide prints, run as they are printed but for the key, the host and the scheme. They
 * do not answer pings, so an agent that runs one of them is found by its callback address.
 */

const FIXTURES = join(import.meta.dirname, '../../../fixtures/seed-clients');
const SHIM = pathToFileURL(join(import.meta.dirname, 'event-source-shim.js')).href;

/** Replaces texts that must all be there. */
function replaced(file: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      return text.replaceAll(from, to);
    },
    readFileSync(join(FIXTURES, file), 'utf8'),
  );
}

const KEY = 'ak_live_YOUR_KEY_HERE';
const python = spawnSync('python3', ['--version']).status === 0;
if (!python) console.log('The Python client of the guide is skipped: there is no python3 here.');

const PROGRAMS: Record<string, { run: boolean; start(key: string, at: Served): ChildProcess }> = {
  Python: {
    run: python,
    start(key, at) {
      const file = join(folder, 'agent.py');
      const changes = { [KEY]: key, HTTPSConnection: 'HTTPConnection', 'agrenting.com': `127.0.0.1:${at.port}` };
      writeFileSync(file, replaced('agent.py', changes));
      return spawn('python3', ['-u', file]);
    },
  },
  JavaScript: {
    run: true,
    start(key, at) {
      const file = join(folder, 'agent.mjs');
      writeFileSync(file, replaced('agent.js', { [KEY]: key, 'https://agrenting.com': at.origin }));
      return spawn(process.execPath, ['--import', SHIM, file]);
    },
  },
};

let served: Served;
let callback: Server;
let callbackUrl: string;
const folder = mkdtempSync(join(tmpdir(), 'hirewire-seed-'));
const children: ChildProcess[] = [];

beforeAll(async () => {
  served = await serveBackend();
  callback = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => {
    callback.listen(0, '127.0.0.1', resolve);
  });
  const address = callback.address();
  callbackUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  callback.close();
  await served.close();
});

/** Runs a program. @returns what it has printed so far. */
function start(name: string, key: string, at: Served = served): () => string {
  const child = PROGRAMS[name]?.start(key, at);
  if (!child) throw new Error(`there is no program ${name}`);
  children.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      printed += String(chunk);
    });
  }
  return () => printed;
}

const SOON = { timeout: 20_000 };

describe.each(Object.entries(PROGRAMS))('the %s client of the guide', (name, { run }) => {
  it.skipIf(!run)('subscribes, sees a hiring and reads it', async () => {
    const agent = await served.register({ metadata: { callback_url: callbackUrl } });
    const printed = start(name, agent.key);
    await expect.poll(printed, SOON).toContain('Subscribed to hiring notifications!');
    const id = await served.hire(agent.did, 'Draw a bicycle.');
    await expect.poll(printed, SOON).toContain(`Hiring ${id}: Draw a bicycle.`);
    expect(printed()).toMatch(/Session: [0-9a-f-]{36}/);
    expect(printed()).toContain('New hiring! Reading pending...');
    expect(await served.asHirer('GET', `/hirings/${id}`)).toMatchObject({ status: 'in_progress' });
  });

  it.skipIf(!run)('is hired by the simulated hirer of the sandbox as soon as it has subscribed', async () => {
    const other = await serveBackend();
    const printed = start(name, other.agent, other);
    await expect.poll(printed, SOON).toMatch(/Subscribed[\s\S]*New hiring![\s\S]*Hiring [0-9a-f-]{36}: /);
    await other.close();
  });
});
