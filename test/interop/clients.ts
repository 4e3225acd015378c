import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as ClassicTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as ClassicHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { lookAtOutput } from '../stdio/canaries.js';
import { BIN, cleanEnvironment } from '../stdio/program.js';

/** Real MCP clients over real stdio or HTTP: the 1.x SDK, and the 2.x SDK in both protocol eras. */

export const ERAS = ['1.x client', '2.x client, 2025 handshake', '2.x client, 2026-07-28'] as const;
export type Era = (typeof ERAS)[number];

/** What a scripted person answers when the client asks them. */
export type Person = (question: string) => 'accept' | 'decline' | 'cancel' | Promise<'accept' | 'decline' | 'cancel'>;

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  /** The parsed structured content; an empty object on errors. */
  readonly data: Record<string, unknown>;
}

export interface TestClient {
  readonly era: Era;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<ToolAnswer>;
  listTools(): Promise<{ name: string; [key: string]: unknown }[]>;
  readResource(uri: string): Promise<string>;
  /** The URIs of the resources, and the templates of others. */
  listResources(): Promise<string[]>;
  /** Whatever the era calls it. @returns ends it. */
  subscribe(uri: string): Promise<() => Promise<void>>;
  /** Resolves when so many updates of this resource have come in all. */
  updated(uri: string, count: number): Promise<void>;
  /** How many have come. */
  updates(uri: string): number;
  listPrompts(): Promise<string[]>;
  /** The text of a prompt. */
  prompt(name: string, args: Record<string, string>): Promise<string>;
  /** What an argument can be completed to: of a resource template, or of a prompt. */
  complete(ref: CompletionRef, name: string, value: string): Promise<string[]>;
  instructions(): string | undefined;
  close(): Promise<void>;
}

export type CompletionRef =
  | { readonly type: 'ref/prompt'; readonly name: string }
  | { readonly type: 'ref/resource'; readonly uri: string };

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: {
    progress: number;
    total?: number | undefined;
    message?: string | undefined;
  }) => void;
}

export interface StartOptions {
  readonly folder: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Given: the client says that it can ask a person, and this is what the person answers. */
  readonly person?: Person;
  /** Given: it connects to this one instead of starting a program. */
  readonly http?: HttpServer;
}

export interface HttpServer {
  readonly url: string;
  readonly token: string;
}

const httpOf = ({ url, token }: HttpServer) =>
  [new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } }] as const;

export async function startClient(era: Era, options: StartOptions): Promise<TestClient> {
  const server = {
    command: process.execPath,
    args: [BIN, 'serve', ...(options.args ?? [])],
    env: cleanEnvironment(options.folder, options.env),
  };
  const client = await (era === '1.x client' ? startClassic(server, options) : startModern(era, server, options));
  return {
    ...client,
    call: async (name, args, callOptions) => {
      const answer = await client.call(name, args, callOptions);
      lookAtOutput(options.folder, JSON.stringify(answer), `an answer of ${name}`);
      return answer;
    },
  };
}

interface Server {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

async function startClassic(server: Server, { person, folder, http }: StartOptions): Promise<TestClient> {
  const client = new ClassicClient(
    { name: 'test-1.x', version: '1.0.0' },
    { capabilities: person ? { elicitation: {} } : {} },
  );
  if (person) {
    client.setRequestHandler(ElicitRequestSchema, async (request) => {
      const action = await person(request.params.message);
      return action === 'accept' ? { action, content: {} } : { action };
    });
  }
  const told = new Told();
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => told.add(params.uri));
  const program = new ClassicTransport({ ...server, stderr: 'pipe' });
  program.stderr?.on('data', (bytes: Buffer) => lookAtOutput(folder, bytes.toString(), 'stderr'));
  await client.connect(http ? new ClassicHttp(...httpOf(http)) : program);
  return {
    ...readsOf(client),
    ...told.methods,
    subscribe: async (uri) => {
      await client.subscribeResource({ uri });
      return async () => void (await client.unsubscribeResource({ uri }));
    },
    era: '1.x client',
    call: async (name, args = {}, callOptions = {}) =>
      answerOf(await client.callTool({ name, arguments: args }, undefined, callOptions)),
    listTools: async () => (await client.listTools()).tools,
    readResource: async (uri) => textOf((await client.readResource({ uri })).contents),
    instructions: () => client.getInstructions(),
    close: () => client.close(),
  };
}

