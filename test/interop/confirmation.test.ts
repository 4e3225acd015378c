import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { at, ERAS, type Person, startClient, type TestClient } from './clients.js';

/** Every way in which consent is obtained or refused, over real stdio, in hosts that can ask and in hosts that cannot. */

const hire = (task: string) => ({
  agent_did: 'did:agrenting:swift',
  task_description: task,
  capability: 'summarize',
  max_price: '2.00',
});

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
  options: { args?: string[]; person?: Person },
  use: (client: TestClient) => Promise<void>,
): Promise<void> {
  const own = temporaryFolder();
  const client = await startClient(era, { folder: own.path, env: backend.env, ...options });
  try {
    await use(client);
  } finally {
    await client.close();
    own.remove();
  }
}

const balance = async (client: TestClient) => at((await client.call('check_balance')).data, 'available');

describe.each(ERAS)('%s', (era) => {
  it('asks the person through the client and acts once they accept', async () => {
    const questions: string[] = [];
    const person: Person = (question) => {
      questions.push(question);
      return 'accept';
    };
    await withClient(era, { person }, async (client) => {
      const answer = await client.call('hire_agent', hire(`asked ${era}`));
      expect(answer.isError, answer.text).toBe(false);
      expect(at(answer.data, 'operation.outcome')).toBe('done');
      expect(at(answer.data, 'operation.confirmed_by')).toBe('person, asked through the client');
      expect(questions).toHaveLength(1);
      expect(questions[0]).toContain('did:agrenting:swift');
      expect(questions[0]).toContain('2.00 USD');
    });
  });

  it('stops when the person declines, and nothing was changed', async () => {
    // A person takes a moment; a program that declines does not, and is told apart by that.
    const person: Person = () => new Promise((resolve) => setTimeout(resolve, 300, 'decline'));
    await withClient(era, { person }, async (client) => {
      const before = await balance(client);
      const answer = await client.call('hire_agent', hire(`declined ${era}`));
      expect(answer.isError).toBe(true);
      expect(answer.text).toContain('DECLINED');
      expect(answer.text.endsWith('Nothing was changed.')).toBe(true);
      expect(await balance(client)).toBe(before);
    });
  });

  it('takes a decline that nobody could have given as one of the client, and uses a token from then on', async () => {
    await withClient(era, { person: () => 'decline' }, async (client) => {
      const first = await client.call('hire_agent', hire(`auto-decline ${era}`));
      expect(first.text).toContain('The client declined at once');
      const second = await client.call('hire_agent', hire(`auto-decline ${era}`));
      expect(at(second.data, 'operation.outcome')).toBe('confirmation_required');
    });
  });

  it('prepares and confirms by token where the host cannot ask', async () => {
    await withClient(era, {}, async (client) => {
      const before = await balance(client);
      const prepared = await client.call('hire_agent', hire(`token ${era}`));
      expect(prepared.isError, prepared.text).toBe(false);
      expect(at(prepared.data, 'operation.outcome')).toBe('confirmation_required');
      expect(await balance(client)).toBe(before);
      const token = at(prepared.data, 'operation.confirmation_token');

      const wrong = await client.call('hire_agent', {
        ...hire(`token ${era}`),
        max_price: '3.00',
        confirmation_token: token,
      });
      expect(wrong.text).toContain('CONFIRMATION_MISMATCH');
      expect(wrong.text.endsWith('Nothing was changed.')).toBe(true);

      const done = await client.call('hire_agent', { ...hire(`token ${era}`), confirmation_token: token });
      expect(done.isError, done.text).toBe(false);
      expect(at(done.data, 'operation.confirmed_by')).toContain('token only');
      const again = await client.call('hire_agent', { ...hire(`token ${era}`), confirmation_token: token });
      expect(at(again.data, 'operation.replayed')).toBe(true);
      expect(at(again.data, 'hiring_id')).toBe(at(done.data, 'hiring_id'));
      const operation = await client.call('get_operation', { id: at(done.data, 'operation.id') });
      expect(operation.data.state).toBe('done');
    });
  });

  it('with --confirm ask refuses where the host cannot ask, and names the command', async () => {
    await withClient(era, { args: ['--confirm', 'ask'] }, async (client) => {
      const answer = await client.call('hire_agent', hire(`ask ${era}`));
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(/hirewire approve [0-9a-f]{10}/);
      expect(answer.text.endsWith('Nothing was changed.')).toBe(true);
    });
  });

  it('with limits refuses what exceeds them, and names the setting', async () => {
    await withClient(era, { args: ['--confirm', 'never', '--max-per-call', '1 USD'] }, async (client) => {
      const answer = await client.call('hire_agent', hire(`limit ${era}`));
      expect(answer.text).toContain('--max-per-call');
      expect(answer.text.endsWith('Nothing was changed.')).toBe(true);
    });
  });

  it('with --read-only offers no tool that changes anything', async () => {
    await withClient(era, { args: ['--read-only', '--tools', 'hire_agent,list_agents'] }, async (client) => {
      expect((await client.listTools()).map((tool) => tool.name)).toEqual(['list_agents']);
      const answer = await client.call('hire_agent', hire('x'));
      expect(answer.text).toContain('--read-only');
    });
  });

  it('refuses a finished twin unless a new key says that a second one is meant', async () => {
    await withClient(era, { args: ['--confirm', 'never'] }, async (client) => {
      const first = await client.call('hire_agent', hire(`twin ${era}`));
      const second = await client.call('hire_agent', hire(`twin ${era}`));
      expect(second.text).toContain('POSSIBLE_DUPLICATE');
      expect(second.text).toContain(String(first.data.hiring_id));
      const third = await client.call('hire_agent', {
        ...hire(`twin ${era}`),
        idempotency_key: `second-${Date.now()}`,
      });
      expect(third.data.hiring_id).not.toBe(first.data.hiring_id);
      const recent = await client.readResource('operations://recent');
      expect(recent).not.toContain('twin ');
      expect(recent).toContain('"hire_agent"');
    });
  });
});
