import { createRequestStateCodec, type Server } from '@modelcontextprotocol/server';
import { log } from '../log.js';
import type { Mounted } from './mounted.js';
import type { BridgeDeps } from './server.js';

const CONFIRM_TTL_S = 300;

/** What the requests of a conversation share, also when each of them meets a server of its own, as over HTTP. */
export class Conversation {
  readonly state = createRequestStateCodec<{ confirmationId: string; askedAt: number }>({
    key: crypto.getRandomValues(new Uint8Array(32)),
    ttlSeconds: CONFIRM_TTL_S,
  });
  /** Clients that declined before anybody could have read the question: they are not asked again. */
  readonly nobodyAt = new Set<string>();
  /** Mounted servers, loaded when a client first asks for something; undefined when there are none. */
  readonly mounted: (() => Promise<Mounted>) | undefined;
  private loaded: Promise<Mounted> | undefined;
  private leave = () => {};
  private isOver = false;

  /** @param listsChanged told when what mounted servers offer is other than it was. Which list it is, is not said. */
  constructor({ mounts, settings }: Pick<BridgeDeps, 'mounts' | 'settings'>, listsChanged: () => void) {
    if (!mounts) return;
    const load = async () => {
      const [{ Mounted }, opened] = await Promise.all([import('./mounted.js'), mounts()]);
      if (!this.isOver) this.leave = opened.onChanged(listsChanged);
      return new Mounted(opened, settings);
    };
    this.mounted = () => {
      this.loaded ??= load();
      return this.loaded;
    };
  }

  /** Nothing is told any more. */
  close(): void {
    this.isOver = true;
    this.leave();
  }
}

/** Tells a client that every list has changed: to find out which costs it little. */
export function tellLists(server: Server | undefined): void {
  if (!server) return;
  const told = [server.sendToolListChanged(), server.sendPromptListChanged(), server.sendResourceListChanged()];
  for (const one of told) one.catch((error: unknown) => log('debug', 'the client is gone', error));
}
