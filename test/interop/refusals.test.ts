import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournalFile } from '../spending/support/bridge.js';
import { type Folder, type RunningBackend, startBackend, temporaryFolder } from '../stdio/program.js';
import { at, type Person, startClient, type TestClient, type ToolAnswer } from './clients.js';

/** Each refusal of the spending gate, over real stdio: in a host that can ask a person, and in one that cannot. */

const REASON = 'The pictures show another building than the one that the task describes.';

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

interface Scene {
  readonly client: TestClient;
  readonly folder: string;
  /** From now on the person answers so; a person takes a moment. */
  answers(action: 'accept' | 'decline' | 'cancel', afterMs?: number): void;
}
interface Refusal {
  readonly code: string;
  readonly settings?: readonly string[];
  /** The hosts in which it can happen; both, when it is not stated. */
  readonly only?: Host;
  /** Before the bridge starts. */
  readonly start?: (folder: string) => void;
  /** Prepares the call that is refused. */
  readonly provoke: (scene: Scene) => Promise<() => Promise<ToolAnswer>>;
}
type Host = 'a host that can ask' | 'a host that cannot ask';
const HOSTS: readonly Host[] = ['a host that can ask', 'a host that cannot ask'];

const hire = (more: Readonly<Record<string, unknown>> = {}) => ({
  agent_did: 'did:agrenting:swift',
  task_description: `Work ${randomUUID()}`,
  capability: 'summarize',
  max_price: '2.00',
  ...more,
});
async function tokenFor(client: TestClient, tool: string, params: Readonly<Record<string, unknown>>): Promise<string> {
  const { data, text } = await client.call('request_confirmation', { tool, params });
  expect(data.confirmationToken, text).toMatch(/^ctk_/);
  return String(data.confirmationToken);
}
const withToken = (client: TestClient, args: Readonly<Record<string, unknown>>, confirmation_token: string) =>
  client.call('hire_agent', { ...args, confirmation_token });

/** A task whose human has submitted; the weak proof of Rita is followed by a better one when it is rejected. */
async function submitted(): Promise<{ taskId: string; exchange: () => Promise<void> }> {
  const own = temporaryFolder();
  const other = await startClient('1.x client', { folder: own.path, env: backend.env, args: ['--confirm', 'never'] });
  const deadline = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();
  const task = { title: `Task ${randomUUID()}`, description: 'Five pictures.', category: 'photography', budget: 20 };
  const { data } = await other.call('create_task', { ...task, deadline, urgency: 'low' });
  const taskId = String(data.id);
  await backend.advance(60_000);
  await other.call('select_applicant', { taskId, humanId: 'user_rita' });
  await backend.advance(600_000);
  return {
    taskId,
    exchange: async () => {
      const { text, isError } = await other.call('reject_submission', { taskId, reason: REASON });
      expect(isError, text).toBe(false);
      await backend.advance(600_000);
      await other.close();
      own.remove();
    },
  };
}

