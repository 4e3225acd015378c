import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../../stdio/program.js';
import { RawClient } from '../../stdio/raw-client.js';
import { asRecord, at, ERAS, startClient, type TestClient } from '../clients.js';

/** What comes and goes: a marketplace that is killed and comes back, an agent whose host is idle, a host that leaves. */

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

function folder(): Folder {
  const own = temporaryFolder();
  opened.push({ close: async () => own.remove() });
  return own;
}

const isRunning = ({ child }: RunningBackend) => child.exitCode === null && child.signalCode === null;

async function backendIn(path: string, port = 0): Promise<RunningBackend> {
  const backend = await startBackend(path, ['--no-rate-limits', '--db', join(path, 'market.db')], port);
  opened.push({ close: async () => void (isRunning(backend) && (await backend.stop())) });
  return backend;
}

async function client(era: (typeof ERAS)[number], env: Readonly<Record<string, string>>): Promise<TestClient> {
  const started = await startClient(era, { folder: folder().path, env, args: ['--confirm', 'never'] });
  opened.push(started);
  return started;
}

let count = 0;
async function hire(hirer: TestClient, did: string): Promise<string> {
  const answer = await hirer.call('hire_agent', {
    agent_did: did,
    task_description: `Compare note-taking app number ${count++}.`,
    capability: 'research',
    max_price: '5.00',
  });
  expect(answer.isError, answer.text).toBe(false);
  return String(answer.data.hiring_id);
}

const only = (backend: RunningBackend, key: 'AGRENTING_API_KEY' | 'AGRENTING_AGENT_KEY') => ({
  AGRENTING_URL: backend.url,
  [key]: String(backend.env[key]),
});

it.each(ERAS)('a marketplace that is killed and comes back takes only time (%s)', async (era) => {
  const path = folder().path;
  const first = await backendIn(path);
  const hirer = await client(era, only(first, 'AGRENTING_API_KEY'));
  const id = await hire(hirer, 'did:agrenting:steady');
  const uri = `hiring://${id}/status`;
  await hirer.subscribe(uri);
  first.child.kill('SIGKILL');
  await new Promise((resolve) => first.child.once('exit', resolve));
  const second = await backendIn(path, Number(new URL(first.url).port));
  await second.advance(60_000);
  await second.advance(60_000);
  await second.advance(60_000);
  const status = async () => at(JSON.parse(await hirer.readResource(uri)), 'status');
  // It may have been told of "in_progress" before the plug was pulled.
  let told = 0;
  do {
    told += 1;
    await hirer.updated(uri, told);
  } while ((await status()) !== 'completed');
  expect(hirer.updates(uri)).toBeLessThanOrEqual(2);
});

it.each(ERAS)('an agent is online while its host is idle, and answers what it is asked (%s)', async (era) => {
  const backend = await backendIn(folder().path);
  const did = backend.credentials.agrenting.agent_did;
  const hirer = await client('1.x client', only(backend, 'AGRENTING_API_KEY'));
  const availability = async () => {
    const { data } = await hirer.call('list_agents', { query: 'your-agent', limit: 100 });
    const agents = Array.isArray(data.agents) ? data.agents : [];
    return agents.map(asRecord).find((agent) => agent.did === did)?.availability;
  };
  expect(await availability()).toBe('offline');
  await client(era, only(backend, 'AGRENTING_AGENT_KEY'));
  while ((await availability()) === 'offline');
  // Two hours without a word from the host: the marketplace asks, and the bridge answers by itself.
  for (let minutes = 0; minutes < 120; minutes += 5) await backend.advance(5 * 60_000);
  while ((await availability()) === 'offline');
  const id = await hire(hirer, did);
  const status = async () => (await hirer.call('get_hiring_status', { hiring_id: id })).data.status;
  while ((await status()) === 'queued') await backend.advance(100);
  expect(await status()).toBe('in_progress');
});

it('a host that leaves is not kept by open streams and polls', async () => {
  const backend = await backendIn(folder().path);
  const raw = new RawClient(folder().path, ['--confirm', 'never'], backend.env);
  opened.push({ close: () => raw.stop() });
  await raw.initialize();
  for (const uri of ['hirings://active', 'hiring://pending', 'wallet://humans2ai', 'operations://recent']) {
    expect(await raw.request('resources/subscribe', { uri })).toHaveProperty('result');
  }
  raw.child.stdin.end();
  const { code, ms } = await raw.exitWithin(5_000);
  console.log(`figure: exit_with_streams_ms=${ms}`);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(2_000);
});

it('a host that listens in 2026-07-28 is not kept by its open request', async () => {
  const backend = await backendIn(folder().path);
  const raw = new RawClient(folder().path, ['--confirm', 'never'], backend.env);
  opened.push({ close: () => raw.stop() });
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  await raw.request('tools/list', { _meta });
  const ended = raw.answer(77);
  const notifications = { resourceSubscriptions: ['hirings://active'] };
  raw.send({ jsonrpc: '2.0', id: 77, method: 'subscriptions/listen', params: { notifications, _meta } });
  while (!raw.messages.some(({ method }) => method === 'notifications/subscriptions/acknowledged')) {
    await raw.request('tools/list', { _meta });
  }
  raw.child.stdin.end();
  expect(await ended).toHaveProperty('result');
  const { code, ms } = await raw.exitWithin(5_000);
  console.log(`figure: exit_while_listening_ms=${ms}`);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(1_000);
});
