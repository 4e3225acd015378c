import { expect } from 'vitest';
import { HIRE, openSandbox, type Sandbox } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { connect, isError, type StreamClient, toolJson, toolText } from './support.js';

/** A session of a hirer, and what is done in it. */

export async function openSurface(options: { scopes?: readonly string[]; cap?: bigint } = {}) {
  const sandbox = await openSandbox();
  const key = await sandbox.key(options);
  const reconnect = () =>
    connect((request) => sandbox.backend.fetch(request), {
      surface: '/mcp/hirer',
      headers: { authorization: `Bearer ${key}` },
    });
  return { sandbox, key, client: await reconnect(), reconnect };
}

export const call = (client: StreamClient, name: string, args: Record<string, unknown> = {}) =>
  client.request('tools/call', { name, arguments: args });

export const HIRE_ARGS = {
  agent_did: 'did:agrenting:steady',
  task_description: HIRE.task_description,
  capability: 'summarize',
  max_price: '25.00',
};

export const hireNow = async (client: StreamClient, extra: Record<string, unknown> = {}): Promise<string> => {
  const answer = await call(client, 'hire_agent', { ...HIRE_ARGS, ...extra });
  if (isError(answer) !== false) throw new Error(toolText(answer));
  return String(at(toolJson(answer), 'hiring_id'));
};

/** Until a call of the client waits for news. */
export const underWay = (sandbox: Sandbox) => expect.poll(() => sandbox.backend.env.watchers.size).toBeGreaterThan(0);

export const NOBODY = '00000000-0000-4000-8000-000000000000';
