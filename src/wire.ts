import { join } from 'node:path';
import type { Backend } from './backend/index.js';
import type { BridgeDeps } from './bridge/server.js';
import { Spending } from './bridge/spending.js';
import type { Settings } from './config/settings.js';
import { Connections, type Sandbox, VERSION } from './connections.js';
import { log, setLogLevel } from './log.js';
import type { Mounts } from './marketplaces/hosted/mounts.js';

/** Everything the bridge needs, and how to let go of it. */
export interface Wired extends BridgeDeps {
  close(): Promise<void>;
}

/**
 * Puts the bridge together from its settings. Nothing is opened until it is needed: a start must be quick.
 * @param open opens another sandbox than the user's own; it is closed with the bridge.
 */
export function wire(settings: Settings, open: () => Promise<OpenedSandbox> = userSandbox(settings)): Wired {
  setLogLevel(settings.logLevel);
  const now = () => Date.now();
  const sandbox = new LazySandbox(open);
  const connections = new Connections(settings, () => sandbox.open(), now);
  const loadTools = async () => (await import('./tools.js')).allTools;
  const spending = new Spending(settings, connections, loadTools, now);
  const mounts = settings.mounts.length === 0 ? undefined : lazyMounts(settings);
  return {
    settings,
    connections,
    spending,
    loadTools,
    now,
    ...(mounts ? { mounts: mounts.load } : {}),
    close: async () => {
      await mounts?.close();
      await spending.close();
      await sandbox.close();
    },
  };
}

/** Nothing of mounted servers is loaded before a client asks for something. */
function lazyMounts(settings: Settings): { load(): Promise<Mounts>; close(): Promise<void> } {
  const { mounts, dataFolder, credentials } = settings;
  let loaded: Promise<Mounts> | undefined;
  const open = async () => {
    const hosted = await import('./marketplaces/hosted/mounts.js');
    return new hosted.Mounts({ mounts, dataFolder, credentials, version: VERSION });
  };
  return {
    load: () => {
      loaded ??= open();
      return loaded;
    },
    close: async () => await (await loaded)?.close(),
  };
}

interface OpenedSandbox extends Sandbox {
  close(): Promise<void>;
}

/** The sandbox of this user: the reference backend in this process, without a port, on a file in the data folder. */
export async function openUserSandbox(settings: Settings): Promise<Backend> {
  const { createBackend } = await import('./backend/index.js');
  const onError = (what: string, error: unknown) => log('error', `sandbox: ${what}`, error);
  const backend = await createBackend({ database: join(settings.dataFolder, 'sandbox.db'), seed: 'demo', onError });
  backend.start();
  return backend;
}

const userSandbox = (settings: Settings) => async (): Promise<OpenedSandbox> =>
  sandboxOf(await openUserSandbox(settings));

/** A backend as the sandbox of a bridge. */
export function sandboxOf(backend: Backend): OpenedSandbox {
  const { agrenting, humans2ai } = backend.credentials;
  return {
    fetch: (request) => backend.fetch(request),
    credentials: {
      'agrenting.hirer': agrenting.hirer,
      'agrenting.agent': agrenting.agent,
      'humans2ai.agent': humans2ai.agent,
    },
    close: () => backend.close(),
  };
}

class LazySandbox {
  private opened: Promise<OpenedSandbox> | undefined;

  constructor(private readonly openIt: () => Promise<OpenedSandbox>) {}

  open(): Promise<Sandbox> {
    this.opened ??= this.openIt();
    return this.opened;
  }

  async close(): Promise<void> {
    await (await this.opened)?.close();
  }
}
