import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../src/sqlite.js';
import { signAgrenting, signHumans2ai } from '../../src/webhooks/signature.js';
import { BIN, cleanEnvironment, startBackend, temporaryFolder } from '../stdio/program.js';
import { hirewire } from './run.js';

/** Operating a marketplace from a shell: copies, the audit log, signatures, logs, telemetry and a good end. */

const folder = temporaryFolder();
afterAll(() => folder.remove());
const at = (name: string) => join(folder.path, name);
const cleanUp: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
});

async function market(...args: string[]) {
  const backend = await startBackend(folder.path, ['--no-rate-limits', ...args]);
  const stop = () => (backend.child.exitCode === null ? backend.stop() : undefined);
  cleanUp.push(async () => stop());
  const call = (method: string, path: string, body?: object) =>
    fetch(`${backend.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${backend.credentials.humans2ai.agent}`,
        'content-type': 'application/json',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  return { ...backend, call };
}

const webhook = { url: 'http://127.0.0.1:9/x', events: ['task.opened'] };

describe('hirewire backend backup and restore, hirewire audit verify', () => {
  it('copy a database in use, check it, and put it where nothing is', async () => {
    const db = at('market.db');
    const { call } = await market('--db', db);
    for (let n = 0; n < 3; n += 1) await call('POST', '/humans2ai/api/v1/webhooks', webhook);
    const copied = await hirewire(folder.path, ['backend', 'backup', '--db', db, '--to', at('copy.db')]);
    expect(copied).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(at('copy.db')).mode & 0o077).toBe(0);
    await call('POST', '/humans2ai/api/v1/webhooks', webhook);
    const restored = await hirewire(folder.path, [
      'backend',
      'restore',
      '--from',
      at('copy.db'),
      '--db',
      at('again.db'),
    ]);
    expect(restored.stdout).toContain('its ledger adds up and its audit log is unbroken');
    const rows = async (file: string) => {
      const { code, stdout } = await hirewire(folder.path, ['audit', 'verify', '--db', file, '--json']);
      expect(code).toBe(0);
      return JSON.parse(stdout);
    };
    expect(await rows(at('again.db'))).toMatchObject({ ok: true, rows: 3 });
    const { head } = await rows(db);
    expect(head).toMatch(/^4:[0-9a-f]{64}$/);
    const later = await hirewire(folder.path, ['audit', 'verify', '--db', at('again.db'), '--head', head]);
    expect(later).toMatchObject({ code: 1 });
    expect(later.stdout).toContain('ends before the row that was written down earlier');
  });

  it('refuse what exists, what is missing, what is no marketplace, what was tampered with and what is newer', async () => {
    const db = at('market.db');
    const refused = async (args: string[], sentence: string) => {
      const { code, stderr, stdout } = await hirewire(folder.path, args);
      expect(stderr).toContain(sentence);
      expect([code, stdout]).toEqual([2, '']);
    };
    await refused(['backend', 'backup', '--db', db, '--to', db], 'exists already');
    await refused(['backend', 'backup', '--db', at('none.db'), '--to', at('x.db')], 'There is no file at');
    await refused(['backend', 'backup', '--to', at('x.db')], 'needs --db FILE');
    const other = openSqlite(at('other.db'), [{ name: 'x', sql: 'CREATE TABLE x (a) ' }]);
    await other.close();
    await refused(['audit', 'verify', '--db', at('other.db')], 'is not the database of a reference marketplace');
    await refused(['audit', 'verify', '--db', db, '--head', 'nonsense'], '--head is the number and the hash');

    copyFileSync(at('copy.db'), at('forged.db'));
    await change(at('forged.db'), 'DROP TRIGGER audit_log_no_update', "UPDATE audit_log SET actor = 'x' WHERE seq = 2");
    const found = await hirewire(folder.path, ['audit', 'verify', '--db', at('forged.db')]);
    expect(found).toMatchObject({ code: 1 });
    await refused(['backend', 'restore', '--from', at('forged.db'), '--db', at('y.db')], 'tampered with');
    expect(existsSync(at('y.db'))).toBe(false);

    copyFileSync(at('copy.db'), at('newer.db'));
    await change(at('newer.db'), "INSERT INTO migrations (name, at) VALUES ('999-future', '2030')");
    const started = await hirewire(folder.path, ['backend', '--db', at('newer.db'), '--port', '0']);
    expect(started.stderr).toContain('written by a newer Hirewire. Nothing was changed');
    expect(started.code).not.toBe(0);
  });
});