async function startModern(era: Era, server: Server, { person, folder, http }: StartOptions): Promise<TestClient> {
  const client = new ModernClient(
    { name: 'test-2.x', version: '1.0.0' },
    {
      capabilities: person ? { elicitation: { form: {} } } : {},
      ...(era.endsWith('2026-07-28') ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {}),
    },
  );
  if (person) {
    client.setRequestHandler('elicitation/create', async (request) => {
      const action = await person(request.params.message);
      return action === 'accept' ? { action, content: {} } : { action };
    });
  }
  const told = new Told();
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => told.add(params.uri));
  const program = new ModernTransport({ ...server, stderr: 'pipe' });
  program.stderr?.on('data', (bytes: Buffer) => lookAtOutput(folder, bytes.toString(), 'stderr'));
  await client.connect(http ? new ModernHttp(...httpOf(http)) : program);
  return {
    ...readsOf(client),
    ...told.methods,
    subscribe: async (uri) => {
      if (era.endsWith('2026-07-28')) {
        const subscription = await client.listen({ resourceSubscriptions: [uri] });
        return async () => await subscription.close();
      }
      await client.subscribeResource({ uri });
      return async () => void (await client.unsubscribeResource({ uri }));
    },
    era,
    call: async (name, args = {}, callOptions = {}) =>
      answerOf(await client.callTool({ name, arguments: args }, callOptions)),
    listTools: async () => (await client.listTools()).tools,
    readResource: async (uri) => textOf((await client.readResource({ uri })).contents),
    instructions: () => client.getInstructions(),
    close: () => client.close(),
  };
}

/** What both clients call the same. */
interface AnyClient {
  listResources(): Promise<{ resources: { uri: string }[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(request: {
    name: string;
    arguments: Record<string, string>;
  }): Promise<{ messages: { content: unknown }[] }>;
  complete(request: {
    ref: CompletionRef;
    argument: { name: string; value: string };
  }): Promise<{ completion: { values: string[] } }>;
}

function readsOf(client: AnyClient): Pick<TestClient, 'listResources' | 'listPrompts' | 'prompt' | 'complete'> {
  return {
    listResources: async () => {
      const { resources } = await client.listResources();
      const { resourceTemplates } = await client.listResourceTemplates();
      return [...resources.map(({ uri }) => uri), ...resourceTemplates.map(({ uriTemplate }) => uriTemplate)];
    },
    listPrompts: async () => (await client.listPrompts()).prompts.map(({ name }) => name),
    prompt: async (name, args) => {
      const { messages } = await client.getPrompt({ name, arguments: args });
      return String(asRecord(messages[0]?.content).text);
    },
    complete: async (ref, name, value) => (await client.complete({ ref, argument: { name, value } })).completion.values,
  };
}

/** The updates of a client. */
class Told {
  private readonly uris: string[] = [];
  private readonly waiting = new Set<() => void>();

  add(uri: string): void {
    this.uris.push(uri);
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  get methods(): Pick<TestClient, 'updated' | 'updates'> {
    const updates = (uri: string) => this.uris.filter((told) => told === uri).length;
    return {
      updates,
      updated: async (uri, count) => {
        while (updates(uri) < count) await new Promise<void>((resolve) => this.waiting.add(resolve));
      },
    };
  }
}

function answerOf(result: unknown): ToolAnswer {
  const value = asRecord(result);
  const first = Array.isArray(value.content) ? asRecord(value.content[0]) : {};
  return {
    isError: value.isError === true,
    text: typeof first.text === 'string' ? first.text : '',
    data: asRecord(value.structuredContent),
  };
}

function textOf(contents: readonly unknown[]): string {
  const text = asRecord(contents[0]).text;
  return typeof text === 'string' ? text : '';
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** A value at a path such as "hirings.0.status". */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => {
    if (Array.isArray(inner)) return inner[Number(name)];
    return asRecord(inner)[name];
  }, value);
}
