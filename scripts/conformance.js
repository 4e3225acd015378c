// Runs the official conformance suite against the built program: over HTTP (`serve --http`), and over stdio through a shim.
// The tools, resources and prompts that the suite asks for are those of a test server that the program mounts.
// What it may fail is listed with the reason in scripts/conformance/expected-failures.yml; anything else, and anything
// listed that passes, is an error. The suite and the Node that it needs come from npm when this is run, and stay out of
// the project's own dependencies.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addToken } from './conformance/add-token.js';
import { serveStdioShim } from './conformance/stdio-shim.js';
import { serveTestServer } from './conformance/test-server.js';

const SUITE = '@modelcontextprotocol/conformance@0.1.16';
const EXPECTED = join(import.meta.dirname, 'conformance/expected-failures.yml');
const BIN = join(import.meta.dirname, '../bin/hirewire.js');

const folder = mkdtempSync(join(tmpdir(), 'hirewire-conformance-'));
const testServer = await serveTestServer();
const mount = ['--mount', `suite=${testServer.url}`];
const token = randomBytes(32).toString('base64url');
const env = {
  ...process.env,
  HIREWIRE_DATA_DIR: folder,
  HIREWIRE_CONFIG: join(folder, 'config.json'),
  HIREWIRE_HTTP_TOKEN: token,
};

/** The suite's own package, with a Node beside it where ours is too old for it. */
function packages() {
  const [major] = process.versions.node.split('.');
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const node = Number(major) >= 22 ? [] : [`--package=node-${platform}-${process.arch}@22`];
  return [`--package=${SUITE}`, ...node];
}

/** @returns the suite's exit code. */
function runSuite(url) {
  const args = ['server', '--url', url, '--suite', 'all', '--expected-failures', EXPECTED];
  const child = spawn('npx', ['--yes', ...packages(), 'conformance', ...args], { cwd: folder, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** @returns where `serve --http` listens, and how to stop it. */
async function startServer() {
  const child = spawn(process.execPath, [BIN, 'serve', '--http', '0', ...mount], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      text += chunk;
      const found = /serving MCP at (\S+);/.exec(text);
      if (found) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`serve --http exited with ${code}: ${text}`)));
  });
  return { url, stop: () => child.kill('SIGTERM') };
}

async function overHttp() {
  const server = await startServer();
  const proxy = await addToken(server.url, token);
  const code = await runSuite(proxy.url);
  proxy.stop();
  server.stop();
  return code;
}

async function overStdio() {
  const shim = await serveStdioShim({ command: process.execPath, args: [BIN, 'serve', ...mount], env });
  const code = await runSuite(shim.url);
  await shim.stop();
  return code;
}

try {
  for (const [name, run] of Object.entries({ http: overHttp, stdio: overStdio })) {
    console.log(`\nconformance over ${name}`);
    const code = await run();
    console.log(`figure: conformance over=${name} exit=${code}`);
    if (code !== 0) process.exitCode = 1;
  }
} finally {
  testServer.stop();
  rmSync(folder, { recursive: true, force: true });
}
