import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { log } from '../../log.js';
import { asObject } from '../../marketplaces/envelope.js';
import { Background } from '../background.js';
import { Conversation } from '../conversation.js';
import { type BridgeDeps, createBridgeServer } from '../server.js';

/** Clients of 2026-07-28 over HTTP: there are no sessions, each request stands alone and meets a server of its own. */

/** A client that listens is not kept waiting longer, however slow the marketplace is. */
const LISTEN_MS = 5_000;
const LISTEN = 'subscriptions/listen';

export class ModernHttp {
  /** One for all of them: what is online or watched belongs to the process. */
  readonly background: Background;
  private readonly handler: McpHttpHandler;
  private readonly conversation: Conversation;
  private streams = 0;

  constructor(deps: BridgeDeps) {
    this.conversation = new Conversation(deps, () => {
      const { notify } = this.handler;
      notify.toolsChanged();
      notify.promptsChanged();
      notify.resourcesChanged();
    });
    this.background = new Background(deps, (uri) => this.handler.notify.resourceUpdated(uri));
    this.handler = createMcpHandler(() => createBridgeServer(deps, this.background, this.conversation), {
      legacy: 'reject',
      maxRequestBodySize: deps.settings.maxFrame,
      onerror: (error) => log('debug', 'protocol error', error),
    });
  }

  async fetch(request: Request): Promise<Response> {
    const uris = await listenedTo(request);
    // Whoever listens is told of changes at mounts, too, which nobody may have asked for yet.
    if (uris) await this.conversation.mounted?.();
    const response = await this.handler.fetch(request);
    if (!uris || uris.length === 0 || !response.ok || !response.body) return response;
    return await this.watched(response, response.body, uris);
  }

  async close(): Promise<void> {
    this.background.stop();
    this.conversation.close();
    await this.handler.close();
  }

  /** The acknowledgement is in the body, so it is handed on when everything is watched: nothing may be missed then. */
  private async watched(response: Response, body: ReadableStream<Uint8Array>, uris: readonly string[]) {
    this.streams += 1;
    const stream = `http-${this.streams}`;
    const { resources, live } = await this.background.parts();
    for (const uri of uris) this.background.used(resources.roleOf(uri));
    let callOff = () => {};
    const promised = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LISTEN_MS);
      callOff = () => clearTimeout(timer);
    });
    await live.subscriptions.listen(stream, uris, promised).finally(callOff);
    const told = withEnd(body, () => this.background.unlisten(stream));
    return new Response(told, { status: response.status, headers: response.headers });
  }
}

/** The resources that a request wants to hear of; undefined when it does not ask to hear of anything. */
async function listenedTo(request: Request): Promise<readonly string[] | undefined> {
  if (request.method !== 'POST' || (request.headers.get('mcp-method') ?? LISTEN) !== LISTEN) return undefined;
  const message = asObject(
    await request
      .clone()
      .json()
      .catch(() => undefined),
  );
  if (message?.method !== LISTEN) return undefined;
  const uris = asObject(asObject(message.params)?.notifications)?.resourceSubscriptions;
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : [];
}

/** The same stream; `ended` is called once, however it ends. */
function withEnd(body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        ended();
        controller.close();
      } catch (error) {
        ended();
        controller.error(error);
      }
    },
    async cancel(reason) {
      ended();
      await reader.cancel(reason);
    },
  });
}
