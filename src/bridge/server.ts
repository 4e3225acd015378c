import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  ProtocolError,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Settings } from '../config/settings.js';
import type { Connections } from '../connections.js';
import { VERSION } from '../connections.js';
import { log } from '../log.js';
import type { Tool } from '../marketplaces/define.js';
import { asObject } from '../marketplaces/envelope.js';
import type { Mounts } from '../marketplaces/hosted/mounts.js';
import { NOBODY_IS_THIS_QUICK_MS } from '../spending/asking.js';
import type { HostConsent } from '../spending/gate.js';
import type { Timers } from '../timers.js';
import type { Background } from './background.js';
import { type CallRequest, callTool } from './call-tool.js';
import { catalog } from './catalog.js';
import type { Conversation } from './conversation.js';
import { serverInstructions } from './instructions.js';
import type { MountedCall } from './mounted.js';
import { enabledTools, findTool } from './registry.js';
import { errorResult } from './result.js';
import type { Spending } from './spending.js';

export interface BridgeDeps {
  readonly settings: Settings;
  readonly connections: Connections;
  readonly spending: Spending;
  /** The tools themselves, loaded when one is first called. */
  readonly loadTools: () => Promise<readonly Tool[]>;
  readonly now: () => number;
  /** Mounted servers, when there are any: loaded when a client first asks for something. */
  readonly mounts?: () => Promise<Mounts>;
  /** For what goes on in the background; the real ones by default. */
  readonly timers?: Timers;
}

const QUESTION = 'confirm';
/** Who subscribes by resources/subscribe: the one client of this connection. */
const CLIENT = 'client';

/** One MCP server instance. The same factory serves every protocol revision; lists never vary per connection. */
export function createBridgeServer(
  deps: BridgeDeps,
  background: Background,
  { state, nobodyAt, mounted }: Conversation,
): Server {
  const { settings } = deps;
  const tools = enabledTools(catalog, settings);

  // Our own lists never change.
  const changing = mounted ? { listChanged: true } : {};

  const server: Server = new Server(
    { name: 'hirewire', title: 'Hirewire', version: VERSION },
    {
      capabilities: {
        tools: changing,
        resources: { subscribe: true, ...changing },
        prompts: changing,
        completions: {},
      },
      instructions: serverInstructions({
        tools,
        sandbox: settings.sandbox,
        confirm: settings.policy.confirm,
        mounts: settings.mounts.map((mount) => mount.name),
      }),
      requestState: { verify: state.verify },
    },
  );

  const pick = async (name: string): Promise<Tool> => {
    findTool(name, tools, catalog, settings);
    const all = await deps.loadTools();
    return findTool(name, all, all, settings);
  };

  server.setRequestHandler('tools/list', async () => {
    const others = mounted ? await (await mounted()).tools() : [];
    return { tools: [...tools.map((tool) => tool.definition), ...others] };
  });
  serveResources(server, background, mounted);
  servePrompts(server, background, { tools, mounted });

  server.setRequestHandler('tools/call', async (request, context): Promise<CallToolResult | InputRequiredResult> => {
    const { name, arguments: args } = request.params;
    // A name of ours is ours even when it is switched off.
    if (mounted && !catalog.some((ours) => ours.name === name)) {
      return await (await mounted()).call(name, args, mountedCall(context)).catch(refusal);
    }
    const asked = context.mcpReq.requestState<{ confirmationId: string; askedAt: number }>();
    const client = clientName(server, context);
    const host = hostConsent(context, asked?.confirmationId, !nobodyAt.has(client) && canElicit(server, context));
    if (asked && host.answer?.action !== 'accept' && deps.now() - asked.askedAt < NOBODY_IS_THIS_QUICK_MS)
      nobodyAt.add(client);
    const entry = tools.find((candidate) => candidate.name === name);
    if (entry?.toolset === 'agent') background.used('agrenting.agent');
    const news = entry?.toolset === 'hirer' ? (signal: AbortSignal) => background.news(signal) : undefined;
    const { signal } = context.mcpReq;
    const call: CallRequest = { signal, host, progress: progressOf(context), ...(news ? { news } : {}) };
    const answer = await callTool(() => pick(name), args, call, deps);
    if (entry?.hints.readOnly === false) background.changed();
    if (answer.kind === 'result') return answer.result;
    return inputRequired({
      inputRequests: {
        // No field to fill in: accepting is the answer. Form mode never asks for anything secret.
        [QUESTION]: inputRequired.elicit({
          message: answer.question,
          requestedSchema: { type: 'object', properties: {} },
        }),
      },
      requestState: await state.mint({ confirmationId: answer.confirmationId, askedAt: deps.now() }),
    });
  });

  return server;
}

