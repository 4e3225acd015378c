import { ApiError } from '../api-error.js';
import { RPC, RpcError } from './json-rpc.js';
import { fieldsText, type Surface, type SurfaceCall } from './surface.js';

/** The method list of the guides, on what a surface offers. */

/** What both guides print; the hirer's surface is not printed, and is the same server. */
const SERVER = {
  capabilities: {
    tools: { listChanged: false },
    resources: { subscribe: true, listChanged: false },
    prompts: { listChanged: false },
    logging: {},
  },
  serverInfo: { name: 'agrenting-mcp', version: '0.1.0' },
};

type Params = Readonly<Record<string, unknown>>;
type Method = (surface: Surface, params: Params, call: SurfaceCall) => Promise<unknown>;

/** The version that is agreed on. @throws {RpcError} for a version that the transport does not speak. */
export type Negotiate = (asked: unknown) => string;

const METHODS: Readonly<Record<string, Method>> = {
  ping: async () => ({}),

  'tools/list': async ({ tools }) => ({
    tools: tools.map((tool) => ({ name: tool.name, description: tool.description, inputSchema: tool.inputSchema() })),
  }),
  'tools/call': callTool,

  'resources/list': async ({ resources }, _, call) => ({ resources: await resources.list(call) }),
  'resources/templates/list': async ({ resources }) => ({ resourceTemplates: resources.templates }),
  'resources/read': async ({ resources }, params, call) => {
    const uri = textParam(params, 'uri');
    const content = await resources.read(call, uri);
    return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(content) }] };
  },
  'resources/subscribe': async ({ resources }, params, call) => {
    const uri = textParam(params, 'uri');
    const { session } = call;
    if (!session) throw new RpcError(RPC.invalidParams, 'A subscription needs a session: call initialize first.');
    await resources.checkSubscription(call, uri);
    if (session.subscriptions.size >= MOST_SUBSCRIPTIONS && !session.subscriptions.has(uri)) {
      throw new RpcError(RPC.invalidParams, `A session has at most ${MOST_SUBSCRIPTIONS} subscriptions.`);
    }
    session.subscriptions.add(uri);
    return {};
  },
  'resources/unsubscribe': async (_, params, { session }) => {
    session?.subscriptions.delete(textParam(params, 'uri'));
    return {};
  },

  'prompts/list': async ({ prompts }) => ({
    prompts: prompts.map(({ name, description }) => ({ name, description, arguments: [] })),
  }),
  'prompts/get': async ({ prompts }, params) => {
    const name = textParam(params, 'name');
    const prompt = prompts.find((candidate) => candidate.name === name);
    if (!prompt) throw new RpcError(RPC.invalidParams, `There is no prompt ${name.slice(0, 100)}`);
    return {
      description: prompt.description,
      messages: [{ role: 'user', content: { type: 'text', text: prompt.text } }],
    };
  },

  // The guides do not list it, but the capability "logging" promises it. There is nothing to log.
  'logging/setLevel': async () => ({}),
};

const MOST_SUBSCRIPTIONS = 2_000;

/** The result of a request. @throws {RpcError} for a protocol error. */
export async function answerTo(
  surface: Surface,
  request: { readonly method: string; readonly params: Params },
  call: SurfaceCall,
  negotiate: Negotiate,
): Promise<unknown> {
  const { method, params } = request;
  if (method === 'initialize') return { protocolVersion: negotiate(params.protocolVersion), ...SERVER };
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (!known) throw new RpcError(RPC.unknownMethod, `Method not found: ${method.slice(0, 100)}`);
  return await known(surface, params, call);
}

async function callTool({ tools }: Surface, params: Params, call: SurfaceCall): Promise<unknown> {
  const name = textParam(params, 'name');
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) throw new RpcError(RPC.invalidParams, `Unknown tool: ${name.slice(0, 100)}`);
  return await tool.invoke(params.arguments, call).then(
    (text) => ({ content: [{ type: 'text', text }], isError: false }),
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return { content: [{ type: 'text', text: refusalText(error) }], isError: true };
    },
  );
}

/** What the marketplace refused, in one line: a validation error says nothing without its fields. */
function refusalText(error: ApiError): string {
  const { details } = error.options;
  if (error.code !== 'VALIDATION_ERROR' || typeof details !== 'object' || details === null) return error.message;
  const fields = Object.entries(details).map(([field, texts]) => [field, [texts].flat().map(String)] as const);
  return `${error.message} ${fieldsText(Object.fromEntries(fields))}`;
}

function textParam(params: Params, name: string): string {
  const value = params[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new RpcError(RPC.invalidParams, `Invalid params: ${name} is required.`);
}
