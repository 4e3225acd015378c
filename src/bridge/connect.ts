import type { Server, Transport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { log } from '../log.js';
import { Background } from './background.js';
import { Conversation, tellLists } from './conversation.js';
import { ListenTap } from './listen-tap.js';
import { type BridgeDeps, createBridgeServer } from './server.js';

/** A client that listens is not kept waiting longer, however slow the marketplace is. */
const LISTEN_MS = 5_000;

/** One connected client. */
export interface Connected {
  readonly background: Background;
  /** Requests that stay open as long as the connection does: nobody waits for their answers. */
  readonly parked: number;
  close(): Promise<void>;
}

/** Puts the bridge behind a transport: requests in, answers and what changes meanwhile out. */
export function connectBridge(deps: BridgeDeps, transport: Transport): Connected {
  let server: Server | undefined;
  const background = new Background(deps, (uri) => {
    server?.sendResourceUpdated({ uri }).catch((error: unknown) => log('debug', 'the client is gone', error));
  });
  const conversation = new Conversation(deps, () => tellLists(server));
  const tap = new ListenTap(transport, {
    async started(stream, uris) {
      if (uris.length === 0) return;
      const { resources, live } = await background.parts();
      for (const uri of uris) background.used(resources.roleOf(uri));
      let callOff = () => {};
      const promised = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LISTEN_MS);
        callOff = () => clearTimeout(timer);
      });
      await live.subscriptions.listen(stream, uris, promised).finally(callOff);
    },
    ended: (stream) => background.unlisten(stream),
  });
  // The last one is the one that is connected: one that answered a mere probe is given up.
  const create = () => {
    server = createBridgeServer(deps, background, conversation);
    return server;
  };
  const onerror = (error: Error) => log('debug', 'protocol error', error);
  const handle = serveStdio(create, { transport: tap, onerror });
  return {
    background,
    get parked() {
      return tap.parked;
    },
    async close() {
      background.stop();
      conversation.close();
      await handle.close();
    },
  };
}