describe('hirewire webhooks', () => {
  const body = JSON.stringify({ type: 'task.opened', data: { taskId: 'task_1', status: 'open' } });
  const verify = (input: string, signature: string, env: Record<string, string>, ...args: string[]) =>
    hirewire(folder.path, ['webhooks', 'verify', '--signature', signature, ...args], { input, env });

  it('verify checks both signatures, with the secret from the environment or from stdin', async () => {
    const env = { HIREWIRE_WEBHOOK_SECRET: 'whsec_newer whsec_older' };
    const signed = signHumans2ai(body, ['whsec_older'], Date.now());
    expect(await verify(body, signed, env)).toMatchObject({ code: 0, stdout: expect.stringContaining('humans2ai') });
    expect(await verify(`whsec_older\n${body}`, signed, {}, '--secret-stdin')).toMatchObject({ code: 0 });
    expect(await verify(`${body} `, signed, env)).toMatchObject({ code: 1, stdout: expect.stringContaining('bytes') });
    const old = signHumans2ai(body, ['whsec_older'], Date.now() - 301_000);
    expect(await verify(body, old, env)).toMatchObject({ code: 1, stdout: expect.stringContaining('replay') });
    expect(await verify(body, old, env, '--ignore-age')).toMatchObject({ code: 0 });
    const base64 = signAgrenting(body, 'whsec_newer');
    expect(await verify(body, base64, env, '--json')).toMatchObject({
      code: 0,
      stdout: '{"marketplace":"agrenting","ok":true}\n',
    });
    expect(await verify(body, base64, {})).toMatchObject({ code: 1, stdout: expect.stringContaining('no secret') });
  });

  it('listen turns deliveries of a marketplace into lines, and refuses what is not signed', async () => {
    const { call } = await market();
    const port = await freePort();
    const created = await call('POST', '/humans2ai/api/v1/webhooks', { ...webhook, url: `http://127.0.0.1:${port}/h` });
    const { secret } = await created.json();
    const env = cleanEnvironment(folder.path, { HIREWIRE_WEBHOOK_SECRET: secret });
    const child = spawn(process.execPath, [BIN, 'webhooks', 'listen', '--port', String(port), '--json'], { env });
    cleanUp.push(async () => child.kill());
    await new Promise((resolve) => child.stderr.once('data', resolve));
    const line = new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
    const made = await call('POST', '/humans2ai/api/v1/tasks', {
      title: 'Photograph a shop',
      description: 'From outside.',
      category: 'photography',
      budget: 1,
      deadline: new Date(Date.now() + 24 * 3_600_000).toISOString(),
      urgency: 'low',
    });
    const { id } = await made.json();
    expect(JSON.parse(await line)).toMatchObject({
      event: 'task.opened',
      subject: id,
      status: 'open',
      accepted: true,
      again: false,
      signature: 'valid',
    });
    expect((await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })).status).toBe(401);
  });
});

describe('hirewire backend', () => {
  it('is ready, and ends in good order: what is under way is answered, nothing new is taken', async () => {
    const { url, child } = await market();
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({ status: 'ready' });
    expect((await fetch(`${url}/health/readiness`)).status).toBe(200);
    const code = new Promise((resolve) => child.once('exit', resolve));
    const body = JSON.stringify({ advance_ms: 1 });
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const half = request(`${url}/sandbox/clock`, { method: 'POST', headers });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      half.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject);
    });
    half.write(body.slice(0, 5));
    await new Promise((resolve) => half.once('socket', (socket) => socket.once('connect', resolve)));
    await fetch(`${url}/health`);
    child.kill('SIGTERM');
    for (let taken = true; taken; )
      taken = await fetch(`${url}/health`).then(
        () => true,
        () => false,
      );
    half.end(body.slice(5));
    expect(await answered).toBe(200);
    expect(await code).toBe(0);
  });

  it('writes one JSON object a line, and sends traces and metrics where the standard variables say', async () => {
    const received: { path: string; body: unknown; header: unknown }[] = [];
    const collector = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += String(chunk);
      });
      request.on('end', () => {
        received.push({ path: request.url ?? '', body: JSON.parse(text), header: request.headers['x-tenant'] });
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    cleanUp.push(async () => collector.close());
    const address = collector.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const args = [BIN, 'backend', '--port', '0', '--json', '--log-format', 'json'];
    const child = spawn(process.execPath, args, {
      env: cleanEnvironment(folder.path, {
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=acme',
        OTEL_SERVICE_NAME: 'market',
      }),
    });
    let logs = '';
    child.stderr.on('data', (chunk) => {
      logs += String(chunk);
    });
    const first = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
    const { url, credentials } = JSON.parse(first);
    await fetch(`${url}/humans2ai/api/v1/wallet`, {
      headers: {
        authorization: `Bearer ${credentials.humans2ai.agent}`,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    const lines = logs
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each));
    expect(lines).toMatchObject([
      { level: 'info', message: 'request', action: 'getWallet', status: 200, role: 'agent' },
    ]);
    expect(logs).not.toContain(credentials.humans2ai.agent);
    const find = (path: string) => received.find((each) => each.path === path);
    expect(find('/v1/traces')).toMatchObject({
      header: 'acme',
      body: {
        resourceSpans: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'market' } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: '0af7651916cd43dd8448eb211c80319c',
                    parentSpanId: 'b7ad6b7169203331',
                    name: 'GET /api/v1/wallet',
                    kind: 2,
                  },
                ],
              },
            ],
          },
        ],
      },
    });
    expect(JSON.stringify(find('/v1/metrics')?.body)).toContain('http.server.request.duration');
  });

  it.each([
    [['--log-format', 'xml'], {}, '--log-format is text or json.'],
    [['--webhook-timeout', '1'], {}, '--webhook-timeout is 100 to 60000'],
    [['dance'], {}, 'The action is run, backup or restore.'],
    [[], { OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere' }, 'The OTLP endpoint for traces is no http(s) URL.'],
    [[], { OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER is otlp or none.'],
    [[], { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'use http/json'],
  ])('refuses %j with %j', async (args, env, sentence) => {
    const { code, stderr } = await hirewire(folder.path, ['backend', '--port', '0', ...args], { env });
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });
});

/** Somebody writes into a file past the program. */
async function change(file: string, ...statements: string[]): Promise<void> {
  const opened = openSqlite(file, []);
  for (const statement of statements) await sql.raw(statement).execute(opened.db);
  await opened.close();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
