import { afterAll, beforeAll, expect, it } from 'vitest';
import { at, ERAS, startClient } from '../interop/clients.js';
import { startHttp } from '../interop/http/server.js';
import { soaking } from '../spending/support/random.js';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';

/** `serve --http`, killed at each labelled point of a hire, and the call repeated to its successor. */

const POINTS = soaking ? ['P1', 'P2', 'P3', 'P4'] : ['P2', 'P3'];

let folder: Folder;
let backend: RunningBackend;
beforeAll(async () => {
  folder = temporaryFolder();
  backend = await startBackend(folder.path, ['--no-rate-limits']);
});
afterAll(async () => {
  await backend.stop();
  folder.remove();
});

async function balance(): Promise<number> {
  const headers = { authorization: `Bearer ${backend.credentials.agrenting.hirer}` };
  const answer: unknown = await (await fetch(`${backend.url}/api/v1/ledger/balance`, { headers })).json();
  return Number(at(answer, 'data.available'));
}

it.each(POINTS.flatMap((point, n) => [[point, ERAS[n % ERAS.length] ?? ERAS[0]] as const]))(
  'killed at %s, asked by a %s: one charge, and the repeat hears of it',
  async (point, era) => {
    const own = temporaryFolder();
    const hire = {
      agent_did: 'did:agrenting:swift',
      task_description: `Survive ${point} over HTTP.`,
      capability: 'summarize',
      max_price: '2.00',
      idempotency_key: `http-kill-${point}`,
    };
    const args = ['--confirm', 'never'];
    const before = await balance();
    const first = await startHttp(own.path, { env: { ...backend.env, HIREWIRE_FAILPOINT: point }, args });
    const gone = new Promise<string | null>((resolve) => first.child.once('exit', (_, signal) => resolve(signal)));
    const client = await startClient(era, { folder: own.path, http: first });
    // A client of the 2025 handshake waits for a stream that was cut; its user does not.
    const patience = new AbortController();
    const asked = expect(client.call('hire_agent', hire, { signal: patience.signal })).rejects.toThrow();
    expect(await gone).toBe('SIGKILL');
    patience.abort();
    await asked;
    await client.close();

    const second = await startHttp(own.path, { env: backend.env, args });
    const next = await startClient(era, { folder: own.path, http: second });
    const answer = await next.call('hire_agent', hire);
    expect(answer.isError, answer.text).toBe(false);
    expect(at(answer.data, 'operation.outcome')).toBe('done');
    expect(Math.round((before - (await balance())) * 100)).toBe(200);
    await next.close();
    expect(await second.stop()).toBe(0);
    own.remove();
  },
);
