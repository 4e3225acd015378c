import { seededRandom } from '../../../src/backend/clock.js';
import { type Backend, type BackendOptions, createBackend } from '../../../src/backend/index.js';
import type { Fetch } from '../../../src/http/client.js';
import type { Preview, Tool } from '../../../src/marketplaces/define.js';
import { api } from '../../../src/marketplaces/humans2ai/api.js';
import { envelope } from '../../../src/marketplaces/humans2ai/envelope.js';
import { humans2aiTools } from '../../../src/marketplaces/humans2ai/index.js';
import { contextFor, money, run, type TestContext } from '../context.js';

/** A backend, the agent whose tools are tested, and the human and the admin on the other side. */
export interface World {
  readonly backend: Backend;
  readonly agent: TestContext;
  /** Calls a tool that moves no money. */
  run(name: string, args?: unknown): Promise<Record<string, unknown>>;
  preview(name: string, args: unknown): Promise<Preview>;
  /** Sends a money tool's call, under a key of its own unless one is given. */
  send(name: string, args: unknown, key?: string): Promise<Record<string, unknown>>;
  find(name: string, args: unknown, since?: string): Promise<Record<string, unknown> | undefined>;
  /** The id of a new open task. */
  createTask(facts?: Record<string, unknown>): Promise<string>;
  apply(taskId: string, message?: string): Promise<string>;
  /** A task on which the human has handed in a proof. */
  submittedTask(facts?: Record<string, unknown>): Promise<{ taskId: string; humanId: string }>;
  submit(taskId: string, content?: string): Promise<void>;
  balance(): Promise<number>;
  /** The wall clock of the marketplace, as ISO text. */
  now(): string;
  /** The same agent with another wire in between. */
  through(fetch: Fetch): TestContext;
  contextOf(secret: string | undefined): TestContext;
  /** The arguments of the worked example in the marketplace's guide. */
  shanghai(facts?: Record<string, unknown>): Record<string, unknown>;
}

export function tool(name: string): Tool {
  const found = humans2aiTools.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`there is no tool ${name}`);
  return found;
}

/** When the worked example of the marketplace's guide begins. Time stands still unless a test moves it. */
const BEGINNING = Date.parse('2026-03-02T10:30:00Z');

export async function openWorld(options: BackendOptions = {}): Promise<World> {
  const fixed = { clock: { now: () => BEGINNING }, random: seededRandom('humans2ai tools') };
  const backend = await createBackend({ ...fixed, ...options });
  const { agent: agentKey, human: humanKey } = backend.credentials.humans2ai;
  const bearer = (secret: string | undefined): Record<string, string> =>
    secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  const contextOf = (secret: string | undefined) => contextFor(backend, { envelope, headers: bearer(secret) });
  const agent = contextOf(agentKey);
  const human = contextOf(humanKey);
  let keys = 0;

  const world: World = {
    backend,
    agent,
    contextOf,
    through: (fetch) => contextFor(backend, { envelope, headers: bearer(agentKey), fetch }),
    run: (name, args = {}) => run(tool(name), args, agent),
    preview: async (name, args) => await money(tool(name), args).preview(agent),
    send: async (name, args, key) => {
      keys += 1;
      return await money(tool(name), args).send(agent, key ?? `test-key-${keys}`);
    },
    find: async (name, args, since = '2000-01-01T00:00:00.000Z') => await money(tool(name), args).find?.(agent, since),
    now: () => new Date(backend.env.clock.now()).toISOString(),
    shanghai: (facts = {}) => ({
      title: 'Photograph 3 coffee shops in Shanghai',
      description:
        "Visit 3 popular coffee shops in Jing'an District, Shanghai. Take 5 exterior + 5 interior photos of each.",
      category: 'photography',
      budget: 150,
      deadline: new Date(backend.env.clock.now() + 3 * 86_400_000).toISOString(),
      urgency: 'medium',
      location: 'Shanghai, China',
      ...facts,
    }),
    createTask: async (facts) => String((await world.send('create_task', world.shanghai(facts))).id),
    apply: async (taskId, message = 'I can start tomorrow.') => {
      const { humanId } = await human.api.call(api.applyForTask, { params: { id: taskId }, body: { message } });
      return humanId;
    },
    submit: async (taskId, content = 'Thirty photos are in the archive.') => {
      await human.api.call(api.submitProof, { params: { id: taskId }, body: { content } });
    },
    submittedTask: async (facts) => {
      const taskId = await world.createTask(facts);
      const humanId = await world.apply(taskId);
      await world.send('select_applicant', { taskId, humanId });
      await world.submit(taskId);
      return { taskId, humanId };
    },
    balance: async () => Number((await world.run('get_wallet')).balance),
  };
  return world;
}
