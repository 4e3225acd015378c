import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../../stdio/program.js';
import { at, ERAS, startClient, type TestClient } from '../clients.js';

/**
 * Resources, subscriptions, prompts and completion over real stdio, with the marketplace in a process of its own: what
 * its agents do reaches the host by SSE upstream and by whatever the host's protocol era has downstream.
 */

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

async function withClient(
  era: (typeof ERAS)[number],
  env: Readonly<Record<string, string>>,
  use: (client: TestClient) => Promise<void>,
): Promise<void> {
  const own = temporaryFolder();
  const client = await startClient(era, { folder: own.path, env, args: ['--confirm', 'never'] });
  try {
    await use(client);
  } finally {
    await client.close();
    own.remove();
  }
}

let count = 0;
async function hire(client: TestClient, did = 'did:agrenting:steady'): Promise<string> {
  const answer = await client.call('hire_agent', {
    agent_did: did,
    task_description: `Compare note-taking app number ${count++}.`,
    capability: 'research',
    max_price: '5.00',
  });
  expect(answer.isError, answer.text).toBe(false);
  return String(answer.data.hiring_id);
}

const hirerOnly = () => {
  const { AGRENTING_AGENT_KEY: _, ...env } = backend.env;
  return env;
};

/** A real moment for what travels between the processes, against a step of the marketplace's clock. */
const MOMENT_MS = 50;
const STEP_MS = 250;
const STEPS = 800;

/**
 * Moves the marketplace's clock until the client was told so often. In small steps: a probe that is to be answered within
 * three seconds of that clock has to reach an agent in another process meanwhile.
 */
async function until(client: TestClient, uri: string, times: number): Promise<void> {
  const told = client.updated(uri, times);
  for (let step = 0; client.updates(uri) < times; step += 1) {
    if (step === STEPS) throw new Error(`${uri}: told ${client.updates(uri)} times, not ${times}`);
    await backend.advance(STEP_MS);
    await Promise.race([told, new Promise((resolve) => setTimeout(resolve, MOMENT_MS))]);
  }
}

describe.each(ERAS)('%s', (era) => {
  it('hears what an agent does, and reads it', async () => {
    await withClient(era, hirerOnly(), async (client) => {
      const id = await hire(client);
      const status = `hiring://${id}/status`;
      const end = await client.subscribe(status);
      await client.subscribe('hirings://active');
      const statusNow = async () => at(JSON.parse(await client.readResource(status)), 'status');
      let told = 0;
      do {
        told += 1;
        await until(client, status, told);
      } while ((await statusNow()) !== 'completed');
      expect(at(JSON.parse(await client.readResource(status)), 'task_output.result')).toContain('In short');
      await client.updated('hirings://active', 1);
      await end();
      await backend.advance(60_000);
      // It was queued, or in progress already, when the subscription began; of each state after that it was told once.
      expect(client.updates(status)).toBeLessThanOrEqual(2);
    });
  });

  it('hears of new work, although the host is idle: its agent is online by itself', async () => {
    const { AGRENTING_API_KEY: _, ...agentOnly } = backend.env;
    await withClient(era, agentOnly, async (agent) => {
      await withClient(era, hirerOnly(), async (hirer) => {
        await agent.subscribe('hiring://pending');
        const before = agent.updates('hiring://pending');
        const id = await hire(hirer, backend.credentials.agrenting.agent_did);
        await until(agent, 'hiring://pending', before + 1);
        for (let found = false; !found; ) {
          const pending: unknown = JSON.parse(await agent.readResource('hiring://pending'));
          found = JSON.stringify(at(pending, 'hirings')).includes(id);
          if (!found) await until(agent, 'hiring://pending', agent.updates('hiring://pending') + 1);
        }
        await hirer.subscribe(`hiring://${id}/status`);
        await agent.call('submit_hiring_result', { hiring_id: id, output: 'Done.' });
        await hirer.updated(`hiring://${id}/status`, 1);
        const read: unknown = JSON.parse(await hirer.readResource(`hiring://${id}/status`));
        expect(at(read, 'status')).toBe('completed');
      });
    });
  });

  it('lists, completes, and offers prompts', async () => {
    await withClient(era, hirerOnly(), async (client) => {
      const id = await hire(client);
      expect(await client.listResources()).toEqual(
        expect.arrayContaining(['hirings://active', 'wallet://humans2ai', `hiring://${id}/status`, 'task://{id}']),
      );
      const ids = await client.complete({ type: 'ref/resource', uri: 'hiring://{id}/status' }, 'id', id.slice(0, 6));
      expect(ids).toContain(id);
      expect(await client.listPrompts()).toEqual(expect.arrayContaining(['hire_an_agent', 'system-prompt']));
      const text = await client.prompt('hire_an_agent', { task: 'Sort my mail.', budget: '5.00' });
      expect(text).toContain('"Sort my mail."');
      const periods = await client.complete({ type: 'ref/prompt', name: 'what_did_i_spend' }, 'period', 'this');
      expect(periods).toEqual(['this month']);
    });
  });

  it('in the sandbox hears the same, without a port and without any key', async () => {
    await withClient(era, {}, async (client) => {
      await client.subscribe('hirings://active');
      const id = await hire(client);
      await client.updated('hirings://active', 1);
      const read: unknown = JSON.parse(await client.readResource('hirings://active'));
      expect(at(read, 'hirings.0.hiring_id')).toBe(id);
      const end = await client.subscribe(`hiring://${id}/status`);
      await end();
    });
  });
});
