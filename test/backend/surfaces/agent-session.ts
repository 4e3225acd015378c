import { openSandbox, type Sandbox } from '../agrenting/helpers.js';
import { at } from '../support.js';
import { type ConnectOptions, connect, type StreamClient } from './support.js';

/** A session of an agent, and what is done in it. */

export async function openSurface(
  headers?: (key: string) => Record<string, string>,
  extra: Partial<ConnectOptions> = {},
) {
  const sandbox = await openSandbox();
  const agent = await sandbox.register();
  const client = await connect((request) => sandbox.backend.fetch(request), {
    headers: headers?.(agent.key) ?? { 'x-api-key': agent.key },
    ...extra,
  });
  return { sandbox, agent, client };
}

/** Hires the agent while its client answers the probe. */
export async function hireAndAnswer(sandbox: Sandbox, did: string, client: StreamClient, extra = {}): Promise<string> {
  const id = await sandbox.hire(did, extra);
  await sandbox.backend.advance(100);
  await client.pong();
  return id;
}

export const call = (client: StreamClient, name: string, args: Record<string, unknown>) =>
  client.request('tools/call', { name, arguments: args });
export const errorCode = (answer: unknown) => at(answer, 'error', 'code');
export const NOBODY = '00000000-0000-4000-8000-000000000000';
