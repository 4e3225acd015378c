import { RPC, RpcError } from '../json-rpc.js';
import { ASKED, LAUNCHED, type PraisonTool, plainSchema } from './tools.js';

/** How the three programs that are called PraisonAI answer: each has habits of its own (contract notes §6). */

export interface Dialect {
  readonly tools: readonly PraisonTool[];
  /** The version that is agreed on. */
  negotiate(asked: unknown): string;
  /** What initialize answers beside the version. */
  readonly hello: { readonly capabilities: object; readonly serverInfo: object };
  listed(tool: PraisonTool): object;
  /** The result of a call. @throws {RpcError} where a failure is no result. */
  result(text: string, isError: boolean): object;
  /** @throws {RpcError} where it is no result. */
  badArguments(text: string): object;
  /** @throws {RpcError} where it is no result. */
  unknownTool(name: string): object;
  unknownMethod(method: string): RpcError;
  /** Methods that have nothing to say. */
  readonly silent: Readonly<Record<string, object>>;
}

const content = (text: string) => [{ type: 'text', text }];

const failed = (text: string) => ({ content: content(text), isError: true });

const plain = (tool: PraisonTool) => ({
  name: tool.name,
  description: tool.description,
  inputSchema: plainSchema(tool),
});

const NO_LISTS = {
  'resources/list': { resources: [] },
  'resources/templates/list': { resourceTemplates: [] },
  'prompts/list': { prompts: [] },
};

/** What a failed tool is in the one example of the repository that answers as the page prints it (§6.1). */
const TOOL_FAILED = -32_000;

/** The page's own samples: no session, no `isError` (§6.1). */
export const DOCUMENTED: Dialect = {
  tools: LAUNCHED,
  negotiate: () => '2024-11-05',
  hello: { capabilities: { tools: {} }, serverInfo: { name: 'praisonai-tools', version: '1.0.0' } },
  listed: plain,
  result(text, isError) {
    if (isError) throw new RpcError(TOOL_FAILED, text);
    return { content: content(text) };
  },
  badArguments() {
    throw new RpcError(RPC.invalidParams, 'Invalid params');
  },
  unknownTool(name) {
    throw new RpcError(RPC.unknownMethod, `Unknown tool: ${name}`);
  },
  unknownMethod: () => new RpcError(RPC.unknownMethod, 'Method not found'),
  silent: {},
};

/** What the Python SDK says to any request that it does not take, and to all before the handshake is over. */
export const invalidRequest = (): RpcError => new RpcError(RPC.invalidParams, 'Invalid request parameters', '');

const PYTHON_VERSIONS: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];

/** The Python SDK 1.29.0 behind ToolsMCPServer.run_sse, as it was measured (§6.2). */
export const PYTHON_SDK: Dialect = {
  tools: LAUNCHED,
  negotiate: (asked) => PYTHON_VERSIONS.find((version) => version === asked) ?? '2025-11-25',
  hello: {
    capabilities: {
      experimental: {},
      prompts: { listChanged: false },
      resources: { subscribe: false, listChanged: false },
      tools: { listChanged: false },
    },
    serverInfo: { name: 'praisonai-tools', version: '1.29.0' },
  },
  listed: titled,
  result: (text, isError) =>
    isError
      ? { content: content(text), isError }
      : { content: content(text), structuredContent: { result: text }, isError },
  badArguments: failed,
  unknownTool: (name) => failed(`Unknown tool: ${name}`),
  unknownMethod: invalidRequest,
  silent: NO_LISTS,
};

/** A tool as FastMCP lists it: everything has a title, and the result is described too. */
function titled(tool: PraisonTool): object {
  const { properties, ...schema } = plainSchema(tool);
  const named = Object.keys(properties).map((name) => [name, { title: titleOf(name), type: 'string' }]);
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: { ...schema, properties: Object.fromEntries(named), title: `${tool.name}Arguments` },
    outputSchema: {
      type: 'object',
      properties: { result: { title: 'Result', type: 'string' } },
      required: ['result'],
      title: `${tool.name}Output`,
    },
  };
}

const titleOf = (name: string): string =>
  name
    .split('_')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join(' ');

const STREAM_VERSIONS: readonly string[] = ['2025-11-25', '2025-03-26', '2024-11-05'];

/** `praisonai mcp serve --transport http-stream` (§6.4). */
export const HTTP_STREAM: Dialect = {
  tools: ASKED,
  negotiate: (asked) => STREAM_VERSIONS.find((version) => version === asked) ?? '2025-11-25',
  hello: {
    capabilities: {
      tools: { listChanged: false },
      resources: { subscribe: false, listChanged: false },
      prompts: { listChanged: false },
      logging: {},
    },
    serverInfo: { name: 'praisonai', version: '1.0.0' },
  },
  listed: plain,
  result: (text, isError) => ({ content: content(text), isError }),
  badArguments: failed,
  unknownTool(name) {
    throw new RpcError(RPC.internal, `Tool not found: ${name}`);
  },
  unknownMethod: (method) => new RpcError(RPC.unknownMethod, `Method not found: ${method}`),
  silent: { ...NO_LISTS, 'logging/setLevel': {} },
};
