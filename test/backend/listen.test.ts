import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../../src/backend/index.js';
import { type Listening, listen } from '../../src/backend/listen.js';

/** DNS rebinding: a web page makes a name of its own point at 127.0.0.1 and talks to what listens there. */

let backend: Backend;
let server: Listening;
let port: number;
beforeAll(async () => {
  backend = await createBackend({ seed: 'empty' });
  server = await listen(backend, 0);
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  await server.stop();
  await backend.close();
});

interface Sent {
  readonly method?: string;
  readonly target?: string;
  /** Header lines as they are; without one there is no Host at all. */
  readonly headers: readonly string[];
  readonly version?: string;
}

/** What no HTTP client would send. */
async function raw({
  method = 'GET',
  target = '/health',
  headers,
  version = '1.1',
}: Sent): Promise<{ status: number; text: string }> {
  const lines = [`${method} ${target} HTTP/${version}`, ...headers, 'Connection: close', '', ''];
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(lines.join('\r\n')));
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
    socket.on('end', () => resolve(received)).on('error', reject);
  });
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
}

const FOREIGN = [
  'evil.example',
  'localhost.evil.example',
  'evil-localhost',
  'localhost.',
  'localhost.localdomain',
  '127.0.0.1.evil.example',
  '127.0.0.1.nip.io',
  '127-0-0-1.evil.example',
  'localtest.me',
  '0.0.0.0',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[fe80::1]',
  '10.0.0.1',
  '192.168.1.10',
  '169.254.169.254',
  '128.0.0.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  'evil.example:80',
  'my-laptop.local',
  'host.docker.internal',
  'xn--localhost-',
];
const OWN = [
  'localhost',
  'LOCALHOST',
  '127.0.0.1',
  '127.0.0.2',
  '[::1]',
  'localhost:1',
  '127.0.0.1:65535',
  '[::1]:8080',
];

describe('a backend on a socket', () => {
  it('listens on this machine only', () => {
    expect(server.address()).toMatchObject({ address: '127.0.0.1' });
  });

  it.each(OWN)('serves the host %s', async (host) => {
    expect((await raw({ headers: [`Host: ${host}`] })).status).toBe(200);
    expect((await raw({ headers: [`Host: ${host}`, `Origin: http://${host}`] })).status).toBe(200);
  });

  it.each(FOREIGN)('refuses the host %s', async (host) => {
    const { status, text } = await raw({ headers: [`Host: ${host}`] });
    // Some never get past the HTTP server.
    expect([400, 403]).toContain(status);
    expect(text).not.toContain('"ok"');
    expect((await raw({ headers: [`Host: ${host}:${port}`] })).status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    'evil.example@localhost',
    'localhost@evil.example',
    'localhost/',
    'localhost:',
    'localhost:x',
    'localhost, evil.example',
    '""',
    '',
  ])('refuses the malformed host %j', async (host) => {
    expect((await raw({ headers: [`Host: ${host}`] })).status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ...FOREIGN.map((host) => `http://${host}`),
    'null',
    'https://evil.example',
    'file://',
    'chrome-extension://abcdef',
    'localhost',
    'http://',
    '*',
    'http://localhost:1@evil.example',
    'http://evil.example#localhost',
  ])('refuses the page %s', async (origin) => {
    // What a browser writes is what a URL parser makes of it.
    const spelled = URL.canParse(origin) && new URL(origin).host === '127.0.0.1';
    const { status } = await raw({ headers: [`Host: 127.0.0.1:${port}`, `Origin: ${origin}`] });
    expect(status).toBe(spelled ? 200 : 403);
  });

  it('refuses a request without a host, with two hosts, or with another one in its target', async () => {
    expect((await raw({ headers: [] })).status).toBeGreaterThanOrEqual(400);
    expect((await raw({ headers: [], version: '1.0' })).status).toBeGreaterThanOrEqual(400);
    const two = await raw({ headers: ['Host: evil.example', 'Host: localhost'] });
    expect(two.status).toBeGreaterThanOrEqual(400);
    for (const target of [
      'http://evil.example/health',
      'http://evil.example:4010/health',
      'https://evil.example/health',
    ]) {
      expect((await raw({ target, headers: ['Host: localhost'] })).status).toBeGreaterThanOrEqual(400);
    }
    expect((await raw({ target: 'http://localhost/health', headers: ['Host: localhost'] })).status).toBe(200);
  });

  it('refuses before it does anything: writes, preflights and every path', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
      for (const target of ['/api/v1/agents', '/sandbox/clock', '/mcp', '/openapi.json', '/', '//x', '/..%2f']) {
        const headers = ['Host: evil.example', 'Content-Length: 0'];
        expect((await raw({ method, target, headers })).status).toBe(403);
        const page = [`Host: localhost:${port}`, 'Origin: https://evil.example', 'Content-Length: 0'];
        const { status, text } = await raw({ method, target, headers: page });
        expect(status).toBe(403);
        expect(text.toLowerCase()).not.toContain('access-control-allow-origin');
      }
    }
    console.log(`figure: rebinding-hosts=${FOREIGN.length} origins=${FOREIGN.length + 9} served=0`);
  });

  it('says that its port is taken, and stops with connections open', async () => {
    await expect(listen(backend, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const other = await listen(backend, 0);
    const address = other.address();
    const open = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
    await new Promise((resolve) => open.once('connect', resolve));
    const gone = new Promise((resolve) => open.once('close', resolve).once('error', () => undefined));
    await other.stop();
    await gone;
  });
});