function serveResources(server: Server, background: Background, mounted: LoadMounted): void {
  server.setRequestHandler('resources/list', async () => {
    const { resources } = await background.parts();
    const [own, others] = await Promise.all([
      resources.list(),
      mounted?.().then((parts) => parts.resources(resources)),
    ]);
    return { resources: [...own, ...(others ?? [])] };
  });
  server.setRequestHandler('resources/templates/list', async () => {
    const { resources } = await background.parts();
    const others = mounted ? await (await mounted()).templates(resources) : [];
    return { resourceTemplates: [...resources.templates(), ...others] };
  });
  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq }) => {
    const { resources, live } = await background.parts();
    if (mounted && !resources.isOurs(uri)) return await (await mounted()).read(uri, resources, mcpReq.signal);
    background.used(resources.roleOf(uri));
    const { version, answer } = await resources.contents(uri, mcpReq.signal);
    live.subscriptions.wasRead(uri, version);
    return answer;
  });
  // In 2026-07-28 there is no such request: see listen-tap.ts.
  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }) => {
    const { resources, live } = await background.parts();
    background.used(resources.roleOf(uri));
    await live.subscriptions.add(CLIENT, uri).catch((error: unknown) => {
      throw resources.protocolError(uri, error);
    });
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', async ({ params: { uri } }) => {
    const { live } = await background.parts();
    live.subscriptions.remove(CLIENT, uri);
    return {};
  });
}

interface PromptParts {
  readonly tools: readonly { readonly name: string }[];
  readonly mounted: LoadMounted;
}

function servePrompts(server: Server, background: Background, { tools, mounted }: PromptParts): void {
  const load = async () => new (await import('./prompts.js')).Prompts(tools);
  server.setRequestHandler('prompts/list', async () => {
    const others = mounted ? await (await mounted()).prompts() : [];
    return { prompts: [...(await load()).list(), ...others] };
  });
  server.setRequestHandler('prompts/get', async ({ params }, { mcpReq: { signal } }) => {
    const { name, arguments: args = {} } = params;
    const own = await load();
    if (!mounted || own.isOurs(name)) return own.get(name, args);
    return await (await mounted()).prompt(name, args, signal);
  });
  server.setRequestHandler('completion/complete', async ({ params }, { mcpReq: { signal } }) => {
    const [{ complete }, { resources }, prompts] = await Promise.all([
      import('./completions.js'),
      background.parts(),
      load(),
    ]);
    const other = mounted && (await (await mounted()).complete(params, resources, signal));
    if (other) return other;
    return await complete(params, { prompts, resources, signal });
  });
}

/** Which program it is, by its own word. */
function clientName(server: Server, context: ServerContext): string {
  const info = asObject(asObject(context.mcpReq.envelope)?.[CLIENT_INFO_META_KEY]) ?? server.getClientVersion();
  return String(info?.name ?? '');
}

type LoadMounted = Conversation['mounted'];

function mountedCall({ mcpReq }: ServerContext): MountedCall {
  const { signal, _meta, notify } = mcpReq;
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return { signal };
  return {
    signal,
    onProgress: (progress, total, message) => {
      const told = { ...(total === undefined ? {} : { total }), ...(message === undefined ? {} : { message }) };
      const params = { progressToken, progress, ...told };
      notify({ method: 'notifications/progress', params }).catch((error: unknown) =>
        log('debug', 'the client is gone', error),
      );
    },
  };
}

/** An error of ours is a result that a model can read; an error of the other server stays one of the protocol. */
function refusal(error: unknown): CallToolResult {
  if (error instanceof ProtocolError) throw error;
  return errorResult(error);
}

/** Whether this client says that it can put a form in front of a person. A claim, not a fact: see `nobodyAt`. */
function canElicit(server: Server, context: ServerContext): boolean {
  // Since 2026-07-28 each request carries the client's capabilities; before, the handshake did.
  const perRequest = asObject(asObject(context.mcpReq.envelope)?.[CLIENT_CAPABILITIES_META_KEY]);
  const elicitation = asObject((perRequest ?? server.getClientCapabilities())?.elicitation);
  if (!elicitation) return false;
  // An empty capability means form mode; a client that names only url cannot show a form.
  return elicitation.form !== undefined || elicitation.url === undefined;
}

function hostConsent(context: ServerContext, confirmationId: string | undefined, canAsk: boolean): HostConsent {
  if (confirmationId === undefined) return { canAsk };
  const response = inputResponse(context.mcpReq.inputResponses, QUESTION);
  const action = response.kind === 'elicit' ? response.action : 'cancel';
  return { canAsk, answer: { confirmationId, action } };
}

function progressOf(context: ServerContext): CallRequest['progress'] {
  const progressToken = context.mcpReq._meta?.progressToken;
  let last = 0;
  return async (done, total, message) => {
    if (progressToken === undefined || done <= last) return;
    last = done;
    const params = { progressToken, progress: done, total, message };
    await context.mcpReq.notify({ method: 'notifications/progress', params });
  };
}
