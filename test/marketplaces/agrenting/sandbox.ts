import { expect } from 'vitest';
import { seededRandom } from '../../../src/backend/clock.js';
import { type Backend, createBackend } from '../../../src/backend/index.js';
import type { Fetch } from '../../../src/http/client.js';
import { envelope } from '../../../src/marketplaces/agrenting/envelope.js';
import { agrentingTools } from '../../../src/marketplaces/agrenting/index.js';
import type { Tool, ToolContext } from '../../../src/marketplaces/define.js';
import { contextFor, money, run, type TestContext } from '../context.js';

/** Both sides of Agrenting over one backend: the demo hirer, and the user's own agent, which nothing simulates. */
export interface Sandbox {
  readonly backend: Backend;
  readonly hirer: TestContext;
  readonly agent: TestContext;
  readonly agentDid: string;
  /** Every request so far: method and path. */
  readonly requests: string[];
}

const START = Date.parse('2026-11-02T09:00:00.000Z');

export async function openSandbox(): Promise<Sandbox> {
  const backend = await createBackend({ clock: { now: () => START }, random: seededRandom('agrenting tools') });
  const requests: string[] = [];
  const fetch: Fetch = (request) => {
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    return backend.fetch(request);
  };
  const { hirer, agent, agent_did } = backend.credentials.agrenting;
  return {
    backend,
    requests,
    hirer: contextFor(backend, { envelope, headers: { authorization: `Bearer ${hirer}` }, fetch }),
    agent: contextFor(backend, { envelope, headers: { 'x-api-key': agent }, fetch }),
    agentDid: agent_did,
  };
}

/** A context whose marketplace answers with what the test says. */
export function answering(backend: Backend, answer: (request: Request) => Response): TestContext {
  return contextFor(backend, { envelope, fetch: async (request) => answer(request) });
}

export const json = (data: unknown): Response => Response.json({ data });

export function toolNamed(name: string): Tool {
  const tool = agrentingTools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`there is no tool ${name}`);
  return tool;
}

/** Calls a tool that moves no money; its result must be what its output schema says, exactly. */
export async function call(name: string, args: unknown, context: ToolContext): Promise<Record<string, unknown>> {
  const tool = toolNamed(name);
  return checked(tool, await run(tool, args, context));
}

let keys = 0;

/** Sends a money tool's call under a key of its own, past the spending gate. */
export async function send(name: string, args: unknown, context: ToolContext): Promise<Record<string, unknown>> {
  keys += 1;
  const tool = toolNamed(name);
  return checked(tool, await money(tool, args).send(context, `key-of-test-${keys}`));
}

/** The result, after it was found to be exactly what the output schema states. */
export function checked(tool: Tool, result: Record<string, unknown>): Record<string, unknown> {
  const operation = { id: 'key', outcome: 'done', replayed: false };
  const whole = tool.money ? { ...result, operation } : result;
  expect(tool.output.parse(whole)).toStrictEqual(whole);
  expect(Object.values(result)).not.toContain(null);
  return result;
}

/** Hires the user's own agent, which has just been seen, and lets it begin. */
export async function hireOwnAgent({ backend, hirer, agent, agentDid }: Sandbox, args: object = {}): Promise<string> {
  await call('list_pending_hirings', {}, agent);
  const task = { agent_did: agentDid, task_description: 'Say hello.', capability: 'anything', max_price: '25.00' };
  const { hiring_id } = await send('hire_agent', { ...task, ...args }, hirer);
  await backend.advance(1_000);
  return String(hiring_id);
}
