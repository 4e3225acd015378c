import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
  SSEClientTransport as ModernSse,
} from '@modelcontextprotocol/client';
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as ClassicSse } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as ClassicHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordOf, type Served, serveBackend } from './server.js';

/** The official SDK's clients, both lines, over both transports, against both surfaces. */

interface Connected {
  readonly server: { readonly name?: string | undefined } | undefined;
  tools(): Promise<string[]>;
  call(name: string, args: Record<string, unknown>): Promise<{ isError: boolean; text: string }>;
  read(uri: string): Promise<unknown>;
  subscribe(uri: string): Promise<unknown>;
  /** The resources that were said to have changed so far. */
  readonly updates: string[];
  readonly errors: string[];
  close(): Promise<void>;
}

type Connect = (url: URL, headers: Record<string, string>) => Promise<Connected>;

const textOf = (content: unknown): string => String(recordOf(Array.isArray(content) ? content[0] : undefined).text);

function connectClassic(transport: (url: URL, headers: Record<string, string>) => ClassicSse | ClassicHttp): Connect {
  return async (url, headers) => {
    const client = new ClassicClient({ name: 'test-1.x', version: '1.0.0' });
    const updates: string[] = [];
    const errors: string[] = [];
    client.onerror = (error) => errors.push(error.message);
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      updates.push(params.uri);
    });
    const wire = transport(url, headers);
    await client.connect(wire);
    return {
      server: client.getServerVersion(),
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args) => {
        const { isError, content } = await client.callTool({ name, arguments: args });
        return { isError: isError === true, text: textOf(content) };
      },
      read: async (uri) => JSON.parse(textOf((await client.readResource({ uri })).contents)),
      subscribe: (uri) => client.subscribeResource({ uri }),
      updates,
      errors,
      close: async () => {
        if (wire instanceof ClassicHttp) await wire.terminateSession();
        await client.close();
      },
    };
  };
}

function connectModern(
  transport: (url: URL, headers: Record<string, string>) => ModernSse | ModernHttp,
  options: { versionNegotiation?: { mode: 'auto' } } = {},
): Connect {
  return async (url, headers) => {
    const client = new ModernClient({ name: 'test-2.x', version: '1.0.0' }, options);
    const updates: string[] = [];
    const errors: string[] = [];
    client.onerror = (error) => errors.push(error.message);
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      updates.push(params.uri);
    });
    const wire = transport(url, headers);
    await client.connect(wire);
    return {
      server: client.getServerVersion(),
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args) => {
        const { isError, content } = await client.callTool({ name, arguments: args });
        return { isError: isError === true, text: textOf(content) };
      },
      read: async (uri) => JSON.parse(textOf((await client.readResource({ uri })).contents)),
      subscribe: (uri) => client.subscribeResource({ uri }),
      updates,
      errors,
      close: async () => {
        if (wire instanceof ModernHttp) await wire.terminateSession();
        await client.close();
      },
    };
  };
}

const CLIENTS: Record<string, { path: string; connect: Connect }> = {
  '1.x client over SSE': {
    path: '/sse',
    connect: connectClassic((url, headers) => new ClassicSse(url, { requestInit: { headers } })),
  },
  '1.x client over Streamable HTTP': {
    path: '',
    connect: connectClassic((url, headers) => new ClassicHttp(url, { requestInit: { headers } })),
  },
  '2.x client over SSE': {
    path: '/sse',
    connect: connectModern((url, headers) => new ModernSse(url, { requestInit: { headers } })),
  },
  '2.x client over Streamable HTTP': {
    path: '',
    connect: connectModern((url, headers) => new ModernHttp(url, { requestInit: { headers } })),
  },
  '2.x client that looks for the newest protocol first': {
    path: '',
    connect: connectModern((url, headers) => new ModernHttp(url, { requestInit: { headers } }), {
      versionNegotiation: { mode: 'auto' },
    }),
  },
};

let served: Served;
beforeAll(async () => {
  served = await serveBackend();
});
afterAll(() => served.close());

describe.each(Object.entries(CLIENTS))('a %s', (_, { path, connect }) => {
  it('works as an agent: answers the probe, is told of work, reads it and delivers', async () => {
    const agent = await served.register();
    const client = await connect(new URL(`${served.origin}/mcp${path}`), { 'x-api-key': agent.key });
    expect(client.server?.name).toBe('agrenting-mcp');
    expect(await client.tools()).toContain('submit_hiring_result');
    await client.subscribe('hiring://pending');
    const id = await served.hire(agent.did, 'Translate this.');
    await expect.poll(() => client.updates).toEqual(['hiring://pending']);
    expect(await client.read('hiring://pending')).toMatchObject([{ id, task_description: 'Translate this.' }]);
    const done = await client.call('submit_hiring_result', { hiring_id: id, output: 'Traduit.' });
    expect(done).toEqual({ isError: false, text: `Hiring ${id} marked as completed.` });
    const again = await client.call('submit_hiring_result', { hiring_id: id, output: 'Encore.' });
    expect(again).toEqual({ isError: true, text: 'Hiring cannot be completed (wrong status).' });
    await expect(client.read(`hiring://${agent.id}`)).rejects.toThrow('Hiring not found');
    expect(await served.asHirer('GET', `/hirings/${id}`)).toMatchObject({ task_output: { result: 'Traduit.' } });
    expect(client.errors).toEqual([]);
    await client.close();
  });

  it('works as a hirer: hires, is told what follows, and pays once', async () => {
    const client = await connect(new URL(`${served.origin}/mcp/hirer${path}`), {
      authorization: `Bearer ${served.hirer}`,
    });
    expect(await client.tools()).toHaveLength(14);
    const before = JSON.parse((await client.call('check_balance', {})).text);
    const hired = await client.call('hire_agent', {
      agent_did: 'did:agrenting:swift',
      task_description: 'Summarise the report.',
      capability: 'summarize',
      max_price: '2.00',
      wait_seconds: 20,
    });
    const result = recordOf(JSON.parse(hired.text));
    expect(result).toMatchObject({ status: 'completed', final: true, price: '2.00' });
    await expect.poll(() => client.updates).toContain(`hiring://${String(result.hiring_id)}/status`);
    expect(client.updates).toContain('hirings://active');
    const after = JSON.parse((await client.call('check_balance', {})).text);
    expect(Number(recordOf(before).available) - Number(recordOf(after).available)).toBeCloseTo(2, 8);
    const refused = await client.call('cancel_hiring', { hiring_id: String(result.hiring_id) });
    expect(refused.isError).toBe(true);
    expect(client.errors).toEqual([]);
    await client.close();
  });
});

describe('the end of a client over a socket', () => {
  it('ends its session', async () => {
    const agent = await served.register();
    const { sessions } = served.backend.env;
    const connect = CLIENTS['1.x client over SSE']?.connect;
    const client = await connect?.(new URL(`${served.origin}/mcp/sse`), { 'x-api-key': agent.key });
    expect(sessions.of('agent', agent.id)).toHaveLength(1);
    await client?.close();
    await expect.poll(() => sessions.of('agent', agent.id)).toEqual([]);
  });

  it('a stream that is asked for under a foreign name is refused, like everything else', async () => {
    const headers = { 'x-api-key': served.agent, origin: 'https://attacker.example' };
    expect((await fetch(`${served.origin}/mcp/sse`, { headers })).status).toBe(403);
  });
});
