import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hirewire } from '../../cli/run.js';
import { type Folder, temporaryFolder } from '../../stdio/program.js';
import { at } from '../clients.js';
import { type RunningHttp, startHttp } from './server.js';

/** Who gets into `serve --http`, and who does not. */

const TOKEN = 'a-token-of-my-own-choosing';
let folder: Folder;
let http: RunningHttp;

beforeAll(async () => {
  folder = temporaryFolder();
  http = await startHttp(folder.path, { env: { HIREWIRE_HTTP_TOKEN: TOKEN }, args: ['--log-level', 'debug'] });
});
afterAll(async () => {
  await http.stop();
  folder.remove();
});

const HELLO = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

interface Raw {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** By node:http, because fetch sends neither Host nor Origin as it is told. */
function send({ method = 'POST', path = '/mcp', headers = {}, body = HELLO }: Raw) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const url = new URL(http.url);
    const sent = {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${TOKEN}`,
      ...headers,
    };
    const request = httpRequest({ host: '127.0.0.1', port: url.port, method, path, headers: sent }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end(method === 'POST' ? (typeof body === 'string' ? body : JSON.stringify(body)) : undefined);
  });
}

describe('the door', () => {
  it('lets the token in', async () => {
    const answer = await send({});
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers['mcp-session-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each<readonly [string, Raw, number]>([
    ['no token', { headers: { authorization: '' } }, 401],
    ['another token', { headers: { authorization: 'Bearer another-token-of-the-same' } }, 401],
    ['the token under another scheme', { headers: { authorization: `Basic ${TOKEN}` } }, 401],
    ['the token in the address', { headers: { authorization: '' }, path: `/mcp?token=${TOKEN}` }, 401],
    ['another path', { path: '/' }, 404],
    ['the name of a page as Host', { headers: { host: 'rebound.example' } }, 403],
    ['such a name in the target', { path: 'http://rebound.example/mcp' }, 403],
    ['a page as Origin', { headers: { origin: 'https://example.com' } }, 403],
    ['a page without an address', { headers: { origin: 'null' } }, 403],
    ['a wrong Host before a wrong token', { headers: { host: 'rebound.example', authorization: '' } }, 403],
  ])('refuses %s', async (_, raw, status) => {
    const answer = await send(raw);
    expect(answer.status).toBe(status);
    expect(at(JSON.parse(answer.text), 'error.message')).toMatch(/\.$/);
    expect(answer.text).not.toContain(TOKEN);
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it.each(['http://localhost:5173', 'http://127.0.0.1:8080', 'http://[::1]:9'])(
    'lets %s in with the token',
    async (origin) => {
      expect((await send({ headers: { origin } })).status).toBe(200);
    },
  );

  it.each<readonly [string, Raw, number]>([
    [
      'a session that does not exist',
      { headers: { 'mcp-session-id': 'no-such-session' }, body: { ...HELLO, id: 1 } },
      404,
    ],
    ['a call before initialize', { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } }, 400],
    ['no JSON', { body: '{"half":' }, 400],
    ['a body beyond --max-frame', { body: 'x'.repeat(5 * 1024 * 1024) }, 413],
    ['another media type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['a stream without a session', { method: 'GET' }, 400],
  ])('answers %s clearly, and lives', async (_, raw, status) => {
    const answer = await send(raw);
    expect(answer.status, answer.text).toBe(status);
    expect((await send({})).status).toBe(200);
  });

  it('keeps a hundred sessions, and lets the idlest one go for another', async () => {
    const first = String((await send({})).headers['mcp-session-id']);
    for (let n = 0; n < 100; n += 1) expect((await send({ body: { ...HELLO, id: n } })).status).toBe(200);
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await send({ headers: { 'mcp-session-id': first }, body: ping })).status).toBe(404);
  });

  it('ends a session when it is asked to', async () => {
    const session = { 'mcp-session-id': String((await send({})).headers['mcp-session-id']) };
    expect((await send({ method: 'DELETE', headers: session })).status).toBe(200);
    expect((await send({ headers: session, body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status).toBe(404);
  });

  it('never writes the token down, and nothing to stdout', () => {
    expect(http.stderr()).toContain('the value of HIREWIRE_HTTP_TOKEN');
    expect(http.stderr()).not.toContain(TOKEN);
    expect(http.stdout()).toBe('');
  });
});

describe('the command line', () => {
  it.each([
    [['--http', '70000'], {}, '--http is a port from 0 to 65535.'],
    [['--http', '0'], { HIREWIRE_HTTP_TOKEN: 'short' }, 'HIREWIRE_HTTP_TOKEN is at least 16 visible characters'],
    [['--htp', '0'], {}, 'Did you mean --http?'],
  ])('%j is a mistake', async (args, env, sentence) => {
    const { code, stderr } = await hirewire(folder.path, ['serve', ...args], { env });
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });

  it('says that a port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = Number(at(taken.address(), 'port'));
    const { code, stderr } = await hirewire(folder.path, ['serve', '--http', String(port)]);
    await new Promise((resolve) => taken.close(resolve));
    expect(stderr).toContain(`Port ${port} cannot be used; try --http 0.`);
    expect(code).toBe(2);
  });

  it('makes a token of 256 bits when none is given, another one each time', async () => {
    const own = temporaryFolder();
    const starts = [await startHttp(own.path), await startHttp(own.path)];
    const tokens = starts.map(({ token }) => token);
    for (const one of starts) await one.stop();
    own.remove();
    expect(tokens[0]).not.toBe(tokens[1]);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });
});
