import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../../stdio/program.js';
import { at, ERAS, type Person, startClient, type TestClient } from '../clients.js';
import { type RunningHttp, startHttp } from './server.js';

/** The whole bridge over Streamable HTTP, as the clients of both SDK lines and both eras meet it. */

let folder: Folder;
let backend: RunningBackend;
let http: RunningHttp;

beforeAll(async () => {
  folder = temporaryFolder();
  backend = await startBackend(folder.path, ['--no-rate-limits']);
  http = await startHttp(folder.path, { env: backend.env });
});
afterAll(async () => {
  expect(await http.stop()).toBe(0);
  expect(http.stdout()).toBe('');
  await backend.stop();
  folder.remove();
});

async function withClient(
  era: (typeof ERAS)[number],
  use: (client: TestClient) => Promise<void>,
  person?: Person,
): Promise<void> {
  const client = await startClient(era, { folder: folder.path, http, ...(person ? { person } : {}) });
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

let count = 0;
const hire = (agent = 'swift', price = '2.00') => ({
  agent_did: `did:agrenting:${agent}`,
  task_description: `Number ${count++} over HTTP.`,
  capability: 'summarize',
  max_price: price,
});

const reviewed = (): Record<string, unknown>[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/tools.json'), 'utf8'));

describe.each(ERAS)('%s', (era) => {
  it('lists the reviewed tools, the resources and the prompts', async () => {
    await withClient(era, async (client) => {
      expect((await client.listTools()).map(({ name }) => name)).toEqual(reviewed().map(({ name }) => name));
      expect(await client.listResources()).toContain('hirings://active');
      expect(await client.listPrompts()).not.toEqual([]);
      expect(client.instructions()).toContain('Hirewire');
    });
  });

  it('asks the person through the client, and hires once they accept', async () => {
    const questions: string[] = [];
    const person: Person = (question) => {
      questions.push(question);
      return 'accept';
    };
    await withClient(
      era,
      async (client) => {
        const answer = await client.call('hire_agent', hire());
        expect(answer.isError, answer.text).toBe(false);
        expect(at(answer.data, 'operation.confirmed_by')).toBe('person, asked through the client');
        expect(questions).toHaveLength(1);
      },
      person,
    );
  });

  it('takes the token path where nobody can be asked, also when the token comes back on another connection', async () => {
    const args = hire();
    let token = '';
    await withClient(era, async (client) => {
      const first = await client.call('hire_agent', args);
      expect(at(first.data, 'operation.outcome')).toBe('confirmation_required');
      token = String(at(first.data, 'operation.confirmation_token'));
    });
    await withClient(era, async (client) => {
      const second = await client.call('hire_agent', { ...args, confirmation_token: token });
      expect(second.isError, second.text).toBe(false);
      expect(at(second.data, 'operation.outcome')).toBe('done');
    });
  });

  it('tells progress and what has changed', async () => {
    await withClient(
      era,
      async (client) => {
        const hired = await client.call('hire_agent', hire('steady', '5.00'));
        expect(hired.isError, hired.text).toBe(false);
        const id = String(hired.data.hiring_id);
        const uri = `hiring://${id}/status`;
        const stop = await client.subscribe(uri);
        const seen: number[] = [];
        const onprogress = ({ progress }: { progress: number }) => seen.push(progress);
        const waiting = client.call('wait_for_hirings', { hiring_ids: [id], wait_seconds: 25 }, { onprogress });
        const status = async () => at(JSON.parse(await client.readResource(uri)), 'status');
        do {
          await backend.advance(2_000);
          await Promise.race([client.updated(uri, client.updates(uri) + 1), client.listTools()]);
        } while ((await status()) !== 'completed');
        const waited = await waiting;
        expect(waited.isError, waited.text).toBe(false);
        await client.updated(uri, 1);
        expect(seen.length).toBeGreaterThan(0);
        await stop();
        console.log(`figure: http era=${era} updates=${client.updates(uri)} progress=${seen.length}`);
      },
      () => 'accept',
    );
  });

  it('remembers of a client, and of no other, that nobody reads its questions', async () => {
    await withClient(
      era,
      async (client) => {
        expect((await client.call('hire_agent', hire())).text).toContain('The client declined at once');
        const second = await client.call('hire_agent', hire());
        expect(at(second.data, 'operation.outcome')).toBe('confirmation_required');
      },
      () => 'decline',
    );
  });
});

it('serves clients of every era side by side', async () => {
  const clients = await Promise.all(
    Array.from({ length: 12 }, (_, n) => startClient(ERAS[n % 3] ?? ERAS[0], { folder: folder.path, http })),
  );
  const balances = await Promise.all(clients.map((client) => client.call('check_balance')));
  expect(new Set(balances.map(({ data }) => at(data, 'available'))).size).toBe(1);
  await Promise.all(clients.map((client) => client.close()));
});
