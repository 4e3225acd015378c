import type { CredentialSettings } from '../../config/credential-settings.js';
import type { MountSettings } from '../../config/mounts.js';
import type { Fetch } from '../../http/client.js';
import { log } from '../../log.js';
import { systemTimers, type Timers } from '../../timers.js';
import { edgeFetch } from './edge.js';
import { mountKey } from './key.js';
import { Mount } from './mount.js';
import { StateFile } from './state.js';

/** Every mounted server of this bridge. */

export interface MountsOptions {
  readonly mounts: readonly MountSettings[];
  readonly dataFolder: string;
  readonly credentials: CredentialSettings;
  readonly version: string;
  readonly timers?: Timers;
  readonly fetch?: Fetch;
}

/** A mount that nobody has ever reached is worth this wait, once in its life. Milliseconds. */
const FIRST_LOOK_MS = 1_000;
/** What is known is shown first, and looked at when the host has had its lists. */
const AFTER_LIST_MS = 300;
/** Whoever calls what is not there yet waits longer than a list does. */
const PATIENCE_MS = 5_000;

const looked = (mount: Mount): Promise<void> =>
  mount.look().catch((error: unknown) => log('debug', `mount ${mount.settings.name} cannot be looked at`, error));

export class Mounts {
  readonly all: readonly Mount[];
  private readonly listeners = new Set<() => void>();
  private readonly updates = new Set<(mount: Mount, uri: string) => void>();
  private first: Promise<void> | undefined;
  private readonly timers: Timers;

  constructor({ mounts, dataFolder, credentials, version, timers = systemTimers, fetch: send }: MountsOptions) {
    this.timers = timers;
    this.all = mounts.map((settings) => {
      const mount: Mount = new Mount({
        settings,
        file: new StateFile(dataFolder, settings.name, settings.url.href),
        timers,
        version,
        fetch: edgeFetch({
          mount: settings,
          key: mountKey(settings, credentials),
          fetch: send ?? ((request, init) => fetch(request, init)),
          now: () => timers.now(),
          userAgent: `hirewire/${version}`,
        }),
        onChanged: () => this.tell(),
        onResourceUpdated: (uri) => {
          for (const listener of this.updates) listener(mount, uri);
        },
      });
      return mount;
    });
  }

  /**
   * Resolves when lists may be shown: at once, but for servers that were never tried before. The first time it also
   * begins to look at all of them, in the background.
   */
  ready(): Promise<void> {
    this.first ??= this.lookFirst();
    return this.first;
  }

  /** Resolves when those of which nothing is known have been looked at: somebody asks for what none of the others has. */
  async settled(): Promise<void> {
    await this.within(PATIENCE_MS, this.all.filter((mount) => mount.shown === undefined).map(looked));
  }

  private async lookFirst(): Promise<void> {
    const unknown = this.all.filter((mount) => !mount.isKnown);
    for (const mount of this.all) if (mount.isKnown) mount.lookLater(AFTER_LIST_MS);
    if (unknown.length === 0) return;
    await this.within(FIRST_LOOK_MS, unknown.map(looked));
    await Promise.all(unknown.map((mount) => mount.noteTried()));
  }

  private async within(ms: number, looks: readonly Promise<void>[]): Promise<void> {
    let callOff = () => {};
    const late = new Promise<void>((resolve) => {
      callOff = this.timers.after(ms, resolve);
    });
    await Promise.race([Promise.all(looks), late]).finally(callOff);
  }

  /** @param listener is called when what is shown of a mount has changed. @returns stops it. */
  onChanged(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @param listener is called when a server says that one of its resources has changed. @returns stops it. */
  onUpdated(listener: (mount: Mount, uri: string) => void): () => void {
    this.updates.add(listener);
    return () => this.updates.delete(listener);
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((mount) => mount.close()));
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
