import { HirewireError } from '../../../src/errors.js';
import { createHttp } from '../../../src/http/client.js';
import { ApiClient } from '../../../src/marketplaces/api-client.js';
import type { OperationView, Tool, ToolContext } from '../../../src/marketplaces/define.js';
import type { Envelope } from '../../../src/marketplaces/envelope.js';
import type { FailPoint } from '../../../src/spending/failpoints.js';
import { type AccountFacts, type GateAnswer, type HostConsent, SpendingGate } from '../../../src/spending/gate.js';
import { Journal, type Operation } from '../../../src/spending/journal.js';
import { openPolicy, type SpendingPolicy } from '../../../src/spending/policy.js';
import { Resumer } from '../../../src/spending/resume.js';
import { type JournalTables, journalMigrations } from '../../../src/spending/schema.js';
import { operationView } from '../../../src/spending/view.js';
import { type OpenedDatabase, openSqlite } from '../../../src/sqlite.js';
import type { Wire } from './faults.js';

/** What a kill does to a bridge inside a test: everything that it would still do fails. */
export class Crash extends Error {
  override name = 'Crash';
}

export type JournalFile = OpenedDatabase<JournalTables>;
export const openJournalFile = (file = ':memory:'): JournalFile => openSqlite<JournalTables>(file, journalMigrations);

export interface BridgeOptions {
  readonly journal: JournalFile;
  readonly now: () => number;
  readonly fetch: Wire;
  readonly envelope: Envelope | ((tool: Tool) => Envelope);
  readonly tools: readonly Tool[];
  readonly policy?: Partial<SpendingPolicy>;
  readonly account?: Partial<AccountFacts>;
  /** The bearer credential of its requests. */
  readonly bearer?: string | ((tool: Tool) => string);
  readonly readOnly?: boolean;
  /** What waiting does; by default nothing. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** A bridge without its stdio: gate, journal and resumer as they are in the product, and a way to kill it. */
export interface TestBridge {
  readonly gate: SpendingGate;
  readonly journal: Journal;
  readonly resumer: Resumer;
  readonly dead: boolean;
  /** From now on nothing that it does has an effect. */
  kill(): void;
  /** It dies when it passes this point. */
  killAt(point: FailPoint): void;
  call(tool: Tool, args: unknown, host?: HostConsent, signal?: AbortSignal): Promise<GateAnswer>;
  /** get_operation. */
  operation(key: string): Promise<OperationView | undefined>;
  /** What a start of the program does with what an earlier one left open. */
  resume(): Promise<void>;
  context(tool: Tool, signal?: AbortSignal): ToolContext;
  account: AccountFacts;
}

const neverMind = async (): Promise<void> => undefined;

export function openBridge(options: BridgeOptions): TestBridge {
  const { now, tools, journal: file } = options;
  let dead = false;
  let fatal: FailPoint | undefined;
  const alive = (): void => {
    if (dead) throw new Crash('this bridge is dead');
  };
  const journal = Journal.over(
    {
      get db() {
        alive();
        return file.db;
      },
      close: neverMind,
      backup: () => undefined,
    },
    now,
  );
  const pass = (point: FailPoint): void => {
    alive();
    if (point !== fatal) return;
    dead = true;
    throw new Crash(point);
  };
  const fetch: Wire = async (request) => {
    alive();
    const response = await options.fetch(request);
    alive();
    // "Ask again in a second" is a second of waiting; here it is none.
    if (response.headers.has('retry-after')) response.headers.set('retry-after', '0');
    return response;
  };
  const account: AccountFacts = {
    account: 'agrenting.hirer/default',
    origin: 'https://market.test/',
    credential: 'c0ffee',
    sandbox: false,
    ...options.account,
  };
  const gate = new SpendingGate(journal, { ...openPolicy, confirm: 'never', ...options.policy }, now, pass);
  const clients = new Map<string, ApiClient>();
  const clientFor = (tool: Tool): ApiClient => {
    const known = clients.get(tool.role);
    if (known) return known;
    const { bearer = 'user:test', envelope } = options;
    const secret = typeof bearer === 'string' ? bearer : bearer(tool);
    const headers = async (): Promise<Record<string, string>> => ({ authorization: `Bearer ${secret}` });
    const http = createHttp({ fetch, baseUrl: new URL('http://market.test'), headers, random: () => 0 });
    const client = new ApiClient(http, typeof envelope === 'function' ? envelope(tool) : envelope);
    clients.set(tool.role, client);
    return client;
  };
  const context = (tool: Tool, signal = new AbortController().signal): ToolContext => ({
    api: clientFor(tool),
    signal,
    now,
    progress: neverMind,
    sleep: options.sleep ?? neverMind,
    keep: async () => ({ place: 'memory', account: 'default', says: 'in use' }),
    spending: {
      prepare: async () => {
        throw new Error('not part of this test');
      },
      preview: async () => {
        throw new Error('not part of this test');
      },
      operation: async () => undefined,
    },
  });
  const resumer = new Resumer(journal, gate.executor, async (operation) => {
    const tool = tools.find(({ name }) => name === operation.tool);
    if (!tool?.money || operation.args === null || operation.credential !== account.credential) return undefined;
    const call = tool.money(JSON.parse(operation.args));
    return { call, context: context(tool), maySend: !options.readOnly };
  });
  return {
    gate,
    journal,
    resumer,
    account,
    context,
    get dead() {
      return dead;
    },
    kill: () => {
      dead = true;
      resumer.stop();
    },
    killAt: (point) => {
      fatal = point;
    },
    call: async (tool, args, host = { canAsk: false }, signal) => {
      alive();
      const answer = await gate.run({ tool, call: moneyOf(tool, args), account, context: context(tool, signal), host });
      alive();
      return answer;
    },
    operation: async (key) => {
      const operation = await resumer.settle(key);
      return operation && operationView(operation);
    },
    resume: async () => {
      for (const { key } of await journal.unsettled()) await resumer.settle(key);
    },
  };
}

export function moneyOf(tool: Tool, args: unknown) {
  if (!tool.money) throw new Error(`${tool.name} moves no money`);
  return tool.money(args);
}

/** The operation part of an answer. */
export function operationOf(answer: GateAnswer): Record<string, unknown> {
  if (answer.kind !== 'result') throw new Error('a question is no result');
  const { operation } = answer.result;
  return typeof operation === 'object' && operation !== null ? { ...operation } : {};
}

/** The token that a first call hands out. */
export function tokenOf(answer: GateAnswer): string {
  const token = operationOf(answer).confirmation_token;
  if (typeof token !== 'string') throw new Error('there is no token in this answer');
  return token;
}

/** The facts of the refusal that an action must end in. */
export async function refusalOf(action: () => Promise<unknown>): Promise<HirewireError['facts']> {
  try {
    await action();
  } catch (error) {
    if (error instanceof HirewireError) return error.facts;
    throw error;
  }
  throw new Error('expected a refusal, and there was none');
}

/** Every operation of a journal, oldest first. */
export const allOperations = (file: JournalFile): Promise<Operation[]> =>
  file.db.selectFrom('operations').selectAll().orderBy('created_at').execute();