const REFUSALS: readonly Refusal[] = [
  {
    code: 'CONFIRMATION_MALFORMED',
    provoke:
      async ({ client }) =>
      () =>
        withToken(client, hire(), 'ctk_nobody-has-issued-this'),
  },
  {
    code: 'CONFIRMATION_MISMATCH',
    provoke: async ({ client }) => {
      const args = hire();
      const token = await tokenFor(client, 'hire_agent', args);
      return () => withToken(client, { ...args, max_price: '2.01' }, token);
    },
  },
  {
    code: 'CONFIRMATION_VOID',
    provoke: async ({ client }) => {
      const args = hire();
      const token = await tokenFor(client, 'hire_agent', args);
      for (let misuse = 0; misuse < 5; misuse += 1) await withToken(client, hire(), token);
      return () => withToken(client, args, token);
    },
  },
  {
    code: 'CONFIRMATION_EXPIRED',
    provoke: async ({ client, folder: own }) => {
      const args = hire();
      const token = await tokenFor(client, 'hire_agent', args);
      // Five minutes later, as the file that the bridge reads would have it.
      const journal = openJournalFile(join(own, 'operations.db'));
      await journal.db
        .updateTable('confirmations')
        .set({ expires_at: BigInt(Date.now() - 1) })
        .execute();
      await journal.close();
      return () => withToken(client, args, token);
    },
  },
  {
    code: 'CONFIRMATION_USED',
    provoke: async ({ client }) => {
      const args = hire();
      const token = await tokenFor(client, 'hire_agent', args);
      const done = await withToken(client, args, token);
      expect(at(done.data, 'operation.outcome'), done.text).toBe('done');
      return () => withToken(client, { ...args, idempotency_key: randomUUID() }, token);
    },
  },
  {
    code: 'RESOURCE_CHANGED',
    provoke: async ({ client }) => {
      const { taskId, exchange } = await submitted();
      const confirmationToken = await tokenFor(client, 'approve_submission', { taskId });
      await exchange();
      return () => client.call('approve_submission', { taskId, confirmationToken });
    },
  },
  {
    code: 'DECLINED',
    only: 'a host that can ask',
    provoke: async ({ client, answers }) => {
      answers('decline', 300);
      return () => client.call('hire_agent', hire());
    },
  },
  {
    code: 'DECLINED_AT_ONCE',
    only: 'a host that can ask',
    provoke: async ({ client, answers }) => {
      answers('decline');
      return () => client.call('hire_agent', hire());
    },
  },
  {
    code: 'NOT_ANSWERED',
    only: 'a host that can ask',
    provoke: async ({ client, answers }) => {
      answers('cancel', 300);
      return () => client.call('hire_agent', hire());
    },
  },
  {
    code: 'CONFIRMATION_REQUIRED',
    only: 'a host that cannot ask',
    settings: ['--confirm', 'ask'],
    provoke:
      async ({ client }) =>
      () =>
        client.call('hire_agent', hire()),
  },
  {
    code: 'LIMIT_EXCEEDED',
    settings: ['--max-per-call', '1.99 USD'],
    provoke:
      async ({ client }) =>
      () =>
        client.call('hire_agent', hire()),
  },
  {
    code: 'LIMIT_EXCEEDED',
    settings: ['--max-per-day', '3 USD', '--confirm', 'never'],
    provoke: async ({ client }) => {
      expect((await client.call('hire_agent', hire())).isError).toBe(false);
      return () => client.call('hire_agent', hire());
    },
  },
  {
    code: 'PAYEE_NOT_ALLOWED',
    settings: ['--allow-payee', 'did:agrenting:steady'],
    provoke:
      async ({ client }) =>
      () =>
        client.call('hire_agent', hire()),
  },
  {
    code: 'KEY_MISMATCH',
    settings: ['--confirm', 'never'],
    provoke: async ({ client }) => {
      const idempotency_key = randomUUID();
      await client.call('hire_agent', hire({ idempotency_key }));
      return () => client.call('hire_agent', hire({ idempotency_key }));
    },
  },
  {
    code: 'KEY_REFUSED',
    settings: ['--confirm', 'never'],
    provoke: async ({ client }) => {
      const args = hire({ agent_did: 'did:agrenting:busy', max_price: '12.00', idempotency_key: randomUUID() });
      expect((await client.call('hire_agent', args)).text).toContain('CONFLICT');
      return () => client.call('hire_agent', args);
    },
  },
  {
    code: 'POSSIBLE_DUPLICATE',
    settings: ['--confirm', 'never'],
    provoke: async ({ client }) => {
      const args = hire();
      await client.call('hire_agent', args);
      return () => client.call('hire_agent', args);
    },
  },
  {
    code: 'TOO_MANY_WAITING',
    settings: ['--confirm', 'token'],
    provoke: async ({ client }) => {
      for (let waiting = 0; waiting < 100; waiting += 1) await client.call('hire_agent', hire());
      return () => client.call('hire_agent', hire());
    },
  },
  {
    code: 'JOURNAL_UNAVAILABLE',
    start: (own) => writeFileSync(join(own, 'operations.db'), 'This is not a database.'.repeat(100)),
    provoke:
      async ({ client }) =>
      () =>
        client.call('hire_agent', hire()),
  },
  {
    code: 'TOOL_NOT_ENABLED',
    settings: ['--read-only'],
    provoke:
      async ({ client }) =>
      () =>
        client.call('hire_agent', hire()),
  },
];

describe.each(HOSTS)('in %s', (host) => {
  const seen = new Set<string>();

  it.each(
    REFUSALS.filter(({ only }) => only === undefined || only === host).map(
      (refusal) => [`${refusal.code} ${refusal.settings?.join(' ') ?? ''}`, refusal] as const,
    ),
  )('%s moves nothing and says what to do', async (_, { code, settings = [], start, provoke }) => {
    const own = temporaryFolder();
    start?.(own.path);
    let reply: Person = () => 'accept';
    const client = await startClient('2.x client, 2026-07-28', {
      folder: own.path,
      env: backend.env,
      args: settings,
      ...(host === 'a host that can ask' ? { person: (question) => reply(question) } : {}),
    });
    const answers: Scene['answers'] = (action, afterMs = 0) => {
      reply = () => new Promise((resolve) => setTimeout(resolve, afterMs, action));
    };
    const balances = async () => [
      at((await client.call('check_balance')).data, 'available'),
      at((await client.call('get_wallet')).data, 'balance'),
    ];
    try {
      const act = await provoke({ client, folder: own.path, answers });
      const before = await balances();
      const provoked = await act();
      expect(provoked.isError, provoked.text).toBe(true);
      expect(provoked.text).toContain(code);
      expect(provoked.text).toMatch(/Nothing was changed\.$/);
      expect(await balances()).toEqual(before);
      seen.add(code);
    } finally {
      await client.close();
      own.remove();
    }
  });

  it('every one of them was seen', () => {
    console.log(`figure: host="${host}" refusals=${seen.size}`);
    expect(seen.size).toBe(host === 'a host that can ask' ? 17 : 15);
  });
});
