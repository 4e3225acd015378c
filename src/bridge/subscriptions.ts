import { HirewireError, toFacts } from '../errors.js';
import { log } from '../log.js';
import type { ChangeSource } from '../marketplaces/change-source.js';
import { type Reading, Watch } from '../marketplaces/watch.js';

/**
 * Which resources the client wants to hear of, in either protocol era: by resources/subscribe, or in a stream that
 * subscriptions/listen opened. What it is told of each is decided in one place: watch.ts.
 */

export interface SubscriptionDeps {
  /** The resource as the client reads it. */
  read(uri: string, signal: AbortSignal): Promise<Reading>;
  /** What tells of changes. @throws for a URI that is none of ours. */
  source(uri: string): Promise<ChangeSource>;
  /** Tells the client that a resource has changed. */
  notify(uri: string): void;
}

/** Who wants it: the one client of a handshake, or one of its listen streams. */
type Owner = string;

interface Entry {
  readonly owners: Set<Owner>;
  readonly watch: Watch;
  /** Resolves when changes from then on are told. */
  readonly begun: Promise<void>;
  end: () => void;
}

/** Far more than a person follows; a client that asks for more is in error. */
export const MAX_WATCHED = 200;
const MAX_READ = 500;
const TRANSIENT: readonly string[] = ['UNAVAILABLE', 'RATE_LIMITED', 'BAD_REPLY', 'CREDENTIAL_UNAVAILABLE'];

export class Subscriptions {
  private readonly entries = new Map<string, Entry>();
  /** The version of each resource that the client has read last. */
  private readonly known = new Map<string, string>();
  private stopped = false;

  constructor(private readonly deps: SubscriptionDeps) {}

  /**
   * Resolves when every later change will be told.
   * @param patient whether it is watched although it cannot be read at the moment: then its first state is told.
   * @throws {HirewireError} when the resource cannot be read, or too many are subscribed.
   */
  async add(owner: Owner, uri: string, patient = false): Promise<void> {
    const known = this.entries.get(uri);
    if (known) {
      known.owners.add(owner);
      return await known.begun;
    }
    if (this.entries.size >= MAX_WATCHED) throw tooMany();
    const entry = this.begin(uri, owner, patient);
    this.entries.set(uri, entry);
    await entry.begun.catch((error: unknown) => {
      this.drop(uri, entry);
      throw error;
    });
  }

  /**
   * Resolves when all of them are watched, or when `promised` does: the client is then told that they are. What begins
   * later than that is told once, because it may have changed in between. What cannot be watched is left out.
   */
  async listen(owner: Owner, uris: readonly string[], promised: Promise<void>): Promise<void> {
    let late = false;
    const begun = [...new Set(uris)].map(async (uri) => {
      try {
        await this.add(owner, uri, true);
        if (late && this.entries.get(uri)?.owners.has(owner)) this.deps.notify(uri);
      } catch (error) {
        log('info', 'a resource that the client listens to cannot be watched', error);
      }
    });
    await Promise.race([Promise.all(begun), promised]);
    late = true;
  }

  /** Nothing more is told to this owner about it. */
  remove(owner: Owner, uri: string): void {
    const entry = this.entries.get(uri);
    entry?.owners.delete(owner);
    if (entry?.owners.size === 0) this.drop(uri, entry);
  }

  /** The same for everything that this owner wanted. */
  removeAll(owner: Owner): void {
    for (const uri of this.entries.keys()) this.remove(owner, uri);
  }

  /** What the client has read: a subscription that follows begins with it, so that nothing between the two is missed. */
  wasRead(uri: string, version: string): void {
    this.known.delete(uri);
    this.known.set(uri, version);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_READ && oldest !== undefined) this.known.delete(oldest);
  }

  stop(): void {
    this.stopped = true;
    for (const [uri, entry] of this.entries) this.drop(uri, entry);
  }

  private begin(uri: string, owner: Owner, patient: boolean): Entry {
    const read = (signal: AbortSignal) => this.deps.read(uri, signal);
    const watch = new Watch(read, () => {
      if (!this.stopped) this.deps.notify(uri);
    });
    const entry: Entry = {
      owners: new Set([owner]),
      watch,
      begun: this.start(uri, watch, patient),
      end: () => watch.stop(),
    };
    // Whoever waits for it is told; that nobody waits is no fault.
    entry.begun.catch(() => undefined);
    return entry;
  }

  private async start(uri: string, watch: Watch, patient: boolean): Promise<void> {
    const source = await this.deps.source(uri);
    await watch.begin(this.known.get(uri)).catch((error: unknown) => {
      if (!patient || !TRANSIENT.includes(toFacts(error).code)) throw error;
    });
    const entry = this.entries.get(uri);
    if (!entry || entry.watch !== watch) return;
    const leave = source.watch(uri, () => watch.look());
    entry.end = () => {
      leave();
      watch.stop();
    };
  }

  private drop(uri: string, entry: Entry): void {
    if (this.entries.get(uri) !== entry) return;
    this.entries.delete(uri);
    entry.end();
    log('debug', `no longer watching ${uri}`);
  }
}

function tooMany(): HirewireError {
  return new HirewireError({
    code: 'RATE_LIMITED',
    message: `Only ${MAX_WATCHED} resources can be subscribed at once.`,
    changed: 'no',
    next: 'Unsubscribe from what is final, or subscribe to hirings://active.',
    retrySafe: false,
  });
}
