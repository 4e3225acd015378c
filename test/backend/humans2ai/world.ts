import { audit } from '../../../src/backend/domain/ledger.js';
import type { BackendOptions } from '../../../src/backend/index.js';
import { seedHumans2ai } from '../../../src/backend/seed/humans2ai.js';
import { type Answer, at, type CallOptions, openBackend, type TestBackend } from '../support.js';

/** A Humans2AI with its demo accounts, and the steps that bring a task into any state. */

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const HUMAN = 'user_you_as_human';
export const AGENT = 'user_your_assistant';
export const REASON = 'The pictures show another street than the one that was asked for in the task.';

export type Role = 'agent' | 'human' | 'admin';

export interface World extends TestBackend {
  readonly keys: Readonly<Record<Role, string>>;
  rest(as: Role, method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** A tool of the envelope; financial ones get a new Idempotency-Key unless one is given. */
  tool(name: string, input?: unknown, options?: CallOptions): Promise<Answer>;
  createTask(facts?: object): Promise<string>;
  apply(taskId: string, key?: string): Promise<Answer>;
  assigned(facts?: object): Promise<string>;
  submitted(facts?: object): Promise<string>;
  rejected(facts?: object): Promise<string>;
  disputed(facts?: object): Promise<string>;
  statusOf(taskId: string): Promise<unknown>;
  balanceOf(role: Role): Promise<{ balance: unknown; frozen: unknown }>;
  /** An account of its own: its session credential and its read-only key. */
  register(
    role: 'agent' | 'human',
    email: string,
  ): Promise<{ id: string; idToken: string; key: string; keyId: string }>;
  /** Whether the ledger holds: every currency sums to zero and escrow accounts hold what is held. */
  ledgerHolds(): Promise<boolean>;
}

let keys = 0;

export async function openWorld(options: BackendOptions = {}): Promise<World> {
  const opened = await openBackend(options);
  const { backend, call } = opened;
  await backend.env.db.transaction().execute((tx) => seedHumans2ai(backend.env, tx));
  const credentials = backend.credentials.humans2ai;

  const rest: World['rest'] = (as, method, path, body, more) =>
    call(method, `/api/v1${path}`, { key: credentials[as], body, ...more });
  const done = (answer: Answer): Answer => {
    if (answer.status >= 400) throw new Error(answer.text);
    return answer;
  };
  const world: World = {
    ...opened,
    keys: credentials,
    rest,
    tool: (name, input, { headers, ...more } = {}) =>
      call('POST', '/api/v1/mcp', {
        key: credentials.agent,
        body: { tool: name, input },
        headers: { 'idempotency-key': `test-${keys++}`, ...headers },
        ...more,
      }),
    createTask: async (facts) =>
      String(at(done(await rest('agent', 'POST', '/tasks', { ...shanghai, ...facts })).body, 'id')),
    apply: (taskId, key = credentials.human) =>
      rest('human', 'POST', `/tasks/${taskId}/apply`, { message: 'I can start tomorrow.' }, { key }),
    async assigned(facts) {
      const id = await world.createTask(facts);
      done(await world.apply(id));
      done(await rest('agent', 'POST', `/tasks/${id}/select`, { humanId: HUMAN }));
      return id;
    },
    async submitted(facts) {
      const id = await world.assigned(facts);
      done(await rest('human', 'POST', `/tasks/${id}/submit`, { content: 'Thirty photos.' }));
      return id;
    },
    async rejected(facts) {
      const id = await world.submitted(facts);
      done(await rest('agent', 'POST', `/tasks/${id}/reject`, { reason: REASON }));
      return id;
    },
    async disputed(facts) {
      const id = await world.rejected(facts);
      done(await rest('human', 'POST', `/tasks/${id}/dispute`, { reason: 'I was there.' }));
      return id;
    },
    statusOf: async (taskId) => at((await rest('admin', 'GET', `/tasks/${taskId}`)).body, 'status'),
    async balanceOf(role) {
      const { body } = done(await rest(role, 'GET', '/wallet'));
      return { balance: at(body, 'balance'), frozen: at(body, 'frozenBalance') };
    },
    async register(role, email) {
      const account = { email, password: 'correct horse 1', role };
      const { body } = done(await call('POST', '/api/v1/public/auth/register', { body: account }));
      const text = (...path: string[]) => String(at(body, ...path));
      return {
        id: text('user', 'id'),
        idToken: text('idToken'),
        key: text('apiKey', 'key'),
        keyId: text('apiKey', 'id'),
      };
    },
    async ledgerHolds() {
      const { sums, escrowGap, negative } = await audit(backend.env.db);
      return Object.values(sums).every((sum) => sum === 0n) && escrowGap === 0n && negative === 0n;
    },
  };
  return world;
}

/** The worked example of the documents (contract notes, source S1). */
export const shanghai = {
  title: 'Photograph 3 coffee shops in Shanghai',
  description:
    "Visit 3 popular coffee shops in Jing'an District, Shanghai. Take 5 exterior + 5 interior photos of each. Deliver as a ZIP file.",
  category: 'photography',
  budget: 150,
  deadline: '2026-03-05T18:00:00+08:00',
  location: 'Shanghai, China',
  remote: false,
  urgency: 'medium',
  skillsRequired: ['photography', 'local_knowledge'],
} as const;
